/** A short simulation of plans on each build; `npm run simulate -- --plans` makes long ones. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { throughProxy } from "../sync/connectors/hosts.ts";
import { simulatePlans } from "./plans.ts";

let sandbox: Sandbox;
let leave: () => Promise<void>;

beforeAll(async () => {
  sandbox = await startSandbox({ users: 20, provider: false });
  leave = throughProxy(sandbox);
});
afterAll(async () => {
  await leave();
  await sandbox.stop();
});

it.each([1, 2, 7])(
  "both sides agree whatever happens, each item is there once, and a run after it writes nothing (seed %i)",
  async (seed) => {
    expect(await simulatePlans(sandbox, { seed, histories: 5, steps: 12 })).toBeUndefined();
  },
  300_000,
);
