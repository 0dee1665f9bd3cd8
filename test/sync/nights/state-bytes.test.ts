/** What a run moves whose state is in a blob. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { GraphClient, GraphUser } from "../../../sync/connectors/graph/index.ts";
import { createMapping } from "../../../sync/kinds/users/mapping.ts";
import { createUsersSource } from "../../../sync/kinds/users/source.ts";
import { openBlobState } from "../../../sync/state/blob/index.ts";
import { readAll } from "../kinds/users/reading.ts";
import { Bench, person } from "../run/fakes.ts";
import { type Azurite, credential, startAzurite } from "../state/azurite.ts";
import { plain } from "../kinds/users/options.ts";

const LINKS = 100_000;

let azurite: Azurite;
let bench: Bench;
let address: string;

beforeAll(async () => {
  azurite = await startAzurite();
  address = await azurite.address();
  bench = new Bench();
  bench.source.put(person("first"));
  await bench.run();
  await bench.store.close();
  const ids = Array.from({ length: LINKS }, (_, index) => idOf(index));
  for (const id of ids) bench.source.objects.set(id, person(id));
  const file = addLinks(ids);
  await azurite.aside(address).uploadFile(file);
  rmSync(file);
  bench.store = openBlobState(address, credential);
}, 120_000);

afterAll(async () => {
  await bench.close();
  await azurite.close();
});

/** In no order, as ids of Entra are. */
function idOf(index: number): string {
  const spread = ((index * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, "0");
  return `${spread}-${(index % 65_536).toString(16).padStart(4, "0")}-4000-8000-${index.toString(16).padStart(12, "0")}`;
}

/** As if they had been created long ago. */
function addLinks(ids: readonly string[]): string {
  const database = new DatabaseSync(bench.stateFile);
  const put = database.prepare("INSERT OR REPLACE INTO entities (partition, key, value) VALUES (?, ?, ?)");
  database.exec("BEGIN");
  for (const [index, sourceId] of ids.entries()) {
    const { label, fields } = person(sourceId);
    const stored = bench.target.seed({ ...fields }, { sourceId });
    const link = { sourceId, targetId: stored.id, label, origin: "created", active: true, agreed: fields };
    put.run("people-links", sourceId, JSON.stringify(link));
    put.run("people-linked", stored.id, JSON.stringify(sourceId));
    if (index === 0) put.run("people-counts", "links", JSON.stringify({ links: LINKS + 1, active: LINKS + 1 }));
  }
  database.exec("COMMIT");
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  return bench.stateFile;
}

async function moved(): Promise<{ readonly up: number; readonly down: number }> {
  azurite.moved.up = 0;
  azurite.moved.down = 0;
  expect(await bench.run()).toMatchObject({ status: "Success", mode: "delta" });
  return { ...azurite.moved };
}

describe("an idle run with its state in a blob: 82 MB up, 41 down, at 100,000 links", () => {
  it("bytes follow the changes: under 200 kB for a run that changes nothing", async () => {
    // Takes over the file that the version before left.
    await moved();
    for (let run = 0; run < 30; run += 1) {
      const { up, down } = await moved();
      expect(up + down).toBeLessThan(200_000);
    }
  }, 120_000);

  it("and a hundred changes cost what a hundred changes are", async () => {
    for (let index = 0; index < 100; index += 1) {
      const id = idOf(index * 997);
      bench.source.put(person(id, { fields: { name: `Renamed ${index}`, mail: `${id}@example.com` } }));
    }
    const { up, down } = await moved();
    expect(up + down).toBeLessThan(2_000_000);
    const after = await moved();
    expect(after.up + after.down).toBeLessThan(200_000);
  });
});

describe("an idle run with a group of 100,000 as scope", () => {
  const GROUP = "6f1c7a0e-0000-4000-8000-00000000aaaa";
  const INNER = "6f1c7a0e-0000-4000-8000-00000000bbbb";
  const members = Array.from({ length: LINKS }, (_, index) => idOf(index));
  /** What comes next: people who changed, and who joins or leaves the inner group. */
  let changed: GraphUser[] = [];
  let joins: object[] = [];
  let place: string;
  let store: ReturnType<typeof openBlobState>;

  beforeAll(async () => {
    const state = new Bench();
    await state.run();
    await state.store.close();
    const database = new DatabaseSync(state.stateFile);
    const put = database.prepare("INSERT OR REPLACE INTO entities (partition, key, value) VALUES (?, ?, ?)");
    database.exec("BEGIN");
    for (const [index, id] of members.entries())
      put.run("users-member-edges", `${index % 2 === 0 ? GROUP : INNER} ${id}`, '"user"');
    put.run("users-member-groups", `${GROUP} ${INNER}`, '"group"');
    const head = { generation: "1", complete: true, nested: true, groups: { Staff: GROUP }, units: {} };
    put.run("users-members", "head", JSON.stringify(head));
    database.exec("COMMIT");
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    database.close();
    place = await azurite.address();
    await azurite.aside(place).uploadFile(state.stateFile);
    store = openBlobState(place, credential);
    rmSync(state.folder, { recursive: true });
  }, 120_000);

  const link = (path: string) => `https://graph.microsoft.com/v1.0/${path}/delta?$deltatoken=1`;
  const client: GraphClient = {
    host: "graph.microsoft.com",
    get: async (path) =>
      path.includes("/groups/")
        ? { value: [{ id: INNER, "members@delta": joins }], "@odata.deltaLink": link("groups") }
        : { value: changed, "@odata.deltaLink": link("users") },
    post: async () => ({
      responses: [{ id: "0", status: 200, body: { value: [{ id: GROUP, displayName: "Staff" }] } }],
    }),
  };
  const fields = { name: "displayName", mail: "mail" };
  const select = ["accountEnabled", "displayName", "id", "mail", "userPrincipalName"];
  const personOf = (id: string): GraphUser => ({
    id,
    displayName: id,
    mail: `${id}@example.com`,
    userPrincipalName: `${id}@example.com`,
    accountEnabled: true,
  });

  async function moves() {
    const source = createUsersSource({
      ...plain,
      client,
      mapping: createMapping({ fields, groups: ["Staff"], disabledAccountsAreInactive: true }),
      properties: Object.values(fields),
      groups: ["Staff"],
    });
    const scope = {
      groups: [{ name: "Staff", id: GROUP }],
      generation: "1",
      watches: [{ link: link("groups"), groups: [GROUP, INNER] }],
      pending: [],
    };
    azurite.moved.up = 0;
    azurite.moved.down = 0;
    const { objects } = await readAll(source, store, {
      mode: "delta",
      cursor: { users: link("users"), select, scope },
      linked: () => true,
    });
    return { objects, bytes: azurite.moved.up + azurite.moved.down };
  }

  it("loads nobody of them, and of those who changed no more than their memberships", async () => {
    // Takes over the file that the version before left.
    await moves();
    expect((await moves()).bytes).toBeLessThan(200_000);

    changed = [personOf(idOf(7)), personOf(idOf(8)), personOf("6f1c7a0e-0000-4000-8000-00000000cccc")];
    const moved = await moves();
    expect(moved.objects.map(({ life }) => life)).toEqual(["active", "active", "inactive"]);
    expect(moved.bytes).toBeLessThan(300_000);

    changed = [];
    joins = [{ id: idOf(7), "@odata.type": "#microsoft.graph.user", "@removed": { reason: "deleted" } }];
    const left = await moves();
    expect(left.objects.map(({ id, life }) => [id, life])).toEqual([[idOf(7), "inactive"]]);
    expect(left.bytes).toBeLessThan(300_000);
    await store.close();
  });
});
