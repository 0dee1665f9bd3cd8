/** The audit trail: whole after a kill at any point, and what was changed, taken out or cut off is noticed. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import {
  entriesFor,
  newestEntries,
  readHead,
  readTrailPage,
  type TrailPage,
  verifyTrail,
} from "../../../sync/access/audit.ts";
import { withBook } from "../../../sync/access/book.ts";
import { Killed, Killer } from "../run/killer.ts";
import { declared, HOME, keyOf, objectIdOf, somebody, World } from "./people.ts";
import type { Access } from "../../../sync/access/access.ts";

let world: World;

beforeEach(() => {
  world = new World();
});
afterEach(() => world.close());

async function write(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await withBook(world.store, async (state) =>
      state.commit(await entriesFor(state, [{ action: `did ${index}`, by: "kim" }], world.clock.now())),
    );
  }
}

async function faults(kept?: { entry: number; hash: string }): Promise<readonly string[]> {
  return (await verifyTrail(await world.store.read(), kept)).faults;
}

/** The trail as somebody turns its pages. */
async function pages(): Promise<readonly TrailPage[]> {
  const state = await world.store.read();
  const all: TrailPage[] = [];
  for (let before: number | undefined; ; before = all.at(-1)?.before) {
    all.push(await readTrailPage(state, { count: 2, ...(before !== undefined && { before }) }));
    if (all.at(-1)?.before === undefined) return all;
  }
}

function spoil(sql: string): void {
  const database = new DatabaseSync(world.file);
  database.exec(sql);
  database.close();
}

const KEY = (entry: number) => String(entry).padStart(12, "0");

describe("a page of the trail", () => {
  beforeEach(() => write(7));

  it("has its entries and what is wrong with them, and asks for no others", async () => {
    expect((await pages()).map(({ entries, faults: wrong }) => [entries.map(({ entry }) => entry), wrong])).toEqual([
      [[7, 6], []],
      [[5, 4], []],
      [[3, 2], []],
      [[1], []],
    ]);
    const state = await world.store.read();
    const asked: string[] = [];
    const get = (partition: string, key: string) => {
      asked.push(key);
      return state.get(partition, key);
    };
    await readTrailPage({ get }, { count: 2, before: 5 });
    expect(asked).toEqual(["head", ...[5, 4, 3].map(KEY)]);
  });
});

describe("what somebody did to the file", () => {
  beforeEach(() => write(5));

  it("is nothing: the trail is whole", async () => {
    expect(await faults()).toEqual([]);
    expect(await readHead(await world.store.read())).toMatchObject({ entry: 5 });
    expect((await newestEntries(await world.store.read(), 2)).map(({ action }) => action)).toEqual(["did 4", "did 3"]);
  });

  it.each<[string, string, readonly string[]]>([
    [
      "a text changed",
      `UPDATE entities SET value = replace(value, 'did 2', 'did X') WHERE key = '${KEY(3)}'`,
      ["entry 3 was changed"],
    ],
    ["an entry taken out", `DELETE FROM entities WHERE key = '${KEY(2)}'`, ["entry 2 is missing"]],
    [
      "the beginning cut off",
      `DELETE FROM entities WHERE partition = 'access-audit' AND key < '${KEY(3)}'`,
      ["entries 1 to 2 are missing"],
    ],
    [
      "the end cut off",
      `DELETE FROM entities WHERE partition = 'access-audit' AND key > '${KEY(3)}'`,
      ["entries 4 to 5 are missing at the end"],
    ],
    [
      "nothing in the place of an entry",
      `UPDATE entities SET value = 'null' WHERE key = '${KEY(3)}'`,
      ["entry 3 is missing"],
    ],
    [
      "something else in the place of a value",
      `UPDATE entities SET value = json_set(value, '$.details', null) WHERE key = '${KEY(3)}'`,
      ["entry 3 is missing"],
    ],
    [
      "a time that is none",
      `UPDATE entities SET value = json_set(value, '$.at', 'then') WHERE key = '${KEY(3)}'`,
      ["entry 3 is missing"],
    ],
    [
      "two entries swapped",
      `UPDATE entities SET key = 'x' WHERE key = '${KEY(2)}';
       UPDATE entities SET key = '${KEY(2)}' WHERE key = '${KEY(3)}';
       UPDATE entities SET key = '${KEY(3)}' WHERE key = 'x'`,
      ["entry 2 is missing"],
    ],
    [
      "everything taken out",
      "DELETE FROM entities WHERE partition = 'access-audit'",
      ["entries 1 to 5 are missing at the end"],
    ],
  ])("is noticed: %s", async (_, sql, expected) => {
    spoil(sql);

    expect(await faults()).toEqual(expect.arrayContaining([...expected]));
    expect((await pages()).flatMap((page) => page.faults)).not.toEqual([]);
  });

  it("is noticed on the page after it too: an entry taken out, which the one shown has nothing to be compared with", async () => {
    const state = await world.store.read();
    expect((await readTrailPage(state, { count: 2, before: 0 })).faults).toEqual([]);
    spoil(`DELETE FROM entities WHERE key = '${KEY(3)}'`);

    expect((await readTrailPage(state, { count: 2, before: 3 })).faults).toEqual(["entry 3 is missing"]);
  });

  it("is noticed on the page that shows it: an entry beyond the last one", async () => {
    spoil(`INSERT INTO entities SELECT partition, '${KEY(6)}', value FROM entities WHERE key = '${KEY(5)}'`);

    expect((await pages())[0]?.faults).toEqual(["the last entry is not the one that was kept"]);
  });

  it("and to what tells of its end too, is noticed by who wrote an entry down", async () => {
    const kept = await readHead(await world.store.read());
    spoil("DELETE FROM entities WHERE partition LIKE 'access-audit%'");
    await write(5);
    world.clock.advance(1);
    await write(2);

    expect(await faults()).toEqual([]);
    expect(await faults({ ...kept, hash: kept.hash.slice(0, 12) })).toEqual([]);
    expect(await faults({ entry: 7, hash: kept.hash })).toEqual(["entry 7 is another one than was written down"]);
    expect(await faults({ entry: 9, hash: kept.hash })).toEqual(["there is no entry 9"]);
  });
});

