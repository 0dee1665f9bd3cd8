/**
 * Delta reads add up: whatever happens in the directory, and whether runs end well, are dry, or are killed, what was
 * learnt in the end is what a full read says.
 */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Fields } from "../../../../sync/model/types.ts";
import type { Json } from "../../../../sync/model/json-value.ts";
import { readAll, type Reading } from "./reading.ts";
import { startTenant, type Tenant } from "./tenant.ts";

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant(60);
});
afterAll(() => tenant.close());

const GROUPS = 4;
const PEOPLE = 4;
const group = fc.nat(GROUPS - 1);
const person = fc.nat(PEOPLE - 1);

type Step =
  | { readonly kind: "person"; readonly group: number; readonly person: number; readonly join: boolean }
  | { readonly kind: "nest"; readonly group: number; readonly inner: number; readonly join: boolean }
  | { readonly kind: "rename"; readonly person: number }
  | { readonly kind: "enable"; readonly person: number; readonly enabled: boolean }
  | { readonly kind: "replace person"; readonly person: number }
  | { readonly kind: "replace group"; readonly group: number; readonly parent: number; readonly person: number }
  | { readonly kind: "run"; readonly dryRun: boolean; readonly killedAfter: number | undefined };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("person" as const), group, person, join: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("nest" as const), group, inner: group, join: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("rename" as const), person }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("enable" as const), person, enabled: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("replace person" as const), person }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("replace group" as const),
      group: fc.integer({ min: 1, max: GROUPS - 1 }),
      parent: group,
      person,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.constantFrom<Step>(
      { kind: "run", dryRun: false, killedAfter: undefined },
      { kind: "run", dryRun: false, killedAfter: undefined },
      { kind: "run", dryRun: false, killedAfter: 0 },
      { kind: "run", dryRun: false, killedAfter: 1 },
      { kind: "run", dryRun: true, killedAfter: undefined },
    ),
  },
);

/** A directory of its own for each case: groups of which the first is the scope, and people. */
async function freshDirectory(name: string) {
  const groups = await Promise.all(
    Array.from({ length: GROUPS }, (_, index) => tenant.createGroup(`${name} ${index}`)),
  );
  const people = await Promise.all(
    Array.from({ length: PEOPLE }, (_, index) => tenant.createUser(`${name} person ${index}`)),
  );
  const members = new Set<string>();
  let renames = 0;
  // A chain of groups with somebody in each, so that there is something to lose.
  for (let index = 0; index < GROUPS; index += 1) {
    await setMember(index, "person", index, true);
    if (index > 0) await setMember(index - 1, "group", index, true);
  }

  async function setMember(groupIndex: number, kind: "person" | "group", index: number, join: boolean): Promise<void> {
    const [parent = "", member = ""] = [groups[groupIndex], (kind === "person" ? people : groups)[index]];
    const key = `${parent} ${member}`;
    if (join === members.has(key) || parent === member) return;
    await (join ? tenant.addMember(parent, member) : tenant.removeMember(parent, member));
    if (join) members.add(key);
    else members.delete(key);
  }

  function forget(id: string): void {
    for (const key of members) if (key.includes(id)) members.delete(key);
  }

  return async function change(what: Exclude<Step, { kind: "run" }>): Promise<void> {
    switch (what.kind) {
      case "person":
        return setMember(what.group, "person", what.person, what.join);
      case "nest":
        return setMember(what.group, "group", what.inner, what.join);
      case "rename":
        return tenant.graph("PATCH", `/users/${people[what.person]}`, { displayName: `${name} renamed ${++renames}` });
      case "enable":
        return tenant.graph("PATCH", `/users/${people[what.person]}`, { accountEnabled: what.enabled });
      case "replace person": {
        const id = people[what.person] ?? "";
        await tenant.graph("DELETE", `/users/${id}`);
        forget(id);
        people[what.person] = await tenant.createUser(`${name} hired ${++renames}`);
        return;
      }
      case "replace group": {
        const id = groups[what.group] ?? "";
        await tenant.graph("DELETE", `/groups/${id}`);
        forget(id);
        groups[what.group] = await tenant.createGroup(`${name} group ${++renames}`);
        await setMember(what.group, "person", what.person, true);
        await setMember(what.parent, "group", what.group, true);
      }
    }
  };
}

/** Who is active with which fields, as a target would have it that does what it is told. */
class Learnt {
  readonly active = new Map<string, Fields | undefined>();
  readonly #ever = new Set<string>();

  readonly isLinked = (id: string): boolean => this.#ever.has(id);

  take({ objects }: Reading): void {
    for (const { id, life, fields } of objects) {
      if (life !== "active") this.active.delete(id);
      else {
        this.active.set(id, fields);
        this.#ever.add(id);
      }
    }
  }
}

let cases = 0;

it("delta reads add up to what a full read says", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      const name = `case ${++cases}`;
      const change = await freshDirectory(name);
      const source = tenant.source([`${name} 0`]);
      const learnt = new Learnt();
      const first = await readAll(source, tenant.store, { mode: "full" });
      learnt.take(first);
      let cursor: Json = first.cursor;

      for (const each of [...steps, { kind: "run", dryRun: false, killedAfter: undefined } as const]) {
        if (each.kind !== "run") {
          await change(each);
          continue;
        }
        const { dryRun, killedAfter } = each;
        const options = { mode: "delta", cursor, linked: learnt.isLinked, dryRun } as const;
        const reading = await readAll(source, tenant.store, {
          ...options,
          ...(killedAfter === undefined ? {} : { killedAfter }),
        });
        if (dryRun) continue;
        // What a killed run was told it may have written; its position is not kept.
        learnt.take(reading);
        if (killedAfter === undefined) cursor = reading.cursor;
      }

      const everybody = await readAll(source, tenant.store, { mode: "full", dryRun: true });
      const expected = new Learnt();
      expected.take(everybody);
      expect(learnt.active).toEqual(expected.active);
    }),
    { numRuns: 25 },
  );
}, 120_000);
