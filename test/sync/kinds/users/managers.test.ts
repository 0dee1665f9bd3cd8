/** Who is whose manager, as the source tells it. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Item } from "../../../../sync/model/types.ts";
import { parseFilter } from "../../../../sync/kinds/users/filter-parser.ts";
import { createMapping } from "../../../../sync/kinds/users/mapping.ts";
import { queryFor } from "../../../../sync/connectors/graph/index.ts";
import { selectFor } from "../../../../sync/kinds/users/reads.ts";
import { byId, readAll } from "./reading.ts";
import { startTenant, type Tenant } from "./tenant.ts";

const fields = { Boss: "manager" };

describe("a mapped manager", () => {
  let tenant: Tenant;
  let ada: string;
  let boss: string;
  let other: string;
  beforeAll(async () => {
    tenant = await startTenant(10);
    [ada, boss, other] = [
      await tenant.createUser("Ada"),
      await tenant.createUser("Boss"),
      await tenant.createUser("Other"),
    ];
    await setManager(ada, boss);
  });
  afterAll(() => tenant.close());

  async function setManager(user: string, manager: string | null): Promise<void> {
    const path = `/users/${user}/manager/$ref`;
    if (manager === null) return tenant.graph("DELETE", path);
    return tenant.graph("PUT", path, { "@odata.id": `https://graph.microsoft.com/v1.0/users/${manager}` });
  }

  async function full(options = {}) {
    return readAll(tenant.source([], { fields, ...options }), tenant.store, { mode: "full" });
  }

  function bossOf(object: Item | undefined) {
    return object?.references?.["Boss"]?.id ?? object?.fields?.["Boss"];
  }

  it("is read along with everybody, in no more requests than without it", async () => {
    const before = tenant.requests();
    const { objects } = await full();
    const withManagers = tenant.requests() - before;
    await full({ fields: {} });

    expect(withManagers).toBe(tenant.requests() - before - withManagers);
    const people = byId(objects);
    expect(people.get(ada)?.references).toEqual({ Boss: { id: boss } });
    expect(people.get(ada)?.fields).not.toHaveProperty("Boss");
    expect(bossOf(people.get(boss))).toBeNull();
  });

  it("comes with a delta when nothing but the manager changed", async () => {
    const { cursor } = await full();
    await setManager(ada, other);
    await setManager(boss, other);
    const changed = await readAll(tenant.source([], { fields }), tenant.store, { mode: "delta", cursor });
    expect(changed.objects.map(({ id }) => id).sort()).toEqual([ada, boss].sort());
    expect(bossOf(byId(changed.objects).get(ada))).toBe(other);

    await setManager(ada, null);
    const next = await readAll(tenant.source([], { fields }), tenant.store, { mode: "delta", cursor: changed.cursor });
    expect(next.objects.map((object) => [object.id, bossOf(object)])).toEqual([[ada, null]]);
  });

  it("is no matter of the delta of those who do not map it", async () => {
    const source = () => tenant.source([]);
    const { cursor } = await readAll(source(), tenant.store, { mode: "full" });
    await setManager(ada, boss);
    expect((await readAll(source(), tenant.store, { mode: "delta", cursor })).objects).toEqual([]);
  });

  it("is told of single people too", async () => {
    const source = tenant.source([], { fields });
    await readAll(source, tenant.store, { mode: "full" });
    const [object] = await source.fetch([ada], AbortSignal.timeout(30_000));
    expect(bossOf(object)).toBe(boss);
  });
});

describe("mapping a manager", () => {
  const user = { id: "1", displayName: "Ada", mail: "ada@contoso.com", accountEnabled: true };
  const options = { fields: { name: "displayName", Boss: "manager" }, groups: [], disabledAccountsAreInactive: true };

  it.each<[string, object, boolean, unknown, unknown]>([
    ["somebody", { manager: { id: "2" } }, false, { Boss: { id: "2" } }, undefined],
    [
      "somebody, and the field is kept while he is missing",
      { manager: { id: "2" } },
      true,
      { Boss: { id: "2", keep: true } },
      undefined,
    ],
    ["nobody", {}, false, undefined, null],
    ["nobody, and the field is kept", {}, true, undefined, undefined],
    ["nobody, said as such", { manager: null }, false, undefined, null],
    ["somebody, in a delta", { "manager@delta": [{ id: "2" }] }, false, { Boss: { id: "2" } }, undefined],
    ["nobody, in a delta", { "manager@delta": [] }, false, undefined, null],
    ["something strange", { manager: "2" }, false, undefined, null],
  ])("%s", (_, more, isKept, references, value) => {
    const mapping = createMapping({ ...options, keep: new Set(isKept ? ["Boss"] : []) });
    const object = mapping.inScope({ ...user, ...more });
    expect(object.references).toEqual(references);
    expect(object.fields?.["Boss"]).toBe(value);
  });

  it("is read by $expand, and costs nothing where it is not mapped", () => {
    const select = selectFor(["manager", "city"]);
    expect(select).toContain("manager");
    expect(queryFor(select)).toBe(
      "$select=accountEnabled,city,displayName,id,mail,userPrincipalName&$expand=manager($select=id)",
    );
    expect(queryFor(selectFor(["city"]))).not.toContain("$expand");
  });

  it("is no matter for a filter", () => {
    expect(() => parseFilter("manager eq 'Ada'")).toThrow(
      'at character 1: "manager" is another person, and no value that a filter can look at',
    );
  });
});
