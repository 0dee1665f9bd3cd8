/** Scope, protected accounts and card numbers: from the settings file through a deployment to a sync. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Directory, directory } from "../../sandbox/directory/index.ts";
import { text } from "../../sandbox/directory/model.ts";
import type { Outputs } from "../../stacks/outputs.ts";
import { type Deployed, deployable } from "./deployed.ts";

let world: Deployed;
let entra: Directory;

beforeAll(async () => {
  world = await deployable({ users: 200, seed: 7 });
  entra = directory(world.sandbox.world);
  await world.stack.up();
  await world.writeOutputs();
}, 120_000);

afterAll(() => world.close());

function textOf(id: string, property: string): string {
  const user = entra.users.get(id);
  return user ? text(user, property) : "";
}

describe("another scope", () => {
  let inUnit: string[];
  let leavers: { id: string; mail: string }[];

  it("is deployed with the permission that it needs", async () => {
    expect((await world.sync()).report.failure).toBeUndefined();
    const people = [...entra.users.values()];
    inUnit = people.filter((_, index) => index % 10 !== 0).map(({ id }) => id);
    const unit = { id: randomUUID(), displayName: "Europe" };
    entra.administrativeUnits.put(unit);
    entra.data.unitMembers[unit.id] = inUnit;

    world.edit((settings) =>
      settings
        .replace(
          /^( +)groups: \[OnePlan Users\]$/m,
          "$&\n$1administrativeUnits: [Europe]\n$1cardNumber: { source: employeeId, field: employeeId }",
        )
        .replace(
          /^( +)tenantwire:oneplan:/m,
          "$1tenantwire:sync: { users: { limits: { disable: { percent: 100 } } } }\n$&",
        ),
    );
    await world.stack.up();
    await world.writeOutputs();

    const { syncIdentity } = (await world.stack.outputs()) as Outputs;
    expect(syncIdentity?.permissions).toContain("AdministrativeUnit.Read.All");
  }, 60_000);

  it("is shown by a dry run as what it is: a full run, with a reason for everybody who leaves", async () => {
    const { report } = await world.sync("--dry-run");

    expect(report).toMatchObject({ mode: "full", modeReason: "scope or mapping have changed" });
    const disables = report.changes?.filter(({ kind }) => kind === "disable") ?? [];
    expect(new Set(disables.map(({ reason }) => reason))).toEqual(new Set(['not in administrative unit "Europe"']));
    expect(disables.some(({ sourceId }) => inUnit.includes(sourceId))).toBe(false);
    leavers = disables.map(({ sourceId: id }) => ({ id, mail: textOf(id, "mail") }));
    expect(leavers.length).toBeGreaterThan(1);
    expect(report.notes).toContainEqual(
      expect.stringMatching(/^Card number \(employeeId to employeeId\): (\d+) of \1 people/),
    );
  });

  it("leaves protected accounts active, and writes card numbers with their zeros", async () => {
    const [kept, gone] = leavers;
    await world.writeOutputs((outputs) => {
      outputs.sync = { users: { limits: { disable: { percent: 100 } }, protected: [kept?.mail] } };
    });

    const { report } = await world.sync();

    expect(report.counts.disable).toBe(leavers.length - 1);
    expect(report.skips).toContainEqual(
      expect.objectContaining({
        sourceId: kept?.id,
        reason: 'stays active, protected by the settings; otherwise: not in administrative unit "Europe"',
      }),
    );
    const resources = await world.resources();
    expect(resources.get(kept?.mail ?? "")?.Inactive).toBe(false);
    expect(resources.get(gone?.mail ?? "")?.Inactive).toBe(true);
    const person = [...resources.values()].find(
      ({ Office365Id, Inactive }) => !Inactive && inUnit.includes(String(Office365Id)),
    );
    const employeeId = textOf(String(person?.Office365Id), "employeeId");
    expect(person?.Fields["employeeId"]).toBe(employeeId);
    expect(employeeId).toMatch(/^0\d+$/);
  }, 60_000);
});
