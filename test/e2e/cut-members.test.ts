/** Lists of members that end early in the first run that reads them: the command line, and the stand-in's hosts. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { graphFaults } from "../../sandbox/directory/faults.ts";
import { type Directory, directory } from "../../sandbox/directory/index.ts";
import { text } from "../../sandbox/directory/model.ts";
import { type Deployed, deployable } from "./deployed.ts";

let world: Deployed;
let entra: Directory;
/** People with a mail address and an enabled account. */
let people: { readonly id: string; readonly mail: string }[];
const PART = 12;

beforeAll(async () => {
  world = await deployable({ users: 120, seed: 5 });
  entra = directory(world.sandbox.world);
  people = [...entra.users.values()].flatMap((user) => {
    const mail = text(user, "mail");
    return mail !== "" && user["accountEnabled"] !== false ? { id: user.id, mail } : [];
  });
  await world.stack.up();
}, 120_000);
afterAll(() => world.close());

/** A group of the first so many of them. */
function groupOf(displayName: string): void {
  const members = people.slice(0, PART).map(({ id }) => id);
  entra.people.createGroup({ id: randomUUID(), displayName }, members);
}

async function scope(users: Partial<Record<"groups" | "excludedGroups", readonly string[]>>): Promise<void> {
  await world.writeOutputs((outputs) => {
    const { oneplan } = outputs.integrations;
    if (oneplan?.users) Object.assign(oneplan.users, { groups: [], excludedGroups: [], ...users });
    outputs.sync = { users: { limits: { disable: { count: 1000, percent: 100 } } } };
  });
}

function cut(countedMembers: "whole" | "short"): void {
  Object.assign(graphFaults(world.sandbox.world), { membersListed: PART - 3, countedMembers });
}

function whole(): void {
  graphFaults(world.sandbox.world).membersListed = null;
}

/** How many of the group are active in OnePlan, and how many of the others. */
async function active(): Promise<readonly [group: number, others: number]> {
  const resources = await world.resources();
  const isActive = ({ mail }: { readonly mail: string }) => resources.get(mail)?.Inactive === false;
  return [people.slice(0, PART).filter(isActive).length, people.slice(PART).filter(isActive).length];
}

describe("a list of members that ends early in the first run", () => {
  it("of an excluded group lets nobody in", async () => {
    groupOf("Contractors");
    await scope({ excludedGroups: ["Contractors"] });
    const before = await active();

    cut("short");
    const { code, report } = await world.sync();
    expect([code, report.failure]).toEqual([
      1,
      expect.stringContaining(`Microsoft Graph counts ${PART} users in group`),
    ]);
    expect(await active()).toEqual(before);

    cut("whole");
    const { report: incomplete } = await world.sync();
    expect(incomplete.notes).toContainEqual(expect.stringContaining("Microsoft Graph left out 3 members of groups"));
    expect(await active()).toEqual([before[0], people.length - PART]);

    whole();
    const { report: complete } = await world.sync();
    expect(complete).toMatchObject({ mode: "full", counts: { create: 0 } });
    expect((await world.sync()).report).toMatchObject({ mode: "delta" });
  }, 120_000);

  it("of a group that was just put into the settings makes nobody of it inactive", async () => {
    await scope({});
    await world.sync();
    expect(await active()).toEqual([PART, people.length - PART]);
    groupOf("Pilot");
    await scope({ groups: ["Pilot"] });

    cut("short");
    expect((await world.sync()).code).toBe(1);
    expect(await active()).toEqual([PART, people.length - PART]);

    cut("whole");
    await world.sync();
    expect(await active()).toEqual([PART, 0]);
  }, 120_000);
});
