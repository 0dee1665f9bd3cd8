/** What the console says of schedules that came due, of settings, and of registrations: what nobody was at a page for. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Sandbox } from "../../sandbox/server.ts";
import { ConnectionError } from "../../contract/errors.ts";
import { Limits } from "../../sync/planner/limits.ts";
import { noteSettings } from "../../sync/run/settings-changes.ts";
import { Book } from "../../sync/schedule/book.ts";
import { strategiesOf } from "../../sync/schedule/strategies.ts";
import { scheduleInWords } from "../../sync/schedule/times.ts";
import { inOneTenant } from "../sandbox/in-one-tenant.ts";
import { leaver, person } from "../sync/run/fakes.ts";
import { ConsoleBench, OTHERS, registered, SYNC, type Visitor } from "./bench.ts";
import { rememberLook } from "./looked.ts";

const settings = { timeZone: "Europe/Berlin", strategies: { users: { schedule: "daily", times: ["06:15"] } } };
const strategies = strategiesOf(settings, [SYNC, ...OTHERS]).scheduled;
const NO_SCHEDULER = "No scheduler has ever run with this state: start one";

let sandbox: Sandbox;
let clientId: string;
let bench: ConsoleBench;
let editor: Visitor;

inOneTenant({ users: 40 }, (started) => {
  sandbox = started;
  clientId = registered(sandbox);
});
beforeEach(async () => {
  bench = await new ConsoleBench(sandbox, clientId, { strategies }).open();
  editor = await bench.as("Editor", 1);
});
afterEach(() => bench.close());

async function page(path: string): Promise<string> {
  return (await editor.get(path)).text.replaceAll(/\s+/g, " ");
}

/** What the rows of the only table say, without what marks it up. */
async function rows(path: string): Promise<readonly string[]> {
  const [, ...found] = (await page(path)).split("<tr>").slice(1);
  return found.map((row) =>
    row
      .replaceAll(/<[^>]*>/g, " ")
      .replaceAll(/\s+/g, " ")
      .trim(),
  );
}

/** Is the scheduler meanwhile. */
async function asScheduler(work: (book: Book) => Promise<void>): Promise<void> {
  const book = await Book.open(bench.engine.store, bench.engine.clock.sleep, new AbortController().signal);
  try {
    await work(book);
  } finally {
    await book.close();
  }
}

describe("the overview", () => {
  it("says when each runs next, and which run by hand alone", async () => {
    const shown = await page("/");

    expect(shown).toContain('title="2026-03-03 06:15 CET"');
    expect(shown).toContain("daily at 06:15 (Europe/Berlin)");
    expect(shown.split("by hand and by events only")).toHaveLength(OTHERS.length + 1);
  });

  it("says that no scheduler is there, until one is", async () => {
    expect(await page("/")).toContain(NO_SCHEDULER);
    await asScheduler(async () => expect(await page("/")).not.toContain("No scheduler"));
  });

  it("says what did not run at its times, and why", async () => {
    const title = "users to oneplan did not run at its time";
    expect(await page("/")).not.toContain(title);
    await asScheduler(async (book) => {
      const [{ name, schedule }] = strategies as [(typeof strategies)[0]];
      const standing = { schedule: scheduleInWords(schedule), settled: "2026-02-27T12:00:00.000Z" };
      await book.put(new Map([[name, standing]]));

      const shown = (await page("/")).replaceAll(/<\/?time[^>]*>/g, "");
      expect(shown).toContain("<h3>Failed</h3>");
      expect(shown).toContain(title);
      expect(shown).toContain(
        "It was due from 2026-02-28 06:15 CET to 2026-03-02 06:15 CET, 3 in all: the scheduler was kept from it.",
      );
    });
  });
});

it("the overview shows a plan that waits, also when a later run failed", async () => {
  const { engine } = bench;
  const run = () => {
    engine.clock.advance(60_000);
    return engine.run();
  };
  const { onRead } = engine.source;
  for (const id of ["ann", "bob", "cid"]) engine.source.put(person(id));
  await run();
  engine.limits = Limits.parse({ disable: { count: 1, percent: 100 } });
  for (const id of ["ann", "bob"]) engine.source.put(leaver(id));
  const { limit } = await run();
  engine.source.onRead = () => {
    throw new ConnectionError("Entra did not answer.");
  };
  await run();

  const shown = await page("/");
  expect(shown).toContain("users to oneplan failed");
  expect(shown).toContain("users to oneplan: a plan waits for somebody&#39;s word");
  expect(shown.split(`href="/waiting/users/oneplan/${limit?.hash}"`)).toHaveLength(3);

  engine.source.onRead = onRead;
  await engine.run({ allow: limit?.hash ?? "" });
  expect(await page("/")).not.toContain("/waiting/");
  const past = await page(`/waiting/users/oneplan/${limit?.hash}`);
  expect(past).toContain("nothing of this waits for anybody");
  expect(past).not.toContain("Nothing of that run was written");
});

describe("the time line", () => {
  it("has runs, times at which one did not run, and changes of settings, newest first", async () => {
    const { engine, outputs } = bench;
    const { store, clock } = engine;
    const noted = { now: clock.now, by: "ada" };
    await noteSettings(store, outputs, noted);
    clock.advance(10 * 60 * 1000);
    engine.source.put(person("ann"));
    await engine.run({ trigger: "schedule" });
    clock.advance(10 * 60 * 1000);
    await noteSettings(store, { ...outputs, sync: { timeZone: "Asia/Tokyo" } }, noted);
    await asScheduler(async (book) => {
      const [first, recovered] = ["2026-03-02T11:15:00.000Z", "2026-03-02T13:00:00.000Z"];
      const missed = { count: 3, first, last: first, why: "no <b>power</b>", recovered };
      await book.putMissed({ ...missed, strategy: "users to oneplan", noticed: "2026-03-02T12:00:00.000Z" });
      await book.putMissed({ ...missed, strategy: "rooms to ones", noticed: "2026-03-02T12:30:00.000Z" });
    });

    const all = await rows("/runs");
    expect(all).toHaveLength(4);
    expect(all.slice(0, 2)).toEqual([
      "2026-03-02 13:30 CET rooms to ones did not run 3 times: no &lt;b&gt;power&lt;/b&gt; by its schedule again from 2026-03-02 14:00 CET",
      "2026-03-02 13:00 CET users to oneplan did not run 3 times: no &lt;b&gt;power&lt;/b&gt; by its schedule again from 2026-03-02 14:00 CET",
    ]);
    expect(all[2]).toMatch(/^2026-03-02 09:20 CET all settings changed sync\.timeZone first seen by ada$/);
    expect(all[3]).toMatch(/^2026-03-02 09:10 CET took .+ s Entra users to OnePlan Success /);
    expect(await rows(`/runs?sync=${SYNC.sync}`)).toEqual(all.slice(1));
  });
});

describe("the registrations", () => {
  it("are said to be as declared, or what differs, once somebody looked", async () => {
    const { engine, outputs } = bench;
    bench.looking = () => rememberLook(engine.store, outputs, engine.clock.now());
    expect(await page("/registrations")).toContain("Nobody has looked yet at what is there.");
    await editor.submit("/registrations", "/registrations/look");

    const [, changed, gone, ...others] = (await page("/registrations")).split("<section");
    expect(changed).toContain(">not as declared<");
    expect(changed).toContain("There and not declared: web redirect URI https://&lt;b&gt;evil&lt;/b&gt;.example/.");
    expect(gone).toContain("It is gone: deploy again (pulumi up --refresh).");
    expect(others.map((each) => each.includes(">as declared<"))).toEqual([true, true]);
  });
});
