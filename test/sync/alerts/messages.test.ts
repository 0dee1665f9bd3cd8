/** What people are told of, and that they are told it once. */
import { describe, expect, it } from "@jest/globals";
import { type Causes, causesOf, type Facts } from "../../../sync/alerts/causes.ts";
import { messagesFor, type Notified, notifiedAfter } from "../../../sync/alerts/messages.ts";
import { countsOf, type RunReport, STOPPED_ON_REQUEST } from "../../../sync/run/report.ts";
import { alertKinds } from "../../../contract/alerts.ts";

function report(rest: Partial<RunReport> = {}): RunReport {
  return {
    version: 1,
    runId: "0123456789ab",
    sync: "users",
    source: "Entra",
    target: "OnePlan",
    mode: "delta",
    modeReason: "",
    trigger: "schedule",
    dryRun: false,
    status: "Success",
    exitCode: 0,
    startedAt: "2026-03-02T08:00:00.000Z",
    finishedAt: "2026-03-02T08:00:01.000Z",
    seconds: 1,
    counts: countsOf(new Map()),
    planned: countsOf(new Map()),
    read: 3,
    listed: 0,
    requests: {},
    exceptions: [],
    skips: [],
    notes: [],
    ...rest,
  };
}

const failed = (reason: string, count: number): RunReport["exceptions"] =>
  Array.from({ length: count }, (_, index) => ({
    sourceId: `${reason}${index}`,
    label: "Ada",
    kind: "update",
    outcome: "failed",
    reason: `The name "Ada ${index}" ${reason}`,
  }));

const withExceptions = (exceptions: RunReport["exceptions"]) =>
  report({
    status: "Success with Exceptions",
    exceptions,
    counts: { ...countsOf(new Map()), fail: exceptions.length },
  });

const writing = (mark: string) => ({ mark, timeZone: "UTC" });

const facts = (rest: Partial<Facts>): Causes => causesOf({ runs: [], missed: [], credentials: [], syncs: [], ...rest });

/** Lives through a history as one channel that takes every message. */
function lives(history: readonly Causes[], on: readonly string[] = alertKinds): string[][] {
  let notified: Notified = {};
  return history.map((causes) => {
    const messages = messagesFor(on, causes, notified, writing("t/contoso"));
    for (const message of messages) notified = notifiedAfter(notified, message, causes);
    return messages.map(({ subject }) => subject);
  });
}

