/** Scope rules, protected accounts and card numbers, read from the stand-in tenant. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Source } from "../../../../sync/model/types.ts";
import { parseFilter } from "../../../../sync/kinds/users/filter-parser.ts";
import { scopeRules } from "../../../../sync/kinds/users/scope-rules.ts";
import type { Entity } from "../../../../sync/state/session.ts";
import { byId, readAll, type Reading, reasonOf } from "./reading.ts";
import { open } from "./options.ts";
import { startTenant, type Tenant } from "./tenant.ts";

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant(300);
});
afterAll(() => tenant.close());

const linked = () => true;

interface Person {
  readonly id: string;
  readonly mail: string | null;
  readonly userPrincipalName: string;
  readonly userType: string;
  readonly department: string;
  readonly employeeId: string | null;
  readonly accountEnabled: boolean;
}

async function people(): Promise<Person[]> {
  const select = "id,mail,userPrincipalName,userType,department,employeeId,accountEnabled";
  return (await tenant.graph<{ value: Person[] }>("GET", `/users?$select=${select}&$top=999`)).value;
}

async function full(source: Source, isLinked = (_: string) => false): Promise<Reading> {
  return readAll(source, tenant.store, { mode: "full", linked: isLinked });
}

describe("a full read under rules", () => {
  it("gives those who meet the filter, and nobody else", async () => {
    const rules = scopeRules({ ...open, filter: parseFilter("department eq 'Finance' and accountEnabled eq true") });
    const { objects } = await full(tenant.source([], { rules }));

    const expected = (await people()).filter((each) => each.department === "Finance" && each.accountEnabled);
    expect(new Set(objects.map(({ id }) => id))).toEqual(new Set(expected.map(({ id }) => id)));
    expect(expected.length).toBeGreaterThan(0);
  });

  it("tells of linked people why they are out of scope", async () => {
    const all = await people();
    const guest = all.find(({ userType }) => userType === "Guest");
    const excluded = all.find(({ mail, userType }) => mail !== null && userType === "Member");
    const rules = scopeRules({ ...open, guests: false, exclude: [excluded?.mail?.toUpperCase() ?? ""] });
    const objects = byId((await full(tenant.source([], { rules }), linked)).objects);

    expect(reasonOf(objects.get(guest?.id ?? ""))).toBe("a guest, and tenantwire:sync.users.guests is false");
    expect(reasonOf(objects.get(excluded?.id ?? ""))).toBe("excluded by tenantwire:sync.users.exclude");
    expect(objects.size).toBe(all.length);
  });

  it("gives members of the groups who meet the rules as well", async () => {
    const members = (await full(tenant.source(["OnePlan Users"]))).objects.map(({ id }) => id);
    const engineers = (await people()).filter(({ department }) => department === "Engineering").map(({ id }) => id);
    const rules = scopeRules({ ...open, filter: parseFilter("department ne 'Engineering'") });
    const objects = byId((await full(tenant.source(["OnePlan Users"], { rules }), linked)).objects);

    const inScope = [...objects.values()].filter((each) => each.fields !== undefined).map(({ id }) => id);
    expect(new Set(inScope)).toEqual(new Set(members.filter((id) => !engineers.includes(id))));
    const engineer = members.find((id) => engineers.includes(id)) ?? "";
    expect(reasonOf(objects.get(engineer))).toBe("does not meet tenantwire:sync.users.filter");
    const stranger = [...objects.keys()].find((id) => !members.includes(id)) ?? "";
    expect(reasonOf(objects.get(stranger))).toBe('not a member of "OnePlan Users"');
  });
});

async function stored(partition: string) {
  const found: Entity[] = [];
  for await (const page of (await tenant.store.read()).list(partition)) found.push(...page);
  return found;
}

describe("excluded accounts", () => {
  it("stay excluded under another address, and an address that is nobody's is told", async () => {
    const [, somebody] = (await people()).filter(({ mail }) => mail !== null);
    const { id = "", mail = "", userPrincipalName = "" } = somebody ?? {};
    const excluded = ["nobody@contoso.com", mail?.toUpperCase() ?? "", id];
    const source = tenant.source([], {
      excluded: excluded.slice(0, 2),
      rules: scopeRules({ ...open, exclude: excluded.slice(0, 2) }),
    });
    const note =
      "tenantwire:sync.users.exclude[0]: nobody in Entra has this address, so nobody is excluded by it. Correct it, or write the account's id.";
    const { cursor, notes } = await full(source, linked);
    expect(notes).toEqual([note]);
    await tenant.graph("PATCH", `/users/${id}`, {
      mail: "married@contoso.com",
      userPrincipalName: `m-${userPrincipalName}`,
    });

    const delta = await readAll(source, tenant.store, { mode: "delta", cursor, linked });
    expect(reasonOf(byId(delta.objects).get(id))).toBe("excluded by tenantwire:sync.users.exclude");
    expect(reasonOf(byId((await full(source, linked)).objects).get(id))).toBe(
      "excluded by tenantwire:sync.users.exclude",
    );
    expect(JSON.stringify(await stored("users-excluded"))).not.toContain("contoso.com");
    // Taken out of the settings, it is forgotten.
    const other = tenant.source([], { excluded: excluded.slice(0, 1) });
    expect(reasonOf(byId((await full(other, linked)).objects).get(id))).toBeUndefined();
    expect(await stored("users-excluded")).toEqual([]);
    await tenant.graph("PATCH", `/users/${id}`, { mail, userPrincipalName });
  });
});

describe("a delta read under rules", () => {
  it("tells who came into scope and who left it by a change of a property that is not mapped", async () => {
    const rules = scopeRules({ ...open, filter: parseFilter("department eq 'Finance'") });
    const source = tenant.source([], { rules });
    const all = (await people()).filter(({ accountEnabled, mail }) => accountEnabled && mail !== null);
    const leaver = all.find(({ department }) => department === "Finance")?.id ?? "";
    const joiner = all.find(({ department }) => department !== "Finance")?.id ?? "";
    const { cursor } = await full(source);
    await tenant.graph("PATCH", `/users/${leaver}`, { department: "Sales" });
    await tenant.graph("PATCH", `/users/${joiner}`, { department: "Finance" });

    const { objects } = await readAll(source, tenant.store, { mode: "delta", cursor, linked: (id) => id === leaver });

    expect(byId(objects).get(joiner)?.life).toBe("active");
    expect(reasonOf(byId(objects).get(leaver))).toBe("does not meet tenantwire:sync.users.filter");
    expect(objects).toHaveLength(2);
    // Single people are looked at by the same rules.
    const [again] = await source.fetch([leaver], AbortSignal.timeout(60_000));
    expect(reasonOf(again)).toBe("does not meet tenantwire:sync.users.filter");
  });
});

describe("protected accounts", () => {
  it("are known by id, mail address and user principal name, in any letter case", async () => {
    const [byIdOnly, byMail, byName] = (await people()).filter(({ mail }) => mail !== null);
    const names = [byIdOnly?.id ?? "", byMail?.mail ?? "", byName?.userPrincipalName ?? ""];
    const source = tenant.source([], { protected: names.map((name) => name.toUpperCase()) });

    const { protected: ids, notes } = await full(source);

    expect(ids).toEqual(new Set([byIdOnly?.id, byMail?.id, byName?.id]));
    expect(notes).toEqual([]);
  });

  it("stay known when they are deleted, and names that mean nobody are told", async () => {
    const id = await tenant.createUser("Break Glass");
    const { mail } = await tenant.graph<Person>("GET", `/users/${id}?$select=mail`);
    const source = tenant.source([], { protected: [mail ?? "", "nobody@contoso.com"] });
    const { protected: before, notes, cursor } = await full(source);
    expect(before).toEqual(new Set([id]));
    expect(notes).toEqual([
      "tenantwire:sync.users.protected[1]: nobody in Entra has this address, so nobody is protected by it. Correct it, or write the account's id.",
    ]);

    await tenant.graph("DELETE", `/users/${id}`);

    const after = await readAll(source, tenant.store, { mode: "delta", cursor, linked });
    expect(after.protected).toEqual(new Set([id]));
    expect(reasonOf(byId(after.objects).get(id))).toBe("deleted in Entra");
    const dry = await readAll(source, tenant.store, { mode: "delta", cursor, linked, dryRun: true });
    expect(dry.protected).toEqual(new Set([id]));
    // With the setting goes what was remembered for it.
    await full(tenant.source([]));
    expect((await full(source)).protected).toEqual(new Set());
  });

  it("stay known from a state in which all of them were one entity", async () => {
    const id = await tenant.createUser("Old Glass");
    const { mail } = await tenant.graph<Person>("GET", `/users/${id}?$select=mail`);
    const source = tenant.source([], { protected: [mail ?? ""] });
    await full(source);
    const [entity] = await stored("users-protected");
    const { key = "", value = null } = entity ?? {};
    const session = await tenant.store.lock("users");
    await session.commit([
      { partition: "users-protected", key },
      { partition: "users-protected", key: "names", value: { [key]: value } },
    ]);
    await session.release();
    await tenant.graph("DELETE", `/users/${id}`);

    // The first run rewrites what was stored, and the second reads it so.
    expect((await full(source)).protected).toEqual(new Set([id]));
    expect((await full(source)).protected).toEqual(new Set([id]));
    expect(await stored("users-protected")).toEqual([entity]);
  });

  it("cost no request when there are none", async () => {
    const source = tenant.source([]);
    const { cursor } = await full(source);
    const before = tenant.requests();
    expect((await readAll(source, tenant.store, { mode: "delta", cursor })).protected).toBeUndefined();
    expect(tenant.requests() - before).toBe(1);
  });
});

describe("card numbers", () => {
  it("keep their zeros, and are counted among those in scope before anything is written", async () => {
    const [without] = (await people()).filter(({ accountEnabled }) => accountEnabled);
    await tenant.graph("PATCH", `/users/${without?.id}`, { employeeId: null });
    const everybody = (await people()).filter(({ accountEnabled }) => accountEnabled);
    const source = tenant.source([], { cardNumber: { source: "employeeId", field: "Card" } });

    const { objects, notes, cursor } = await readAll(source, tenant.store, { mode: "full", dryRun: true });

    expect(notes).toEqual([
      `Card number (employeeId to Card): ${everybody.length - 1} of ${everybody.length} people in scope have one.`,
    ]);
    const person = everybody[1];
    expect(byId(objects).get(person?.id ?? "")?.fields).toMatchObject({ Card: person?.employeeId });
    expect(person?.employeeId).toMatch(/^0+\d+$/);
    // A delta tells of a few people only: a count of them would say nothing.
    expect((await readAll(source, tenant.store, { mode: "delta", cursor })).notes).toEqual([]);
  });

  it("cannot come from a directory extension that does not exist", async () => {
    const extension = "extension_0123456789abcdef0123456789abcdef_pager";
    const source = tenant.source([], { cardNumber: { source: extension, field: "Card" } });
    await expect(full(source)).rejects.toThrow(
      `Entra has no directory extension "${extension}", which users.cardNumber.source or tenantwire:sync.users.filter names.`,
    );
  });
});
