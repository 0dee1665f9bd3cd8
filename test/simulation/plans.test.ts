/** A short simulation of plans on each build; `npm run simulate -- --plans` makes long ones. */
import { expect, it } from "@jest/globals";
import type { Sandbox } from "../../sandbox/server.ts";
import { inOneTenant } from "../sandbox/in-one-tenant.ts";
import { type Policy, simulatePlans } from "./plans.ts";

let sandbox: Sandbox;

inOneTenant({ users: 20 }, (started) => (sandbox = started));

it.each([1, 2, 7])(
  "both sides agree whatever happens, each item is there once, and a run after it writes nothing (seed %i)",
  async (seed) => {
    expect(await simulatePlans(sandbox, { seed, histories: 5, steps: 12 })).toBeUndefined();
  },
  300_000,
);

it.each<[Policy, number]>([
  ["azureDevOps", 1],
  ["oneplan", 2],
  ["newest", 3],
  ["fail", 9],
])(
  "the same where %s decides what both sides changed (seed %i)",
  async (policy, seed) => {
    expect(await simulatePlans(sandbox, { seed, policy, histories: 3, steps: 12 })).toBeUndefined();
  },
  300_000,
);