describe("a cause", () => {
  it("is told once, however many objects it has and however often it is met, and once when it is over", () => {
    const many = facts({ runs: [withExceptions(failed("is too long.", 7))] });
    const fine = facts({ runs: [report()] });

    expect(lives([many, many, fine, fine], ["exceptions"])).toEqual([
      ["t/contoso: users: 7 objects failed for one reason"],
      [],
      ["t/contoso: over: users: 7 objects failed for one reason"],
      [],
    ]);
  });

  it("that only counts on is nothing new; another reason is another cause", () => {
    const history = [7, 8].map((count) => facts({ runs: [withExceptions(failed("is too long.", count))] }));
    const other = facts({ runs: [withExceptions([...failed("is too long.", 8), ...failed("is taken.", 1)])] });

    expect(lives([...history, other], ["exceptions"])).toEqual([
      ["t/contoso: users: 7 objects failed for one reason"],
      [],
      ["t/contoso: users: 1 object failed for one reason"],
    ]);
  });

  it("is the same though every answer names another request and another object", () => {
    const refused = (index: number) => {
      const id = `${String(index).padStart(8, "0")}-bead-4bbb-8ccc-ddddddddddd${"abcdef"[index % 6] ?? ""}`;
      const request = `(x-request-id ${id.replaceAll("0", "e")}, date 2026-03-02T08:00:0${index % 10}.000Z)`;
      return `of ${id} was refused: OnePlan answered 500 ${request}: try again.`;
    };
    const run = (from: number) =>
      facts({
        runs: [
          withExceptions(Array.from({ length: 30 }, (_, index) => failed(refused(from + index), 1)).flat()),
          report({ sync: "rooms", status: "Failure", failure: `Graph answered 503 ${refused(from)}` }),
        ],
      });

    expect(lives([run(0), run(100), run(200)])).toEqual([
      ["t/contoso: users: 30 objects failed for one reason", "t/contoso: rooms failed"],
      [],
      [],
    ]);
  });

  it("is not called over by a run that could not see that", () => {
    const many = facts({ runs: [withExceptions(failed("is too long.", 7))] });
    const down = facts({ runs: [report({ status: "Failure", failure: "Entra did not answer." })] });

    expect(lives([many, down, many], ["exceptions", "failure"])).toEqual([
      ["t/contoso: users: 7 objects failed for one reason"],
      ["t/contoso: users failed"],
      ["t/contoso: over: users failed"],
    ]);
  });

  it("of a run that was told to stop is none, and what was open stays; three in a row are one", () => {
    const stop = () => report({ status: "Failure", failure: STOPPED_ON_REQUEST });
    const many = withExceptions(failed("is too long.", 7));
    const history = [
      [many],
      [stop(), many],
      [stop(), stop(), many],
      [stop(), stop(), stop()],
      [report()],
      [stop(), report()],
    ];

    expect(lives(history.map((runs) => facts({ runs })))).toEqual([
      ["t/contoso: users: 7 objects failed for one reason"],
      [],
      [],
      ["t/contoso: users is stopped again and again"],
      [
        "t/contoso: users succeeded",
        "t/contoso: over: users: 7 objects failed for one reason",
        "t/contoso: over: users is stopped again and again",
      ],
      [],
    ]);
  });

  it("of a drift stays until somebody has looked again", () => {
    const drifted = facts({ drift: [{ registration: "sync", differences: ['"Ada" is an owner.'] }] });
    const run = facts({ runs: [report()] });

    expect(lives([drifted, run, facts({ drift: [] })], ["drift"])).toEqual([
      ["t/contoso: registration sync is not as declared"],
      [],
      ["t/contoso: over: registration sync is not as declared"],
    ]);
    expect(JSON.stringify(drifted)).not.toContain("Ada");
  });

  it("of a revoked consent names the permission, and is over when somebody has looked and it is granted", () => {
    const differences = ["application User.Read.All is not granted."];
    const revoked = facts({ drift: [{ registration: "sync", differences, revoked: ["application User.Read.All"] }] });

    expect(lives([revoked, facts({}), facts({ drift: [] })], ["consent"])).toEqual([
      ["t/contoso: consent to registration sync was revoked"],
      [],
      ["t/contoso: over: consent to registration sync was revoked"],
    ]);
    expect(revoked.open.find(({ kind }) => kind === "consent")?.happened).toContain("application User.Read.All");
  });

  it("is told again where a run fails for another reason", () => {
    const down = (failure: string) => facts({ runs: [report({ status: "Failure", failure })] });

    expect(lives([down("A"), down("A"), down("B")], ["failure"]).map(({ length }) => length)).toEqual([1, 0, 1]);
  });

  it("is told only where its kind is switched on", () => {
    const causes = facts({
      runs: [report({ status: "Failure", failure: "no" }), report({ sync: "rooms" })],
      missed: [{ strategy: "users to oneplan", missed: { count: 2, first: "a", last: "b", noticed: "b", why: "no" } }],
      credentials: [{ name: "key", state: "expiring", advice: "Make a new one." }],
    });

    const kinds = (on: readonly string[]) => messagesFor(on, causes, {}, writing("t")).map(({ kind }) => kind);
    for (const kind of ["success", "failure", "missed", "credentials"]) expect(kinds([kind])).toEqual([kind]);
    expect(kinds(["exceptions", "staged"])).toEqual([]);
  });
});

