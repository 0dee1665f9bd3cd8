import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { find, type Layer, mergedRows, type Row } from "../../../sync/state/blob/layer.ts";
import { encodePart, type Part, PartLayer } from "../../../sync/state/blob/part.ts";
import { Recent } from "../../../sync/state/blob/recent.ts";
import type { LogEntry } from "../../../sync/state/blob/log.ts";

/** Few keys and long values: they meet again, and fill blocks. */
const key = fc.oneof(
  fc.constantFrom("a", "ab", "abc", "b", "\u{1F600}", "\uFFFD"),
  fc.string({ maxLength: 2, minLength: 1 }),
);
const value = fc.oneof(fc.constant(null), fc.integer(), fc.constant("x".repeat(12_000)));
const partition = fc.constantFrom("p", "q");
const entry: fc.Arbitrary<LogEntry> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ edits: fc.array(fc.record({ partition, key, value }), { maxLength: 8 }) }) },
  { weight: 4, arbitrary: fc.record({ edits: fc.array(fc.record({ partition, key }), { maxLength: 8 }) }) },
  { weight: 1, arbitrary: fc.record({ partition, clear: fc.constant(true as const) }) },
);

/** What the layers say, by a map. */
function model(entries: readonly LogEntry[], name: string): readonly Row[] {
  const rows = new Map<string, Row>();
  for (const each of entries) {
    if ("clear" in each) {
      if (each.partition === name) rows.clear();
      continue;
    }
    for (const { partition: of, key: id, value: held } of each.edits) {
      if (of !== name) continue;
      if (held === undefined) rows.delete(id);
      else rows.set(id, { key: id, value: held });
    }
  }
  return [...rows.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

async function written(layer: Recent): Promise<{ readonly part: Part; readonly bytes: Buffer }> {
  const contents: Part["contents"] = {};
  const pieces: Buffer[] = [];
  const partitions = [...layer.partitions()].sort().map((name) => ({
    name,
    clears: layer.clears(name),
    pages: layer.rows(name, ""),
  }));
  for await (const piece of encodePart(partitions, contents)) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  return { part: JSON.parse(JSON.stringify({ name: "part", bytes: bytes.length, contents })) as Part, bytes };
}

async function partOf(layer: Recent): Promise<PartLayer> {
  const { part, bytes } = await written(layer);
  return new PartLayer(part, async (offset, length) => bytes.subarray(offset, offset + length));
}

async function held(layers: readonly Layer[], name: string, after = ""): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const page of mergedRows(layers, name, after)) rows.push(...page);
  return rows.filter((row) => row.value !== undefined);
}

it("layers say of each entity what was written last, from end to end, one by one, and behind any key", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(entry, { maxLength: 6 }), { maxLength: 5 }), key, async (all, after) => {
      const layers: Layer[] = [];
      for (const [index, entries] of all.entries()) {
        const recent = new Recent();
        recent.apply(entries);
        // The uppermost is in memory, the others are parts.
        layers.unshift(index === all.length - 1 ? recent : await partOf(recent));
      }
      for (const name of ["p", "q"]) {
        const wanted = model(all.flat(), name);
        expect(await held(layers, name)).toEqual(wanted);
        expect(await held(layers, name, after)).toEqual(wanted.filter((row) => row.key > after));
        for (const row of wanted) expect(await find(layers, name, row.key)).toEqual(row.value);
        expect(await find(layers, name, after)).toEqual(wanted.find((row) => row.key === after)?.value);
      }
    }),
  );
});

it("a log that is written anew says the same", () => {
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const recent = new Recent();
      recent.apply(entries);
      for (const name of ["p", "q"]) {
        expect(model([...recent.entries()], name)).toEqual(model(entries, name));
      }
    }),
  );
});

it("one entity of very many costs one block and the index", async () => {
  const recent = new Recent();
  const keys = Array.from({ length: 20_000 }, (_, index) => String(index * 7919).padStart(12, "0"));
  for (const id of keys)
    recent.apply([
      { edits: [{ partition: "p", key: id, value: { name: `Person ${id}`, mail: `${id}@example.com` } }] },
    ]);
  const { part, bytes } = await written(recent);
  let moved = 0;
  const layer = new PartLayer(part, async (offset, length) => {
    moved += length;
    return bytes.subarray(offset, offset + length);
  });
  expect(await layer.find("p", keys[12_345] ?? "")).toMatchObject({ value: { mail: `${keys[12_345]}@example.com` } });
  expect(moved).toBeLessThan(part.bytes / 10);
});
