/**
 * A part of a state: a layer that is written once and never changed. Its rows are in key order, in blocks that are
 * compressed each for itself; behind the blocks of a partition is an index of them. So one entity costs one block, and
 * what nobody asks for stays where it is.
 *
 * @packageDocumentation
 */
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import type { Json } from "../../model/json-value.ts";
import type { Layer, Row } from "./layer.ts";

/** Of a block before it is compressed. */
const BLOCK_CHARACTERS = 32 * 1024;
/** So much of a part is fetched at once where it is read from end to end. */
const STRETCH_BYTES = 1024 * 1024;
/** Compressed blocks that are kept of a part. */
const KEPT_BYTES = 64 * 1024 * 1024;

const Contents = z.record(
  z.string(),
  z.strictObject({
    /** Offset and length of the index. */
    index: z.tuple([z.int(), z.int()]),
    /** Nothing beneath this part counts for the partition. */
    clears: z.literal(true).optional(),
  }),
);
/** What the manifest says of a part. */
export const Part = z.strictObject({ name: z.string(), bytes: z.int(), contents: Contents });
export type Part = z.infer<typeof Part>;

/** One partition of a part that is to be written. */
export interface PartPartition {
  readonly name: string;
  readonly clears: boolean;
  readonly pages: AsyncIterable<readonly Row[]>;
}

/** First key (shortened as far as it tells the block from the one before), offset, length. */
type BlockEntry = readonly [string, number, number];

/**
 * The bytes of a part, piece by piece.
 *
 * @param contents is filled with what the manifest has to say of it
 */
export async function* encodePart(
  partitions: Iterable<PartPartition>,
  contents: Part["contents"],
): AsyncGenerator<Buffer, void, void> {
  let offset = 0;
  const placed = (text: string): { readonly bytes: Buffer; readonly at: readonly [number, number] } => {
    const bytes = gzipSync(text);
    const at = [offset, bytes.length] as const;
    offset += bytes.length;
    return { bytes, at };
  };
  for (const { name, clears, pages } of partitions) {
    const index: BlockEntry[] = [];
    let last = "";
    for await (const { text, first, last: end } of blocksOf(pages)) {
      const { bytes, at } = placed(text);
      index.push([shortest(first, last), ...at]);
      last = end;
      yield bytes;
    }
    if (index.length === 0 && !clears) continue;
    const { bytes, at } = placed(JSON.stringify(index));
    contents[name] = { index: [...at], ...(clears && { clears }) };
    yield bytes;
  }
}

interface Block {
  readonly text: string;
  readonly first: string;
  readonly last: string;
}

async function* blocksOf(pages: AsyncIterable<readonly Row[]>): AsyncGenerator<Block, void, void> {
  let rows: string[] = [];
  let length = 0;
  let first = "";
  let last = "";
  const block = () => ({ text: `[${rows.join(",")}]`, first, last });
  for await (const page of pages) {
    for (const { key, value } of page) {
      if (rows.length === 0) first = key;
      last = key;
      const text = JSON.stringify(value === undefined ? [key] : [key, value]);
      rows.push(text);
      length += text.length;
      if (length < BLOCK_CHARACTERS) continue;
      yield block();
      rows = [];
      length = 0;
    }
  }
  if (rows.length > 0) yield block();
}

/** The shortest beginning of a key that comes behind the key before it. */
function shortest(key: string, before: string): string {
  let length = 0;
  while (length < key.length && key[length] === before[length]) length += 1;
  return key.slice(0, length + 1);
}

/** Reads so many bytes of a part from an offset on. */
type ReadRange = (offset: number, length: number) => Promise<Buffer>;

export class PartLayer implements Layer {
  readonly part: Part;
  readonly #read: ReadRange;
  readonly #indexes = new Map<string, Promise<readonly BlockEntry[]>>();
  /** Compressed, by offset. */
  readonly #blocks = new Map<number, Promise<Buffer>>();
  #kept = 0;
  #open: { readonly offset: number; readonly rows: readonly Row[] } | undefined;

  constructor(part: Part, read: ReadRange) {
    this.part = part;
    this.#read = read;
  }