describe("a message", () => {
  it("says what happened, what it means and what to do, and names nobody", () => {
    const causes = facts({
      runs: [
        withExceptions(failed("is too long.", 2)),
        report({
          sync: "rooms",
          status: "Failure",
          failure: 'Over the limits: "Atlas" goes. If it is meant, run tenantwire sync rooms --allow 12ab.',
          limit: { over: true, why: "2 of 3", hash: "12ab", ids: 2 },
        }),
      ],
    });

    const [one, staged] = messagesFor(alertKinds, causes, {}, writing("t/contoso"));
    expect(one?.paragraphs).toEqual([
      'What happened: From Entra to OnePlan, 2 objects failed: The name "..." is too long.',
      "What it means: Everything else went on. What failed is tried again by itself, less and less often.",
      "What to do: See which (npx --no-install tenantwire runs show 01234567 -s <stack> --names), mend it, then run those again: npx --no-install tenantwire sync -s <stack> --again",
    ]);
    expect(staged?.paragraphs.join("\n")).toContain("--allow 12ab");
    expect(JSON.stringify([one, staged])).not.toMatch(/Ada|Atlas/);
  });

  it("calls a sync what people call it, runs that one alone, and has times of the group's zone, by the zone's name", () => {
    const syncs = [{ kind: "plans", target: "contoso", sync: "plans-contoso" }];
    const at = (minute: string) => ({
      count: 2,
      first: "2026-10-25T00:30:00.000Z",
      last: `2026-10-25T01:${minute}:00Z`,
      noticed: "",
      why: "no scheduler was running",
    });
    const causes = (minute: string) =>
      facts({
        syncs,
        runs: [report({ sync: "plans-contoso", status: "Failure", failure: "Not before 2026-07-01T08:00:00.000Z." })],
        missed: [{ strategy: "plans to contoso", missed: at(minute) }],
      });
    const berlin = { mark: "t", timeZone: "Europe/Berlin" };
    const [failure, missed] = messagesFor(alertKinds, causes("30"), {}, berlin);

    expect(failure?.subject).toBe("t: plans to contoso failed");
    expect(failure?.paragraphs[0]).toContain("Not before 2026-07-01 10:00 CEST (Europe/Berlin).");
    expect(failure?.paragraphs[2]).toContain("tenantwire sync plans -s <stack> --target contoso)");
    // The hour that comes twice.
    expect(missed?.paragraphs[0]).toBe(
      "What happened: It was due from 2026-10-25 02:30 CEST (Europe/Berlin) to 2026-10-25 02:30 CET (Europe/Berlin), 2 in all: no scheduler was running.",
    );
    if (!missed) throw new TypeError("Nothing was missed.");
    const notified = notifiedAfter({}, missed, causes("30"));
    expect(messagesFor(["missed"], causes("45"), notified, berlin)).toEqual([]);
    const [utc] = messagesFor(["missed"], causes("30"), {}, writing("t"));
    expect(utc?.paragraphs[0]).toContain("from 2026-10-25 00:30 UTC to 2026-10-25 01:30 UTC,");
  });

  it("leads to the page of the console that shows its cause, where a console is declared", () => {
    const syncs = [
      { kind: "users", target: "oneplan", sync: "users" },
      { kind: "plans", target: "contoso/eu", sync: "plans-contoso" },
      { kind: "rooms", target: "ones", sync: "rooms" },
    ];
    const everything = (console?: Facts["console"]) =>
      facts({
        console,
        syncs,
        runs: [
          withExceptions(failed("is too long.", 2)),
          report({
            sync: "plans-contoso",
            status: "Failure",
            failure: "no",
            limit: { over: true, why: "2 of 3", hash: "12ab", ids: 2 },
          }),
          report({ sync: "rooms", status: "Failure", failure: "no" }),
          report({ sync: "unknown" }),
        ],
        missed: [
          { strategy: "users to oneplan", missed: { count: 2, first: "a", last: "b", noticed: "b", why: "no" } },
        ],
        credentials: [{ name: "key", state: "expiring", advice: "Make a new one." }],
        drift: [{ registration: "sync", differences: ["no"], revoked: ["application User.Read.All"] }],
      });
    const linked = messagesFor(alertKinds, everything("https://console.contoso.com"), {}, writing("t"));

    expect(linked.map(({ kind, link }) => [kind, link])).toEqual([
      ["exceptions", "https://console.contoso.com/runs/users/oneplan/0123456789ab"],
      ["staged", "https://console.contoso.com/waiting/plans/contoso%2Feu/12ab"],
      ["failure", "https://console.contoso.com/runs/rooms/ones/0123456789ab"],
      ["success", "https://console.contoso.com/runs"],
      ["missed", "https://console.contoso.com/"],
      ["credentials", "https://console.contoso.com/credentials"],
      ["drift", "https://console.contoso.com/registrations"],
      ["consent", "https://console.contoso.com/registrations"],
    ]);
    for (const { paragraphs, link } of linked) expect(paragraphs.slice(3)).toEqual([`In the console: ${link}`]);
    for (const message of messagesFor(alertKinds, everything(), {}, writing("t"))) {
      expect(message.paragraphs).toHaveLength(3);
      expect(message).not.toHaveProperty("link");
    }
  });

  it("is of a length that every channel takes, however much is not as declared", () => {
    const differences = Array.from({ length: 2_000 }, (_, index) => `Owner ${index} is not declared.`);
    const [message] = messagesFor(
      alertKinds,
      facts({ drift: [{ registration: "sync", differences }] }),
      {},
      writing("t"),
    );

    expect(message?.paragraphs.join("").length).toBeLessThan(5_000);
    expect(message?.paragraphs[0]).toMatch(/Owner 0 is not declared\. .*\.\.\.$/);
  });
});
