/** Nights on which the directory is large, short of words, or hides something: what was seen, and what is right. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { directory } from "../../../sandbox/directory/index.ts";
import type { GraphClient } from "../../../sync/connectors/graph/index.ts";
import { createMapping } from "../../../sync/kinds/users/mapping.ts";
import { createUsersSource } from "../../../sync/kinds/users/source.ts";
import { explainObject } from "../../../sync/run/explain.ts";
import { openSqliteState, type StateStore } from "../../../sync/index.ts";
import type { Item } from "../../../sync/model/types.ts";
import type { ScopeNames } from "../../../sync/kinds/users/scope.ts";
import { readAll, type Reading, type ReadingOptions } from "../kinds/users/reading.ts";
import { startTenant, type Tenant } from "../kinds/users/tenant.ts";
import { Bench, person } from "../run/fakes.ts";
import { plain } from "../kinds/users/options.ts";

const DELTA = "https://graph.microsoft.com/v1.0/users/delta";

interface Asked {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A Graph that says what it is told to. */
class ListedGraph implements GraphClient {
  readonly host = "graph.microsoft.com";
  readonly asked: Asked[] = [];
  /** Most batches that were under way at once. */
  mostBatches = 0;
  #batches = 0;
  readonly #get: (path: string) => unknown;

  constructor(get: (path: string) => unknown) {
    this.#get = get;
  }

  async get(path: string, { headers }: { readonly headers?: Readonly<Record<string, string>> }): Promise<unknown> {
    this.asked.push({ path, headers });
    return this.#get(path);
  }

