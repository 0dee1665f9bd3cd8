/** What somebody looked at, page by page, is what a run does, or it does nothing; and settings that are tried. */
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { performing } from "../../cli/console.ts";
import { triedText, withTried } from "../../console/data/tried.ts";
import type { Outputs } from "../../contract/outputs.ts";
import { Limits } from "../../sync/planner/limits.ts";
import { partitionsOf } from "../../sync/state/partitions.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { deployedOutputs } from "../review/deployed-outputs.ts";
import { throughProxy } from "../sync/connectors/hosts.ts";
import { leaver, person } from "../sync/run/fakes.ts";
import { ConsoleBench, registered, SYNC, type Visitor } from "./bench.ts";

let sandbox: Sandbox;
let leave: () => Promise<void>;
let bench: ConsoleBench;
let ada: Visitor;
let reader: Visitor | undefined;
let round = 0;

function outputs({ integrations }: Outputs): void {
  integrations.oneplan = {
    ...{ baseUrl: "https://my.oneplan.ai", keyName: "tenantwire", keyVaultSecret: "oneplan-key" },
    users: { groups: ["A"], fields: { name: "displayName", mail: "mail" } },
  };
}

beforeAll(async () => {
  sandbox = await startSandbox({ users: 10, provider: false });
  leave = throughProxy(sandbox);
  bench = await new ConsoleBench(sandbox, registered(sandbox), { outputs }).open();
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

it("nor is one whose approver may not approve any more when its turn comes", async () => {
  const editor = await bench.as("Editor", 2);
  const { path } = await look();
  // Something else is at it meanwhile.
  const going = Promise.withResolvers<boolean>();
  const held = bench.work.add({
    ...{ sync: SYNC, what: "look", trigger: "manual", by: "a test", mayStill: () => going.promise },
  });
  const approved = await editor.submit(path, `${path}/approve`);
  expect(approved.status).toBe(303);
  await bench.access.setRole(bench.keyOf(2), "Reader", { name: "a test" });
  going.resolve(true);
  await bench.work.ended(held.id);

  expect(await ended(approved.location)).toMatch(/It did not begin: .* may not do that any more/);
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
  bench.engine.clock.advance(1_000);
  await bench.engine.run();
  const late = await ada.submit(waiting, `${waiting}/approve`, { plan });
  expect(late).toMatchObject({ status: 409, text: expect.stringContaining("look again") });

  const now = /name="plan" value="([0-9a-f]{16})"/.exec((await ada.get(waiting)).text)?.[1] ?? "none";
  const done = await ada.submit(waiting, `${waiting}/approve`, { plan: now });
  expect(await ended(done.location)).toContain(`Its plan was exactly the one that was looked at (${now}).`);
  expect([...bench.engine.target.writes].sort()).toEqual(["setActive", "setActive", "update"]);
});

it("what waited, and was mended at the source, waits no more, neither on its page nor on the overview", async () => {
  const { engine } = bench;
  const { limit } = await engine.run();
  const waiting = `/waiting/users/oneplan/${limit?.hash}`;
  expect((await ada.get("/")).text).toContain(waiting);
  for (const id of [`a${round}`, `b${round}`]) engine.source.put(person(id));
  engine.clock.advance(1_000);
  await engine.run();

  const { text } = await ada.get(waiting);
  expect(text).toContain("waits no more");
  expect(text).not.toContain(`action="${waiting}/approve"`);
  for (const id of ["c", "d"]) engine.source.put(person(`${id}${round}`));
  await engine.run();
  for (const id of ["c", "d"]) engine.source.put(leaver(`${id}${round}`));
  engine.clock.advance(1_000);
  const { limit: another } = await engine.run();
  expect((await ada.get("/")).text).toContain(`/waiting/users/oneplan/${another?.hash}`);
  expect((await ada.get("/")).text).not.toContain(waiting);
});

it("what waits, and whose run is not remembered any more, is looked at first", async () => {
  const { limit } = await bench.engine.run();
  const waiting = `/waiting/users/oneplan/${limit?.hash}`;
  const session = await bench.engine.store.lock(SYNC.sync);
  await session.clear(partitionsOf(SYNC.sync).runs);
  await session.release();

  const { text } = await ada.get(waiting);
  expect(text).toContain("is not remembered any more: see before and after, and approve there");
  expect(text).not.toContain(`action="${waiting}/approve"`);
  expect(await ada.submit("/account", `${waiting}/approve`)).toMatchObject({ status: 409 });
});

it("lets go whom only a full run finds, though the last one has just been", async () => {
  const { engine } = bench;
  engine.limits = Limits.parse({});
  await engine.run();
  const { id } = engine.target.seed({ name: "Zoe", mail: "zoe@example.com" }, { sourceId: `gone${round}` });
  const { strangers } = await engine.run({ mode: "full" });
  const waiting = `/waiting/users/oneplan/${strangers?.hash}`;
  const { text } = await ada.get(waiting);
  expect(text).toContain("These were left alone");
  const plan = /name="plan" value="([0-9a-f]*)"/.exec(text)?.[1] ?? "none";

  const { location } = await ada.submit(waiting, `${waiting}/approve`, { plan });

  await ended(location);
  expect(engine.target.stored.get(id)?.active).toBe(false);
});

it("what if: edited settings give another plan, and nothing is stored or written", async () => {
  const page = "/try/users/oneplan";
  const settings = textareaOf((await ada.get(page)).text);
  expect(settings).toContain("name: displayName");
  const before = await stored();
  const planOf = async (edited: string) => {
    const { location = "" } = await ada.submit(page, page, { settings: edited });
    const text = await ended(location);
    expect(text).toContain("With the settings that were tried. Nothing was stored");
    expect(text).not.toContain(`${location}/approve`);
    return { plan: /<dt>Plan<\/dt>\s*<dd><code>([0-9a-f]{16})</.exec(text)?.[1], text, location };
  };

  const asDeployed = await planOf(settings);
  const without = await planOf(settings.replace(/^ +name: displayName\n/m, ""));

  expect(asDeployed.plan).toBe((await bench.engine.run({ dryRun: true })).plan);
  expect(without.plan).not.toBe(asDeployed.plan);
  expect([asDeployed, without].map(({ text }) => text.includes("Carla"))).toEqual([true, false]);
  // Who may not try other settings is not shown what they let see, by whatever address.
  reader ??= await bench.as("Reader", 1);
  for (const path of [without.location, `${without.location}/events`]) {
    const refused = await reader.get(path);
    expect([refused.status, refused.text.includes("Carla")]).toEqual([403, false]);
  }
  expect((await ada.submit(page, `${without.location}/approve`)).status).toBe(409);
  expect([bench.engine.target.writes, await stored()]).toEqual([[], before]);
  expect(textareaOf((await ada.get(page)).text)).toBe(settings);
});

it("what if: the process of the console takes the edited settings, and not the deployed ones", async () => {
  const { store, clock } = bench.engine;
  const deployed = deployedOutputs(outputs);
  const edited = triedText(deployed, SYNC).replace("sync: {}", "sync: { users: { fullEveryDays: -1 } }");
  const perform = performing({
    ...{ outputs: deployed, options: {}, store, now: clock.now },
    signal: AbortSignal.timeout(60_000),
    after: async () => undefined,
  });
  const tried = withTried(deployed, SYNC, edited);

  const look = perform({ sync: SYNC, what: "look", trigger: "manual", by: "ada", tried }, () => undefined);

  await expect(look).rejects.toThrow(/fullEveryDays/);
});

/** All that the sync has in the state. */
async function stored(): Promise<readonly unknown[]> {
  const state = await bench.engine.store.read();
  const found: unknown[] = [];
  for (const partition of Object.values(partitionsOf(SYNC.sync))) {
    if (typeof partition !== "string") continue;
    for await (const entities of state.list(partition)) found.push(partition, entities);
  }
  expect(found).not.toEqual([]);
  return found;
}

function textareaOf(page: string): string {
  return /<textarea[^>]*>\n?([^<]*)</.exec(page)?.[1] ?? "";
}

it("pages of before and after go on to the last change", async () => {
  const { source } = bench.engine;
  for (let index = 1; index <= 1_099; index += 1) source.put(person(`new-${String(index).padStart(4, "0")}`));
  const { path, text } = await look();

  const pages = [text, (await ada.get(`${path}?changes=2`)).text, (await ada.get(`${path}?changes=3`)).text];

  expect(text).toContain("1 to 500 of 1,102: page 1 of 3");
  expect(pages.map((each) => [...each.matchAll(/<span class="kind \w+">/g)].length)).toEqual([500, 500, 102]);
  const shown = new Set(
    pages.flatMap((each) => [...each.matchAll(/<code class="soft">(new-\d+)</g)].map(([, id]) => id)),
  );
  expect(shown.size).toBe(1_099);
  expect(pages.map((each) => [...each.matchAll(/href="\?changes=(\d)#changes"/g)].map(([, page]) => page))).toEqual([
    ["2", "3"],
    ["1", "3"],
    ["1", "2"],
  ]);
  for (const [asked, page] of [
    ["99", 3],
    ["-1", 1],
    ["x", 1],
  ] as const)
    expect((await ada.get(`${path}?changes=${asked}`)).text).toContain(`page ${page} of 3`);
});
