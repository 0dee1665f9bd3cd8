/** The stack `sandbox` on the real engine: up, unchanged, change, rotation, destroy, up again. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { directory } from "../../sandbox/directory/index.ts";
import type { Exported } from "../../sandbox/demo/deployment.ts";
import { type Outputs, parseOutputs } from "../../contract/outputs.ts";
import { type Deployed, deployable } from "./deployed.ts";

let world: Deployed;

beforeAll(async () => {
  world = await deployable({ users: 20 });
}, 60_000);

afterAll(() => world.close());

const outputs = async (): Promise<Outputs> => parseOutputs(await world.stack.outputs(), "the stack");

/** `Resources:` of the engine's own summary: `+ 14 created`, `14 unchanged`. */
function resources(stdout: string): string[] {
  const [, list = ""] = /Resources:\n((?: {4}.*\n)+)/.exec(stdout) ?? [];
  return list.trim().split(/\n\s*/);
}

it("previews under the engine before anything exists", async () => {
  const { stdout } = await world.stack.mustPulumi(["preview", "--stack", "sandbox", "--color", "never"]);

  expect(resources(stdout)).toEqual([expect.stringMatching(/^\+ \d+ to create$/)]);
}, 60_000);

it("deploys, and its outputs are the contract, with no secret in them", async () => {
  await world.stack.up();

  const deployed = await outputs();

  expect(deployed.syncIdentity?.permissions).toContain("User.Read.All");
  expect(JSON.stringify(deployed)).not.toContain(world.sandbox.world.oneplanKey.value);
}, 60_000);

it("changes nothing when nothing changed", async () => {
  await world.stack.up("--expect-no-changes");
}, 60_000);

it("finds nothing to refresh", async () => {
  await world.stack.mustPulumi(["refresh", "--stack", "sandbox", "--yes", "--expect-no-changes", "--color", "never"]);
}, 60_000);

it("adds the permission that a mapped field needs, and takes it away again", async () => {
  world.edit((settings) => settings.replace(/^( +)(name: displayName)$/m, "$1$2\n$1leaveDate: employeeLeaveDateTime"));
  await world.stack.up();
  expect((await outputs()).syncIdentity?.permissions).toContain("User-LifeCycleInfo.Read.All");

  world.edit((settings) => settings.replace(/^ +leaveDate: .*\n/m, ""));
  await world.stack.up();
  expect((await outputs()).syncIdentity?.permissions).not.toContain("User-LifeCycleInfo.Read.All");
}, 90_000);

it("rotates by redeploying: a second slot when due, then the other one, never the current one", async () => {
  world.edit((settings) =>
    settings.replace(
      /^( +)federated:\n(?:\1 .*\n| *#.*\n)+/m,
      "$1secret: { periodDays: 90, overlapDays: 30, latenessDays: 30 }\n",
    ),
  );
  const upOn = async (day: number) => {
    await world.goTo(day);
    await world.stack.up();
    return (await outputs()).credentials.secrets[0]?.state;
  };

  const first = await upOn(0);
  expect(first).toMatchObject({ current: "a", a: { key: world.dateOf(0) } });
  expect(first?.b).toBeUndefined();
  expect(await upOn(31)).toEqual(first);
  const second = await upOn(90);
  expect(second).toMatchObject({ current: "b", a: first?.a, b: { key: world.dateOf(90) } });
  const third = await upOn(181);
  expect(third).toMatchObject({ current: "a", a: { key: world.dateOf(181) }, b: second?.b });
  await world.stack.up("--expect-no-changes");
}, 180_000);

it.each([false, true])(
  "is destroyed completely, and comes up again, with purge protection %s",
  async (purgeProtection) => {
    const setting = ["--path", "tenantwire:vault.purgeProtection", String(purgeProtection)];
    await world.stack.mustPulumi(["config", "set", "--stack", "sandbox", ...setting]);
    await world.stack.up();
    const before = await outputs();

    await world.stack.mustPulumi(["destroy", "--stack", "sandbox", "--yes", "--skip-preview", "--color", "never"]);

    const left = await world.stack.mustPulumi(["stack", "export", "--stack", "sandbox"]);
    expect((JSON.parse(left.stdout) as Exported).deployment.resources ?? []).toEqual([]);
    const { applications, servicePrincipals, appRoleAssignments } = directory(world.sandbox.world);
    const carriers = [...applications.values(), ...servicePrincipals.values()].filter(
      ({ notes }) => notes === before.mark,
    );
    expect(carriers).toEqual([]);
    expect(
      [...appRoleAssignments.values()].filter(({ principalId }) => principalId === before.syncIdentity?.principalId),
    ).toEqual([]);

    await world.stack.up();

    expect((await outputs()).vault?.name).not.toBe(before.vault?.name);
  },
  120_000,
);