  async post(_: string, body: object): Promise<unknown> {
    const { requests } = body as { readonly requests: readonly { readonly id: string; readonly url: string }[] };
    this.asked.push({ path: "/$batch" });
    this.mostBatches = Math.max(this.mostBatches, (this.#batches += 1));
    // The others begin meanwhile.
    await new Promise(setImmediate);
    this.#batches -= 1;
    return { responses: requests.map(({ id, url }) => ({ id, status: 200, body: this.#get(url) })) };
  }
}

const fields = { name: "displayName", mail: "mail" };
function sourceOf(client: GraphClient, names: Partial<ScopeNames> = {}) {
  const { groups = [] } = names;
  return createUsersSource({
    ...plain,
    client,
    mapping: createMapping({ fields, groups, disabledAccountsAreInactive: true }),
    properties: Object.values(fields),
    ...names,
    groups,
  });
}
const user = (id: string) => ({
  id,
  displayName: id,
  mail: `${id}@example.com`,
  userPrincipalName: `${id}@example.com`,
  accountEnabled: true,
});

let folder: string;
let store: StateStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tenantwire-night-"));
  store = openSqliteState(join(folder, "state.sqlite"));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

describe("90 of 1,000 people missing in one read that ended early", () => {
  const listing = (given: number, count: unknown) =>
    new ListedGraph((path) => {
      if (path === "/users/$count") return count;
      if (path.startsWith("/users/delta")) return { value: [], "@odata.deltaLink": `${DELTA}?$deltatoken=1` };
      return { value: Array.from({ length: given }, (_, index) => user(`p${index}`)) };
    });
  const read = (client: GraphClient) => readAll(sourceOf(client), store, { mode: "full" });

  it("users are counted too: a list that is shorter is not taken for whole, whoever is missing", async () => {
    const client = listing(910, 1_000);
    expect(await read(client)).toMatchObject({
      complete: false,
      notes: ["Microsoft Graph counts 1,000 users and listed 910: the list is not taken for whole."],
    });
    // Documented: only with that header.
    expect(client.asked).toContainEqual({ path: "/users/$count", headers: { ConsistencyLevel: "eventual" } });
  });

  it.each<[string, number, unknown]>([
    ["that there are just as many", 1_000, "1000"],
    ["that somebody came since", 1_000, 999],
    ["that it is a little behind", 995, 1_000],
    ["nothing that is a number", 910, "many"],
  ])("a count says nothing against a list when it says %s", async (_, given, count) => {
    expect(await read(listing(given, count))).toMatchObject({ complete: true, notes: [] });
  });
});

describe("a list of members that ended early made inactive whom it left out", () => {
  const GROUPS = "https://graph.microsoft.com/v1.0/groups/delta";
  const USER = "#microsoft.graph.user";
  let given: number;
  let there: number;
  beforeEach(() => {
    given = there = 40;
  });

  /** 40 people, of whom so many are members of the group or unit `s1`, and fewer are listed. */
  const tenantOf = () =>
    new ListedGraph((path) => {
      const people = (count: number) => Array.from({ length: count }, (_, index) => `p${index}`);
      const members = people(given).map((id) => ({ id, "@odata.type": USER }));
      const scope = { id: "s1", displayName: "Staff" };
      if (path.startsWith("/users/delta") || path.startsWith(DELTA)) {
        return { value: [], "@odata.deltaLink": `${DELTA}?$deltatoken=1` };
      }
      if (path === "/users/$count") return 40;
      if (path.startsWith("/users?")) return { value: people(40).map(user) };
      const [, id = "", checks] = /^\/users\/(p\d+)(\/checkMemberObjects)?/.exec(path) ?? [];
      if (checks !== undefined) return { value: Number(id.slice(1)) < there ? ["s1"] : [] };
      if (id !== "") return user(id);
      if (path.startsWith("/directory/administrativeUnits/s1/members")) return { value: members };
      if (path.startsWith("/groups/delta")) {
        return { value: [{ id: "s1", "members@delta": members }], "@odata.deltaLink": `${GROUPS}?$deltatoken=1` };
      }
      if (path.startsWith(GROUPS)) return { value: [], "@odata.deltaLink": `${GROUPS}?$deltatoken=2` };
      return path.includes("/s1?") ? scope : { value: [scope] };
    });
  const read = (names: Partial<ScopeNames>, options: Partial<ReadingOptions> = {}) =>
    readAll(sourceOf(tenantOf(), names), store, { mode: "full", linked: () => true, ...options });
  const left = ({ objects }: Reading) => objects.flatMap(({ id, life }) => (life === "active" ? [] : [id]));
  const note =
    "Microsoft Graph left out 2 members of groups or administrative units, and has them all the same: nobody is taken for gone by those lists.";

  it.each<[string, Partial<ScopeNames>, "full" | "delta"]>([
    ["groups", { groups: ["Staff"] }, "full"],
    ["units", { units: ["Staff"] }, "full"],
    ["units", { units: ["Staff"] }, "delta"],
  ])("%s: who is missing is asked for by id (%j, %s)", async (_, names, mode) => {
    const { cursor } = await read(names);
    given = 36;
    there = 38;
    const second = await read(names, { mode, ...(mode === "delta" && { cursor }) });
    expect(left(second)).toEqual(["p38", "p39"]);
    expect(second).toMatchObject({ complete: false, notes: [note] });

    // The next one does not go on from there.
    given = 38;
    const third = await read(names, { mode, ...(mode === "delta" && { cursor }) });
    expect(left(third)).toEqual(["p38", "p39"]);
    expect(third).toMatchObject({ complete: true, notes: [] });
  });

  it("excluded and protected groups: nobody comes in or loses protection by it", async () => {
    await read({ excludedGroups: ["Staff"] });
    given = 38;
    const excluded = await read({ excludedGroups: ["Staff"] }, { linked: () => false });
    expect(excluded).toMatchObject({ objects: [], complete: false, notes: [note] });
    given = 40;
    await read({ protectedGroups: ["Staff"] });
    given = 38;
    const kept = await read({ protectedGroups: ["Staff"] });
    expect([kept.complete, kept.protected?.size]).toEqual([false, 40]);
  });
});

describe("100,000 changed people: 5,000 batch requests, one after another", () => {
  /** A delta in which so many changed their title: the other properties are absent, so that each is read again. */
  const changed = (people: number) =>
    new ListedGraph((path) => {
      if (path.startsWith("/users/delta")) return { value: [], "@odata.deltaLink": `${DELTA}?$deltatoken=1` };
      if (path === "/users/$count") return people;
      if (path.startsWith(DELTA)) {
        const value = Array.from({ length: people }, (_, index) => ({ id: `p${index}`, displayName: "New" }));
        return { value, "@odata.deltaLink": `${DELTA}?$deltatoken=2` };
      }
      const id = /^\/users\/(p\d+)\?/.exec(path)?.[1];
      return id === undefined ? { value: [user("p0")] } : user(id);
    });

  it("beyond where a full read is cheaper it is read in full", async () => {
    const client = changed(1_500);
    const { cursor } = await readAll(sourceOf(client), store, { mode: "full" });
    const delta = readAll(sourceOf(client), store, { mode: "delta", cursor, linked: () => true });
    await expect(delta).rejects.toMatchObject({
      name: "FullReadCheaper",
      message: "more than 1000 people changed, and reading everybody costs less",
    });
    expect(client.asked.filter(({ path }) => path === "/$batch")).toEqual([]);
  });

  it("below, several batches are under way at once", async () => {
    const client = changed(400);
    const { cursor } = await readAll(sourceOf(client), store, { mode: "full" });
    const { objects } = await readAll(sourceOf(client), store, { mode: "delta", cursor, linked: () => true });
    expect(objects).toHaveLength(400);
    expect(client.asked.filter(({ path }) => path === "/$batch")).toHaveLength(20);
    expect(client.mostBatches).toBe(4);
  });
});

describe("explain planned as if a delta had told of somebody it never will", () => {
  it("it says which run will see it", async () => {
    const bench = new Bench();
    try {
      for (const id of ["a", "b"]) bench.source.put(person(id));
      await bench.run();
      // As a property that Graph's delta does not follow.
      bench.source.objects.set("a", person("a", { fields: { name: "Renamed", mail: "a@example.com" } }));
      const [object] = (await bench.source.fetch(["a"])) as [Item];
      const { next, full, fullAt } = await explainObject({
        definition: bench.definition(),
        state: await bench.store.read(),
        object,
        signal: new AbortController().signal,
        now: bench.clock.now,
      });
      expect(next).toMatchObject({ mode: "delta", change: { kind: "none" } });
      expect(full).toMatchObject({ kind: "update" });
      expect(fullAt).toBe(new Date(bench.clock.time + 24 * 3_600_000).toISOString());
      expect(await bench.run()).toMatchObject({ counts: { update: 0 } });
      bench.clock.advance(25 * 3_600_000);
      expect(await bench.run()).toMatchObject({ mode: "full", counts: { update: 1 } });
    } finally {
      await bench.close();
    }
  });
});

describe("of a real tenant", () => {
  let tenant: Tenant;
  beforeAll(async () => {
    tenant = await startTenant(30);
  });
  afterAll(() => tenant.close());

  describe("groups with hidden membership: excluded people synced, protected people unprotected, no word", () => {
    it.each(["groups", "excludedGroups", "protectedGroups"] as const)("%s: it stops as units do", async (role) => {
      const displayName = `Hidden ${role}`;
      const id = await tenant.createGroup(displayName);
      // Only groups of Microsoft 365 may have it, and the stand-in's people make none of these.
      const { groups, people } = directory(tenant.sandbox.world);
      people.update("groups", groups.get(id) ?? { id }, { visibility: "HiddenMembership" });
      const source = role === "groups" ? tenant.source([displayName]) : tenant.source([], { [role]: [displayName] });
      await expect(readAll(source, tenant.store, { mode: "full" })).rejects.toMatchObject({
        name: "ScopeError",
        message: expect.stringContaining("are hidden, so it is not known who is ") as unknown,
      });
    });
  });

  describe("Graph's delta as it was recorded", () => {
    it("a next link on the last data page, empty pages and unset properties absent: the stand-in does so by default", async () => {
      interface Page {
        readonly value: readonly object[];
        readonly "@odata.nextLink"?: string;
        readonly "@odata.deltaLink"?: string;
      }
      const pages: Page[] = [];
      let path: string | undefined = "/users/delta?$select=displayName,jobTitle,mobilePhone";
      while (path !== undefined) {
        const page: Page = await tenant.graph<Page>("GET", path);
        pages.push(page);
        path = page["@odata.nextLink"]?.slice("https://graph.microsoft.com/v1.0".length);
      }
      const last = pages.findLastIndex(({ value }) => value.length > 0);
      expect(pages[last]?.["@odata.nextLink"]).toBeDefined();
      expect(pages.slice(last + 1).length).toBeGreaterThan(0);
      expect(pages.at(-1)?.["@odata.deltaLink"]).toBeDefined();
      const people = pages.flatMap(({ value }) => value);
      expect(people.some((each) => !("mobilePhone" in each))).toBe(true);
    });
  });
});
