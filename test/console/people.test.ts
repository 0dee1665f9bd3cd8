/** Deciding about people, by several administrators at once; and settings that are tried. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { triedText, withTried } from "../../console/data/tried.ts";
import { mayAddEntraUsers } from "../../contract/access/rules.ts";
import type { Outputs } from "../../contract/outputs.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { newestEntries, verifyTrail } from "../../sync/access/index.ts";
import { deployedOutputs } from "../review/deployed-outputs.ts";
import { throughProxy } from "../sync/connectors/hosts.ts";
import { ConsoleBench, registered, SYNC } from "./bench.ts";

let sandbox: Sandbox;
let leave: () => Promise<void>;
let bench: ConsoleBench;

beforeAll(async () => {
  sandbox = await startSandbox({ users: 40, provider: false });
  leave = throughProxy(sandbox);
  bench = await new ConsoleBench(sandbox, registered(sandbox)).open();
});
afterAll(async () => {
  await bench.close();
  await leave();
  await sandbox.stop();
});

describe("people", () => {
  it("are decided about once, also by two administrators at the same moment", async () => {
    const [ada, bob] = [await bench.as("Administrator", 0), await bench.as("Administrator", 1)];
    const eve = await bench.as(undefined, 2);
    await eve.submit("/no-access", "/access/request", { why: "<b>please</b>" });
    const [request] = await bench.access.requests();
    const action = `/people/requests/${encodeURIComponent(request?.id ?? "")}`;
    const answers = await Promise.all([
      ada.submit("/people", `${action}/approve`, { role: "Reader" }),
      bob.submit("/people", `${action}/deny`, { why: "no" }),
    ]);

    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(answers.find(({ status }) => status === 409)?.text).toMatch(/already by/);
    const state = await bench.engine.store.read();
    expect((await verifyTrail(state)).faults).toEqual([]);
    const decided = (await newestEntries(state, 50)).filter(({ action: done }) =>
      /^request (approved|denied)$/.test(done),
    );
    expect(decided).toHaveLength(1);
    expect((await ada.get("/people")).text).toContain("&lt;b&gt;please&lt;/b&gt;");
  });

  it("who are removed are out at once, in every browser; the last administrator stays", async () => {
    const ada = await bench.as("Administrator", 0);
    const [desk, phone] = [await bench.as("Editor", 3), await bench.as(undefined, 3)];
    for (const browser of [desk, phone]) expect((await browser.get("/")).status).toBe(200);
    bench.engine.clock.advance(1000);
    const key = encodeURIComponent(bench.keyOf(3));
    expect((await ada.submit("/people", `/people/${key}/remove`)).status).toBe(303);
    expect((await desk.get("/")).location).toBe("/sign-in");
    expect((await phone.get("/")).location).toBe("/sign-in");

    const other = `/people/${encodeURIComponent(bench.keyOf(1))}/role`;
    expect((await ada.submit("/people", other, { role: "Reader" })).status).toBe(303);
    const last = await ada.submit("/people", `/people/${encodeURIComponent(bench.keyOf(0))}/remove`);
    expect([last.status, last.text]).toEqual([409, expect.stringContaining("last administrator")]);
  });

  it("who are removed on the command line are out as well, and stay out when they are added again", async () => {
    const { clock } = bench.engine;
    const [dora, other] = [await bench.as("Reader", 6), await bench.as("Reader", 7)];
    clock.advance(1000);
    // As `tenantwire access remove` does it: in another process, which knows nothing of sessions.
    await bench.access.remove(bench.keyOf(6), { name: "root@jobs, by the command line" });
    expect((await dora.get("/")).location).toBe("/sign-in");
    clock.advance(1000);
    const again = await bench.as("Reader", 6);
    expect((await dora.get("/")).location).toBe("/sign-in");
    expect((await again.get("/")).status).toBe(200);
    expect((await other.get("/")).status).toBe(200);
  });

  it("whose sessions were ended are not remembered for longer than a session can last", async () => {
    const { store, clock } = bench.engine;
    const ended = async () => {
      const state = await store.read();
      return [await state.count("access-left"), await state.count("console-ended")];
    };
    const paul = await bench.as("Reader", 8);
    await paul.submit("/account", "/auth/sign-out-everywhere");
    await bench.access.remove(bench.keyOf(8), { name: "a test" });
    expect(Math.min(...(await ended()))).toBeGreaterThan(0);
    clock.advance(25 * 60 * 60 * 1000);
    await bench.as("Reader", 9);
    await bench.access.remove(bench.keyOf(9), { name: "a test" });
    expect(await ended()).toEqual([1, 0]);
  });

  it("whose role is another one have it with the next request", async () => {
    const ada = await bench.as("Administrator", 0);
    const carl = await bench.as("Editor", 4);
    expect((await carl.get("/try")).status).toBe(200);
    await ada.submit("/people", `/people/${encodeURIComponent(bench.keyOf(4))}/role`, { role: "Reader" });

    expect((await carl.get("/try")).status).toBe(403);
  });
});

it("nobody of the tenant is added while the administrator has not consented: the reason is there instead of the form", async () => {
  const ada = await bench.as("Administrator", 0);
  const form = 'action="/people/add"';
  expect((await ada.get("/people")).text).toContain(form);
  bench.whyNoneAdded = mayAddEntraUsers({ tenant: sandbox.world.tenant.id, adminConsent: false });
  const { text } = await ada.get("/people");
  bench.whyNoneAdded = undefined;

  expect(text).not.toContain(form);
  expect(text).toMatch(/Not yet: the tenant\S+ administrator has not consented yet \(User\.Read\.All\)\./);
});

it("the group is shown as it is declared, with the tenant and the time zone", async () => {
  const ada = await bench.as("Administrator", 0);
  const { text } = await ada.get("/people");
  const facts = [...text.matchAll(/<dt>([^<]*)<\/dt>\s*<dd>([^<]*)<\/dd>/g)].map(
    ([, title, value]) => `${title}: ${value}`,
  );

  expect(facts).toEqual([
    "Group id: contoso",
    `Tenant id: ${sandbox.world.tenant.id}`,
    "Authentication: office365Strict",
    "Allowed besides: nothing",
    "OnePlan configuration id: not linked",
    "Time zone: Europe/Berlin",
  ]);
});

describe("settings that are tried", () => {
  const outputs = deployedOutputs((all: Outputs) => {
    all.integrations.oneplan = {
      ...{ baseUrl: "https://my.oneplan.ai", keyName: "tenantwire", keyVaultSecret: "oneplan-key" },
      users: { groups: ["A"], fields: { mail: "mail" } },
    };
    all.sync = { users: { fullEveryDays: 7 } };
  });

  it("are what is in scope, which fields, and limits", () => {
    const text = triedText(outputs, SYNC);
    expect(text).toContain("fullEveryDays: 7");
    expect(text).not.toMatch(/oneplan\.ai|key/i);
    const tried = withTried(outputs, SYNC, text.replace("- A", "- B"));

    expect(tried.integrations.oneplan).toEqual({
      ...outputs.integrations.oneplan,
      users: { groups: ["B"], fields: { mail: "mail" } },
    });
    expect(outputs.integrations.oneplan?.users?.groups).toEqual(["A"]);
  });

  it.each([
    ["an address, which a key would be sent to", "users: { groups: [], fields: {}, baseUrl: https://evil.example }"],
    ["another part of the outputs", "integrations: { oneplan: { baseUrl: https://evil.example } }"],
    ["a file", "users: { fields: {}, groups: [], path: /etc/passwd }"],
    ["no settings", "- a"],
    ["no YAML", "users: {"],
    ["aliases without end", "users: &a [*a, *a]"],
    ["a prototype", "__proto__: { users: {} }"],
    ["what is of another kind", "users: { groups: 7, fields: {} }"],
  ])("are not %s", (_, text) => {
    expect(() => withTried(outputs, SYNC, text)).toThrow(expect.objectContaining({ name: "SettingsError" }));
  });

  it.each(["users", "rooms"] as const)("are those of a file's %s too", (kind) => {
    const file = { path: "x.csv", format: "csv" as const };
    const withFiles = deployedOutputs((all: Outputs) => {
      all.integrations.file = { ...file, users: { groups: ["A"], fields: { mail: "mail" } } };
      all.integrations.roomsFile = {
        ...file,
        rooms: { scope: "specified", lists: ["A"], workspaces: false, fields: { name: "displayName" } },
      };
    });
    const sync = { kind, target: "file", sync: `${kind}-file` };

    const tried = withTried(withFiles, sync, triedText(withFiles, sync).replace("- A", "- B"));

    expect(JSON.stringify(tried.integrations)).toContain('["B"]');
  });

  it("ask for no items of other projects", () => {
    const plans = { kind: "plans", target: "contoso", sync: "plans-contoso" };
    const query = 'plans: { query: "[System.Id] > 0) OR ([System.Id] > 0" }';

    expect(() => withTried(outputs, plans, query)).toThrow("plans.query: not a condition; its brackets do not match.");
  });
});
