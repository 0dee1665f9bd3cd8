import { expect, it } from "@jest/globals";
import { BatchWriter } from "../../../sync/state/queue.ts";
import type { State, StateOperation } from "../../../sync/state/session.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Keeps what it was given, one batch at a time, and fails for the key `bad`. */
function recording(): { readonly batches: (readonly StateOperation[])[]; readonly state: State } {
  const batches: (readonly StateOperation[])[] = [];
  async function write(_partition: string, operations: readonly StateOperation[]): Promise<void> {
    batches.push(operations);
    await turn();
    if (operations.some(({ key }) => key === "bad")) throw new Error("disk full");
  }
  const unused = (): never => {
    throw new Error("not used");
  };
  return { batches, state: { write, get: unused, list: unused, count: unused, clear: unused } };
}

it("joins what is asked for at once into batches of at most 100", async () => {
  const { batches, state } = recording();
  const writer = new BatchWriter(state, "p");

  await Promise.all(Array.from({ length: 250 }, (_, index) => writer.put(`k${index}`, index)));

  expect(batches.map(({ length }) => length)).toEqual([100, 100, 50]);
});

it("keeps the order of two writes to one key, in two batches", async () => {
  const { batches, state } = recording();
  const writer = new BatchWriter(state, "p");

  await Promise.all([writer.put("a", 1), writer.put("b", 1), writer.delete("a")]);

  expect(batches).toEqual([
    [
      { op: "put", key: "a", value: 1 },
      { op: "put", key: "b", value: 1 },
    ],
    [{ op: "delete", key: "a" }],
  ]);
});

it("resolves only when it is stored", async () => {
  const { batches, state } = recording();
  const writer = new BatchWriter(state, "p");
  let stored = false;

  const write = writer.put("a", 1).then(() => (stored = true));
  while (batches.length === 0) await turn();

  expect(stored).toBe(false);
  await write;
});

it("fails everybody in a batch that failed, and goes on with the next", async () => {
  const { state } = recording();
  const writer = new BatchWriter(state, "p");

  const outcomes = await Promise.allSettled([
    writer.put("bad", 1),
    writer.put("a", 1),
    writer.delete("bad").catch(() => "told"),
  ]);
  await writer.put("c", 1);

  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
});

it("lets a post travel with the next batch, and tells afterwards whether it was stored", async () => {
  const { batches, state } = recording();
  const writer = new BatchWriter(state, "p");

  writer.post("a", 1);
  await writer.put("b", 1);
  await writer.flushed();
  expect(batches.map((batch) => batch.map(({ key }) => key))).toEqual([["a", "b"]]);

  writer.post("bad", 1);
  await expect(writer.flushed()).rejects.toThrow("disk full");
});
