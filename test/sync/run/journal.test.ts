/** What is on the disk at which moment: a run may be killed, or the power fail, at any of them. */
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CredentialError } from "../../../contract/errors.ts";
import type { Intent } from "../../../sync/model/recorded.ts";
import type { NewObject } from "../../../sync/model/types.ts";
import { readCounts } from "../../../sync/run/link-book.ts";
import { partitionsOf } from "../../../sync/state/partitions.ts";
import type { Edit, StateStore } from "../../../sync/state/session.ts";
import { Bench, leaver, person, view } from "./fakes.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

/** The intents in the files as they are now, read from a copy: nothing that is only in this process's memory. */
function intentsOnDisk(): Map<string, Intent> {
  const folder = mkdtempSync(join(bench.folder, "copy-"));
  const copy = join(folder, "state.sqlite");
  for (const suffix of ["", "-wal"]) {
    if (existsSync(bench.stateFile + suffix)) copyFileSync(bench.stateFile + suffix, copy + suffix);
  }
  const database = new DatabaseSync(copy);
  const rows = database.prepare("SELECT key, value FROM entities WHERE partition = 'people-journal'").all();
  database.close();
  rmSync(folder, { recursive: true });
  return new Map(rows.map((row) => [String(row["key"]), JSON.parse(String(row["value"])) as Intent]));
}

/** Keys of the batches that a run writes into the journal; `after` is called when one is stored. */
function journaled(
  store: StateStore,
  after: () => void = () => undefined,
): { readonly batches: string[][]; readonly store: StateStore } {
  const batches: string[][] = [];
  const lock: StateStore["lock"] = async (sync) => {
    const state = await store.lock(sync);
    const commit = state.commit.bind(state);
    return Object.assign(state, {
      async commit(edits: readonly Edit[]) {
        const own = edits.filter(({ partition }) => partition === "people-journal");
        if (own.length > 0)
          batches.push(own.map(({ key, value }) => `${value === undefined ? "delete" : "put"} ${key}`));
        await commit(edits);
        after();
      },
    });
  };
  const { location } = store;
  return { batches, store: { location, lock, read: () => store.read(), close: () => store.close() } };
}

it("has the intent of every write on the disk before the write begins, and none after the run", async () => {
  for (let index = 0; index < 6; index += 1) bench.source.put(person(`p${index}`));
  bench.target.seed({ name: "Adopted", mail: "p0@example.com" });
  const begun: string[] = [];
  bench.target.throws = (call, id) => {
    if (!["create", "update", "setActive", "adopt"].includes(call)) return undefined;
    const intents = [...intentsOnDisk()];
    const announced = intents.some(([sourceId, { targetId }]) => (call === "create" ? sourceId : targetId) === id);
    begun.push(`${call} ${announced ? "announced" : `of ${id} not announced`}`);
    return undefined;
  };

  await bench.run();
  bench.source.put(leaver("p1"));
  bench.source.put(person("p2", { fields: { name: "Renamed", mail: "p2@example.com" } }));
  await bench.run();
  bench.source.put(person("p1"));
  await bench.run();

  expect(new Set(begun)).toEqual(
    new Set(["create announced", "adopt announced", "update announced", "setActive announced"]),
  );
  expect(intentsOnDisk()).toEqual(new Map());
});

it("stores the next intents while the writes before them are under way, along with the answers", async () => {
  const ids = Array.from({ length: 60 }, (_, index) => `p${String(index).padStart(2, "0")}`);
  for (const id of ids) bench.source.put(person(id));
  bench.target.concurrency = 2;
  const { batches, store } = journaled(bench.store);

  await bench.run({ store });

  // Sixteen for each that is written at once.
  expect(batches[0]).toEqual(ids.slice(0, 32).map((id) => `put ${id}`));
  const puts = batches.flat().filter((operation) => operation.startsWith("put"));
  expect(puts.sort()).toEqual([...ids, ...ids].map((id) => `put ${id}`).sort());
  expect(batches.filter((batch) => batch.some((operation) => operation.startsWith("put"))).length).toBeLessThan(5);
});

it("takes the intents out again of what was not written when the run ended", async () => {
  for (const id of ["a", "b", "c", "d"]) bench.source.put(person(id));
  bench.target.concurrency = 1;
  bench.target.throws = (call, id) =>
    call === "create" && id === "b" ? new CredentialError("The key was revoked.") : undefined;

  expect((await bench.run()).status).toBe("Failure");

  // Whether b was made nobody knows; c was announced and not sent.
  expect([...intentsOnDisk().keys()]).toEqual(["a", "b"]);
});

it("knows which creates were answered, and by which id, also of a run that ends with the last answer", async () => {
  for (const id of ["a", "b", "c"]) bench.source.put(person(id));
  bench.target.throws = (call) => (call === "get" ? new CredentialError("The key was revoked.") : undefined);

  expect((await bench.run()).status).toBe("Failure");

  const intents = [...intentsOnDisk()].map(([id, { targetId }]) => [id, targetId]);
  expect(intents).toEqual([...bench.target.stored.values()].map(({ sourceId, id }) => [sourceId, id]));
});

it("finds what was made once, where the listing that it is looked for in gives it twice", async () => {
  for (let index = 0; index < 60; index += 1) bench.source.put(person(`p${index}`));
  bench.target.throws = (call) =>
    call === "list" && bench.target.stored.size > 0 ? new CredentialError("The key was revoked.") : undefined;
  expect((await bench.run()).status).toBe("Failure");
  bench.target.throws = () => undefined;
  bench.target.staleList = () => [...bench.target.stored.values()].flatMap((each) => [view(each), view(each)]);

  expect(await bench.run()).toMatchObject({ status: "Success", counts: { create: 0 } });

  expect(await readCounts(await bench.store.read(), partitionsOf("people"))).toEqual({ links: 60, active: 60 });
});

it("knows by which id a create goes on before its next step has ended", async () => {
  bench.source.put(person("a"));
  let stored = (): void => undefined;
  const isStored = new Promise<void>((resolve) => (stored = resolve));
  const create = bench.target.create.bind(bench.target);
  let known: string | undefined;
  Object.assign(bench.target, {
    async create(object: NewObject, _signal: AbortSignal, begun?: (id: string) => void) {
      const made = await create(object);
      begun?.(made.id ?? "");
      // Nothing else is written that it could go along with.
      await isStored;
      known = intentsOnDisk().get("a")?.targetId;
      return made;
    },
  });
  const { batches, store } = journaled(bench.store, () => {
    if (batches.length === 2) stored();
  });

  expect((await bench.run({ store })).status).toBe("Success");

  expect(known).toBe([...bench.target.stored.keys()][0]);
});