/** All that changes the book: what is there before, what is done, and the entry that tells of it. */
const decisions: Readonly<
  Record<string, readonly [entry: string, (access: Access, name: string) => Promise<unknown>]>
> = {
  "a sign-in": ["signed in", (access, name) => access.signIn(somebody(name))],
  "a request": ["access requested", (access, name) => access.request(somebody(`${name}x`), "please")],
  "an approval": ["request approved", async (access, name) => access.decide(await requestOf(name), APPROVED, ADA)],
  "a denial": ["request denied", async (access, name) => access.decide(await requestOf(name), { approve: false }, ADA)],
  "an added person": ["person added", (access, name) => access.add(newcomer(`${name}y`), "Editor", ADA)],
  "another role": ["role changed", (access, name) => access.setRole(keyOf(name), "Editor", ADA)],
  "a removal": ["person removed", (access, name) => access.remove(keyOf(name), ADA)],
  "the end of a request": [
    "request expired",
    (access) => {
      world.clock.advance(15 * 24 * 60 * 60 * 1000);
      return access.endExpired();
    },
  ],
};
const APPROVED = { approve: true, role: "Reader" } as const;
const ADA = { name: "ada", person: keyOf("ada") };

function newcomer(name: string) {
  return { tenant: HOME, objectId: objectIdOf(name), name };
}

/** Of somebody who asked before. */
async function requestOf(name: string): Promise<string> {
  const requests = await world.open().requests();
  return requests.find(({ person }) => person === keyOf(`${name}z`))?.id ?? "";
}

/** What is remembered but for the trail, in a text. */
async function remembered(): Promise<string> {
  const kept: unknown[] = [];
  const state = await world.store.read();
  for (const partition of ["access-people", "access-requests", "access-object-ids", "access-declared"]) {
    for await (const page of state.list(partition)) kept.push(page);
  }
  return JSON.stringify(kept);
}

it.each(Object.entries(decisions))(
  "survives a kill before and after each write of %s: done with its entry, or not at all",
  async (_, [action, decide]) => {
    const access = world.open();
    await access.people();
    for (let steps = 0, dead = true; dead; steps += 1) {
      const name = `p${steps}`;
      await access.add(newcomer(name), "Reader", ADA);
      await access.request(somebody(`${name}z`), "please");
      const killer = new Killer(steps);
      const killed = world.open(declared, { store: killer.store(world.store) });
      const [before, entries] = [await remembered(), (await world.trail()).length];

      await decide(killed, name).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });

      const added = (await world.trail()).slice(entries).map((entry) => entry.action);
      expect(added).toEqual((await remembered()) === before ? [] : expect.arrayContaining([action]));
      expect(await faults()).toEqual([]);
      ({ dead } = killer);
    }
    expect((await world.trail()).some((entry) => entry.action === action)).toBe(true);
  },
);

it("survives a kill before and after each write when the administrators of the settings come in", async () => {
  for (let steps = 0, dead = true; dead; steps += 1) {
    const administrators = ["ada", `a${steps}`, `b${steps}`].map(objectIdOf);
    const killer = new Killer(steps);
    const killed = world.open({ ...declared, administrators }, { store: killer.store(world.store) });
    const before = (await world.trail()).length;
    await killed.people().catch(() => undefined);

    const known = await Promise.all([`a${steps}`, `b${steps}`].map((name) => world.open().roleNow(keyOf(name))));
    const added = (await world.trail()).slice(before).map(({ subject }) => subject);
    const both = [`a${steps}`, `b${steps}`].map(keyOf);
    expect(known).toEqual(both.map((key) => (added.includes(key) ? "Administrator" : undefined)));
    expect(await faults()).toEqual([]);
    ({ dead } = killer);
  }
});

it("survives processes that are killed while they write: what they said was written is there", async () => {
  const program = `
    import { openSqliteState } from ${JSON.stringify(import.meta.resolve("../../../sync/state/sqlite/store.ts"))};
    import { Access } from ${JSON.stringify(import.meta.resolve("../../../sync/access/access.ts"))};
    const access = new Access({
      store: openSqliteState(${JSON.stringify(world.file)}),
      declared: ${JSON.stringify(declared)},
      tenant: ${JSON.stringify(HOME)},
      now: () => new Date(),
      adminConsent: async () => true,
    });
    for (let n = 0; ; n += 1) {
      await access.note({ action: "wrote " + process.pid + " " + n, by: "kim" });
      process.stdout.write("wrote " + process.pid + " " + n + "\\n");
    }
  `;
  const written: string[] = [];
  for (const enough of [1, 4, 9]) {
    const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let lines = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      written.push(line);
      lines += 1;
      if (lines === enough) child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    expect(await faults()).toEqual([]);
  }
  expect(await world.actions()).toEqual(expect.arrayContaining(written));
  expect(written.length).toBeGreaterThanOrEqual(14);
});
