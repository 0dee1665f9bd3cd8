import { describe, expect, it } from "@jest/globals";
import { strategiesOf } from "../../../sync/schedule/strategies.ts";
import { scheduleInWords } from "../../../sync/schedule/times.ts";

const declared = [
  { kind: "users", target: "oneplan" },
  { kind: "users", target: "ones" },
];

function read(sync: unknown) {
  const { scheduled, ...others } = strategiesOf(sync, declared);
  return { scheduled: scheduled.map(({ name, schedule }) => `${name}: ${scheduleInWords(schedule)}`), ...others };
}

describe("strategies", () => {
  it("of a kind are those of all its targets but the ones that have their own", () => {
    const users = {
      schedule: "hourly",
      minutes: [15, 45],
      days: ["mon"],
      targets: { ones: { schedule: "daily", times: ["06:00"], timeZone: "Asia/Tokyo" } },
    };
    expect(read({ timeZone: "Europe/Berlin", strategies: { users }, users: { guests: false } })).toEqual({
      scheduled: [
        "users to oneplan: hourly at :15, :45 on mon (Europe/Berlin)",
        "users to ones: daily at 06:00 (Asia/Tokyo)",
      ],
      byHand: [],
      disabled: [],
    });
  });

  it.each([
    ["nothing is said of it", undefined, []],
    [
      "it is switched off",
      { strategies: { users: { enabled: false, schedule: "hourly" } } },
      ["users to oneplan", "users to ones"],
    ],
    [
      "it is switched off for a target",
      { strategies: { users: { schedule: "none", targets: { ones: { enabled: false, schedule: "none" } } } } },
      ["users to ones"],
    ],
    ["it runs by hand and by events only", { strategies: { users: { schedule: "none" } } }, []],
  ])("leave a sync to people where %s, and say which one is disabled", (_, sync, disabled) => {
    expect(read(sync)).toEqual({ scheduled: [], byHand: ["users to oneplan", "users to ones"], disabled });
  });

  it.each([
    [
      { users: { schedule: "daily" } },
      'tenantwire:sync.strategies.users.times: missing; say when it runs, such as ["06:00"]',
    ],
    [
      { users: { schedule: "hourly", times: ["06:00"] } },
      "tenantwire:sync.strategies.users.times: not of a schedule that is hourly; take it out",
    ],
    [
      { users: { schedule: "daily", times: ["06:10"] } },
      'tenantwire:sync.strategies.users.times[0]: expected a time in steps of 15 minutes in quotes, such as "06:15"',
    ],
    [{ users: { schedule: "hourly", timeZone: "Mars/Olympus" } }, "strategies.users.timeZone: expected a time zone"],
    [{ users: { schedule: "hourly", timeZone: "+02:00" } }, "strategies.users.timeZone: expected a time zone"],
    [{ users: { schedule: "yearly" } }, '"yearly" is not known here'],
    [{ users: { schedule: "monthly", times: ["06:00"], monthDays: [31] } }, "strategies.users.monthDays[0]: expected"],
    [{ people: { schedule: "hourly" } }, "tenantwire:sync.strategies.people: not a setting"],
    [{ rooms: { schedule: "hourly" } }, "strategies.rooms: nothing is declared that rooms are synced to"],
    [
      { users: { schedule: "hourly", targets: { file: { schedule: "none" } } } },
      "strategies.users.targets.file: users are synced to oneplan and ones only",
    ],
    [{ users: { schedule: "none", targets: { ones: { schedule: "monthly" } } } }, "users.targets.ones.times: missing"],
  ])("that are wrong are named by their place: %j", (strategies, words) => {
    expect(() => read({ strategies })).toThrow(words);
  });
});
