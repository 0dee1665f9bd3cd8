/** Scope, protected accounts and card numbers: from the settings file through a deployment to a sync. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Directory, directory } from "../../sandbox/directory/index.ts";
import { type DirectoryObject, text } from "../../sandbox/directory/model.ts";
import type { Outputs } from "../../contract/outputs.ts";
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

describe("managers, excluded and protected groups, and pager", () => {
  let boss: string;
  let reporting: string;
  let contractor: string;
  let owner: string;

  it("are deployed with the permissions that they need", async () => {
    world = await restarted();
    const { registrations } = entra;
    const members = [...entra.people.transitiveMembersOf(groupId("OnePlan Users"))].filter((id) => entra.users.get(id));
    const enabled = members.filter(
      (id) => entra.users.get(id)?.["accountEnabled"] !== false && textOf(id, "mail") !== "",
    );
    [boss = "", reporting = "", contractor = "", owner = ""] = enabled;
    entra.people.update("users", user(reporting), { manager: boss });
    entra.people.createGroup({ id: randomUUID(), displayName: "Contractors" }, [contractor]);
    entra.people.createGroup({ id: randomUUID(), displayName: "Owners" }, [owner]);
    const application = registrations.createApplication({ displayName: "Tenant Schema Extension App" }, []);
    const pager = `extension_${text(application, "appId").replaceAll("-", "")}_pager`;
    entra.applications.change(application, { extensionProperties: [{ id: randomUUID(), name: pager }] });
    entra.people.update("users", user(reporting), { [pager]: "00471" });

    world.edit((settings) =>
      settings
        .replace(
          /^( +)groups: \[OnePlan Users\]$/m,
          "$&\n$1excludedGroups: [Contractors]\n$1protectedGroups: [Owners]\n$1cardNumber: { source: pager, field: employeeId }",
        )
        .replace(/^( +)department: department$/m, "$&\n$1city: manager"),
    );
    await world.stack.up();
    await world.writeOutputs();

    const { syncIdentity } = (await world.stack.outputs()) as Outputs;
    expect(syncIdentity?.permissions).toEqual(["Application.Read.All", "GroupMember.Read.All", "User.Read.All"]);
  }, 120_000);

  it("are synced: managers after the people, nobody who is excluded, card numbers with zeros", async () => {
    const { report: ran } = await world.sync();

    expect(ran).toMatchObject({ status: "Success" });
    const resources = await world.resources();
    const one = resources.get(textOf(reporting, "mail"));
    expect(one?.Fields["city"]).toBe(resources.get(textOf(boss, "mail"))?.id);
    expect(one?.Fields["employeeId"]).toBe("00471");
    expect(resources.has(textOf(contractor, "mail"))).toBe(false);
  }, 60_000);

  it("protect who is deleted, and stop the run when a group of them is gone", async () => {
    entra.people.deleteUser(owner);
    const { report: ran } = await world.sync();
    expect(ran.skips).toContainEqual(
      expect.objectContaining({
        sourceId: owner,
        reason: "stays active, protected by the settings; otherwise: deleted in Entra",
      }),
    );

    entra.people.deleteGroup(groupId("Owners"));
    const { report: stopped, code } = await world.sync();
    expect([code, stopped.failure]).toEqual([1, expect.stringContaining("tenantwire:oneplan.users.protectedGroups")]);
  }, 60_000);
});

function user(id: string): DirectoryObject {
  const found = entra.users.get(id);
  if (!found) throw new Error(`There is no user ${id}.`);
  return found;
}

function groupId(name: string): string {
  const group = [...entra.groups.values()].find((each) => text(each, "displayName") === name);
  if (!group) throw new Error(`There is no group ${name}.`);
  return group.id;
}

/** A world of its own. */
async function restarted(): Promise<Deployed> {
  await world.close();
  const anew = await deployable({ users: 100, seed: 8 });
  entra = directory(anew.sandbox.world);
  return anew;
}
