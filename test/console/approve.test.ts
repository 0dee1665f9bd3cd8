/** What somebody looked at is what a run does, or it does nothing; and settings that are tried. */
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { Limits } from "../../sync/planner/limits.ts";
import { partitionsOf } from "../../sync/state/partitions.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { throughProxy } from "../sync/connectors/hosts.ts";
import { leaver, person } from "../sync/run/fakes.ts";
import { ConsoleBench, registered, SYNC, type Visitor } from "./bench.ts";

let sandbox: Sandbox;
let leave: () => Promise<void>;
let bench: ConsoleBench;
let ada: Visitor;
let round = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ users: 10, provider: false });
  leave = throughProxy(sandbox);
  bench = await new ConsoleBench(sandbox, registered(sandbox)).open();
  ada = await bench.as("Administrator", 0);
});
afterAll(async () => {
  await bench.close();
  await leave();
  await sandbox.stop();
});

/** Two leave whom nobody let go yet, which is one more than a run may do, and somebody is called otherwise. */
beforeEach(async () => {
  const { engine } = bench;
  engine.limits = Limits.parse({});
  round += 1;
  const leaving = [`a${round}`, `b${round}`];
  for (const id of [...leaving, "c"]) engine.source.put(person(id));
  await engine.run({ mode: "full" });
  engine.limits = Limits.parse({ disable: { count: 1, percent: 100 } });
  for (const id of leaving) engine.source.put(leaver(id));
  rename("Carla");
  engine.target.calls.length = 0;
});

function rename(name: string): void {
  bench.engine.source.put(person("c", { fields: { name, mail: "c@example.com" } }));
}

/** Follows what was started to its end, and gives its page. */
async function ended(location: string | undefined): Promise<string> {
  await bench.work.ended(location?.split("/").at(-1) ?? "");
  return (await ada.get(location ?? "")).text;
}

async function look(): Promise<{ readonly path: string; readonly text: string }> {
  const { location: path = "" } = await ada.submit("/account", "/syncs/users/oneplan/look");
  return { path, text: await ended(path) };
}

it("approves exactly the plan that was looked at, values and all", async () => {
  const { path, text } = await look();
  const plan = /Approve exactly this plan \(([0-9a-f]{16})\)/.exec(text)?.[1] ?? "none";

  const { location } = await ada.submit(path, `${path}/approve`);

  expect(await ended(location)).toContain(`Its plan was exactly the one that was looked at (${plan}).`);
  expect([...bench.engine.target.writes].sort()).toEqual(["setActive", "setActive", "update"]);
});

it("a plan that changed since somebody looked is not written, though the set is the same: look again", async () => {
  const { path } = await look();
  rename("Clara");

  const { location } = await ada.submit(path, `${path}/approve`);

  const text = await ended(location);
  expect(text).toContain("Nothing was written: the source or the target changed since somebody looked");
  expect(text).toMatch(/action="\/syncs\/users\/oneplan\/look"[^]*Look again/);
  expect(bench.engine.target.writes).toEqual([]);
});

it("nor is one that waits", async () => {
  const { limit } = await bench.engine.run();
  const waiting = `/waiting/users/oneplan/${limit?.hash}`;
  const { text } = await ada.get(waiting);
  const plan = /name="plan" value="([0-9a-f]{16})"/.exec(text)?.[1] ?? "none";
  rename("Clara");

  const { location } = await ada.submit(waiting, `${waiting}/approve`, { plan });
  expect(await ended(location)).toContain(`when the plan was ${plan}; it is `);
  expect(bench.engine.target.writes).toEqual([]);

  // A run that found the same set with other values has been there since the page was shown.
  await bench.engine.run();
  const late = await ada.submit(waiting, `${waiting}/approve`, { plan });
  expect(late).toMatchObject({ status: 409, text: expect.stringContaining("look again") });

  const now = /name="plan" value="([0-9a-f]{16})"/.exec((await ada.get(waiting)).text)?.[1] ?? "none";
  const done = await ada.submit(waiting, `${waiting}/approve`, { plan: now });
  expect(await ended(done.location)).toContain(`Its plan was exactly the one that was looked at (${now}).`);
  expect([...bench.engine.target.writes].sort()).toEqual(["setActive", "setActive", "update"]);
});

it("what waits, and whose run is not remembered any more, is looked at first", async () => {
  const { limit, startedAt, runId } = await bench.engine.run();
  const waiting = `/waiting/users/oneplan/${limit?.hash}`;
  const session = await bench.engine.store.lock(SYNC.sync);
  await session.commit([{ partition: partitionsOf(SYNC.sync).runs, key: `${startedAt} ${runId}` }]);
  await session.release();

  const { text } = await ada.get(waiting);
  expect(text).toContain("is not remembered any more: see before and after, and approve there");
  expect(text).not.toContain(`action="${waiting}/approve"`);
  expect(await ada.submit("/account", `${waiting}/approve`)).toMatchObject({ status: 409 });
});
