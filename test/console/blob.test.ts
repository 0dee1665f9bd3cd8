/** The console with its state in a blob, which has one lock: what people see while a run has it. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { StateLocked } from "../../contract/errors.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { openBlobState } from "../../sync/state/blob/index.ts";
import { inOneTenant } from "../sandbox/in-one-tenant.ts";
import { person } from "../sync/run/fakes.ts";
import { type Azurite, credential, startAzurite } from "../sync/state/azurite.ts";
import { ConsoleBench, registered, SYNC } from "./bench.ts";

let azurite: Azurite;
let sandbox: Sandbox;
let clientId: string;
let bench: ConsoleBench;

beforeAll(async () => {
  azurite = await startAzurite();
}, 60_000);
inOneTenant({ users: 40 }, (started) => {
  sandbox = started;
  clientId = registered(sandbox);
});
afterAll(() => azurite.close());
beforeEach(async () => {
  const store = openBlobState(await azurite.address(), credential);
  bench = await new ConsoleBench(sandbox, clientId, { store }).open();
});
afterEach(() => bench.close());

it("lets people in, decides and runs, each when its turn has come", async () => {
  const { source } = bench.engine;
  source.put(person("ann"));
  const ada = await bench.as("Administrator", 0);
  const bob = await bench.as("Reader", 1);
  const key = encodeURIComponent(bench.keyOf(1));
  expect((await ada.submit("/people", `/people/${key}/role`, { role: "Editor" })).status).toBe(303);
  expect((await bob.get("/account")).text).toContain("Editor");
  const { location = "" } = await bob.submit("/", "/syncs/users/oneplan/run");
  await bench.work.ended(location.replace("/work/", ""));

  expect((await bob.get(location)).text).toContain("1 created");
  expect((await ada.get("/audit")).text).toContain("role changed");
  expect(bench.defects).toEqual([]);
});

it("shows every page while a run has the lock, and does what waits for it once that has ended", async () => {
  const { source } = bench.engine;
  source.put(person("ann"));
  const ada = await bench.as("Administrator", 0);
  await bench.as("Reader", 1);
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const { read } = source;
  source.read = async function* (request) {
    begun.resolve();
    await gate.promise;
    return yield* read.call(source, request);
  };
  const { id } = bench.work.add({ sync: SYNC, what: "run", trigger: "manual", by: "a test" });
  await begun.promise;
  for (const path of ["/", "/runs", "/people", "/audit", `/work/${id}`]) expect((await ada.get(path)).status).toBe(200);
  const key = encodeURIComponent(bench.keyOf(1));
  const changing = ada.submit("/people", `/people/${key}/role`, { role: "Editor" });
  const coming = bench.as(undefined, 2);
  expect(await bench.access.roleNow(bench.keyOf(1))).toBe("Reader");
  gate.resolve();

  expect((await changing).status).toBe(303);
  expect((await (await coming).get("/no-access")).status).toBe(403);
  expect(await bench.access.roleNow(bench.keyOf(1))).toBe("Editor");
});

it("says that it is not now where a run takes longer than anybody waits, and that nothing was changed", async () => {
  const ada = await bench.as("Administrator", 0);
  bench.looking = () => Promise.reject(new StateLocked("A run is under way: wait until it ends."));
  const answer = await ada.submit("/registrations", "/registrations/look");

  expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "20"]);
  expect(answer.text).toContain("A run is under way: wait until it ends.");
  expect(answer.text).toContain("Nothing was changed. Go back and do it again then");
  expect(bench.defects).toEqual([]);
});