  has(partition: string): boolean {
    return Object.hasOwn(this.part.contents, partition);
  }

  clears(partition: string): boolean {
    return this.has(partition) && this.part.contents[partition]?.clears === true;
  }

  async find(partition: string, key: string): Promise<Row | undefined> {
    const index = await this.#index(partition);
    const entry = index[blockOf(index, key)];
    if (!entry) return undefined;
    const rows = await this.#rowsOf(entry);
    const row = rows[firstFrom(rows, key)];
    return row?.key === key ? row : undefined;
  }

  async *rows(partition: string, after: string): AsyncGenerator<readonly Row[], void, void> {
    const index = await this.#index(partition);
    for (let at = Math.max(0, blockOf(index, after)); at < index.length; at += 1) {
      const entry = index[at] as BlockEntry;
      // Whoever wants a second block reads on.
      if (at > blockOf(index, after) || after === "") this.#fetchStretch(index, at);
      const rows = await this.#rowsOf(entry);
      const start = firstFrom(rows, after);
      yield rows[start]?.key === after ? rows.slice(start + 1) : rows.slice(start);
    }
  }

  #index(partition: string): Promise<readonly BlockEntry[]> {
    const known = this.#indexes.get(partition);
    if (known) return known;
    const [offset, length] = this.part.contents[partition]?.index ?? [0, 0];
    const asked = this.#read(offset, length).then((bytes) => unpacked(bytes) as readonly BlockEntry[]);
    this.#indexes.set(partition, asked);
    return asked;
  }

  async #rowsOf([, offset, length]: BlockEntry): Promise<readonly Row[]> {
    if (this.#open?.offset === offset) return this.#open.rows;
    const block = this.#blocks.get(offset) ?? this.#keep(offset, length, this.#read(offset, length));
    const packed = unpacked(await block) as readonly (readonly [string, Json?])[];
    const rows = packed.map((each): Row =>
      each.length === 1 ? { key: each[0] } : { key: each[0], value: each[1] as Json },
    );
    this.#open = { offset, rows };
    return rows;
  }

  /** The blocks of a partition lie one behind the other: those that follow are fetched in one request. */
  #fetchStretch(index: readonly BlockEntry[], from: number): void {
    const [, start, first] = index[from] as BlockEntry;
    if (this.#blocks.has(start)) return;
    let end = start + first;
    let to = from + 1;
    for (; to < index.length; to += 1) {
      const [, offset, length] = index[to] as BlockEntry;
      if (offset + length - start > STRETCH_BYTES || this.#blocks.has(offset)) break;
      end = offset + length;
    }
    const stretch = this.#read(start, end - start);
    for (const [, offset, length] of index.slice(from, to)) {
      const bytes = stretch.then((all) => all.subarray(offset - start, offset - start + length));
      // Whoever wants the block hears of it.
      bytes.catch(() => undefined);
      void this.#keep(offset, length, bytes);
    }
  }

  #keep(offset: number, length: number, block: Promise<Buffer>): Promise<Buffer> {
    if (this.#kept + length > KEPT_BYTES) {
      this.#blocks.clear();
      this.#kept = 0;
    }
    this.#kept += length;
    this.#blocks.set(offset, block);
    return block;
  }
}

/** The block that a key is in, if it is in any: the last that does not begin behind it. */
function blockOf(index: readonly BlockEntry[], key: string): number {
  return countWhile(index, ([first]) => first <= key) - 1;
}

/** The first row that is not before a key. */
function firstFrom(rows: readonly Row[], key: string): number {
  return countWhile(rows, (row) => row.key < key);
}

/** How many of a list come before the first of which that is not so; it is so of none behind that. */
function countWhile<T>(list: readonly T[], isSo: (each: T) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isSo(list[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @throws SyntaxError when it is not what was written */
function unpacked(bytes: Buffer): unknown {
  try {
    return JSON.parse(gunzipSync(bytes).toString("utf8"));
  } catch (error) {
    throw new SyntaxError("A part of the state is damaged.", { cause: error });
  }
}
