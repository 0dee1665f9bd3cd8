/**
 * The engine with its states in blobs: what an update writes, and that showing one writes nothing. The storage is
 * Azure's own emulator, opened by its published key: the sign-in by Entra is not shown here.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { backendUrl } from "../../components/state-storage/index.ts";
import { run } from "../../sandbox/run.ts";
import { createStack, type Stack } from "../../sandbox/stack.ts";
import { type Azurite, startAzurite } from "../sync/state/azurite.ts";
import { cli, type Deployed, deployable } from "./deployed.ts";

/** Published by Microsoft, and the same in every emulator. */
const ACCOUNT = "devstoreaccount1";
const KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

let world: Deployed;
let azurite: Azurite;
let stack: Stack;

beforeAll(async () => {
  [world, azurite] = await Promise.all([deployable({ users: 20 }), startAzurite()]);
  const place = new URL(await azurite.address());
  const [, , container = ""] = place.pathname.split("/");
  const url = new URL(backendUrl(`https://${ACCOUNT}.blob.core.windows.net/`, container));
  // Where the emulator is, in place of the account's own address.
  for (const [name, value] of [
    ["protocol", "http"],
    ["domain", place.host],
    ["localemu", "true"],
  ] as const) {
    url.searchParams.set(name, value);
  }
  const env = { ...world.env, PULUMI_BACKEND_URL: url.href, AZURE_STORAGE_ACCOUNT: ACCOUNT, AZURE_STORAGE_KEY: KEY };
  const folder = join(world.stack.folder, "in-blobs");
  mkdirSync(folder);
  stack = await createStack(folder, env);
  await stack.up();
}, 120_000);

afterAll(async () => {
  await azurite.close();
  await world.close();
});

beforeEach(() => {
  azurite.fate = () => undefined;
  azurite.passed.length = 0;
});

const isWrite = (request: string) => !/^(GET|HEAD)\b/.test(request);

it.each([
  ["a preview", ["preview", "--stack", "sandbox"]],
  ["a look for drift", ["preview", "--stack", "sandbox", "--refresh", "--expect-no-changes"]],
  ["reading the outputs", ["stack", "output", "--json", "--stack", "sandbox"]],
] as const)(
  "%s only reads the state, and needs no more",
  async (_, args) => {
    azurite.fate = (request) => (isWrite(request) ? "refused" : undefined);

    await stack.mustPulumi(args);

    expect(azurite.passed.length).toBeGreaterThan(0);
    expect(azurite.passed.filter(isWrite)).toEqual([]);
  },
  60_000,
);

it("a review only reads the state", async () => {
  azurite.fate = (request) => (isWrite(request) ? "refused" : undefined);

  const ran = await run(["node", cli, "review", "-s", "sandbox"], { cwd: stack.folder, env: stack.env });

  expect([ran.code, ran.stderr]).toEqual([0, ""]);
  expect(azurite.passed.filter(isWrite)).toEqual([]);
}, 60_000);

it("an update writes, and does not begin where it may not", async () => {
  await stack.up();
  expect(azurite.passed.some(isWrite)).toBe(true);

  azurite.fate = (request) => (isWrite(request) ? "refused" : undefined);
  const ran = await stack.pulumi(["up", "--stack", "sandbox", "--yes", "--skip-preview"]);
  expect(ran.code).not.toBe(0);
}, 60_000);
