/** The audit trail: whole after a kill at any point, and what was changed, taken out or cut off is noticed. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { entriesFor, newestEntries, readHead, verifyTrail } from "../../../sync/access/audit.ts";
import { withBook } from "../../../sync/access/book.ts";
import { Killed, Killer } from "../run/killer.ts";
import { declared, HOME, keyOf, somebody, World } from "./people.ts";

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

function spoil(sql: string): void {
  const database = new DatabaseSync(world.file);
  database.exec(sql);
  database.close();
}

const KEY = (entry: number) => String(entry).padStart(12, "0");

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

it("survives a kill before and after each write of a decision: decided with its entry, or not at all", async () => {
  const access = world.open();
  await access.people();
  const ada = { name: "ada", person: keyOf("ada") };
  for (let steps = 0; ; steps += 1) {
    const { id } = await access.request(somebody(`p${steps}`), "please");
    const killer = new Killer(steps);
    const killed = world.open(declared, { store: killer.store(world.store) });

    const end = await killed.decide(id, { approve: true, role: "Reader" }, ada).catch((error: unknown) => error);

    const written = (await world.trail()).some(
      ({ action, subject }) => action === "request approved" && subject === id,
    );
    const request = (await access.requests()).find((each) => each.id === id);
    const role = await access.roleNow(keyOf(`p${steps}`));
    expect([request?.state, role]).toEqual(written ? ["approved", "Reader"] : ["open", undefined]);
    expect(await faults()).toEqual([]);
    if (!(end instanceof Killed)) break;
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
  const told: string[] = [];
  for (const enough of [1, 4, 9]) {
    const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let lines = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      told.push(line);
      lines += 1;
      if (lines === enough) child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    expect(await faults()).toEqual([]);
  }
  expect(await world.actions()).toEqual(expect.arrayContaining(told));
  expect(told.length).toBeGreaterThanOrEqual(14);
});
