/**
 * A state as layers, the newest on top: what an upper one says of an entity counts, and what it says nothing of is
 * asked of the next.
 *
 * @packageDocumentation
 */
import type { Json } from "../../model/json-value.ts";

/** What a layer says of an entity: its value, or (without one) that it was removed. */
export interface Row {
  readonly key: string;
  readonly value?: Json;
}

export interface Layer {
  /** Whether it says anything of the partition. */
  has(partition: string): boolean;
  /** Whether nothing beneath it counts for the partition. */
  clears(partition: string): boolean;
  find(partition: string, key: string): Promise<Row | undefined>;
  /** All rows behind a key, in key order. */
  rows(partition: string, after: string): AsyncIterable<readonly Row[], void>;
}

const PAGE = 1000;

export async function find(layers: readonly Layer[], partition: string, key: string): Promise<Json | undefined> {
  for (const layer of standing(layers, partition)) {
    const row = await layer.find(partition, key);
    if (row) return row.value;
  }
  return undefined;
}

/** Rows of all layers behind a key, in key order; of each entity the uppermost. */
export async function* mergedRows(
  layers: readonly Layer[],
  partition: string,
  after = "",
): AsyncGenerator<readonly Row[], void, void> {
  const cursors = standing(layers, partition).map((layer) => new Cursor(layer.rows(partition, after)));
  for (const cursor of cursors) await cursor.next();
  let page: Row[] = [];
  for (;;) {
    let least: Row | undefined;
    for (const { row } of cursors) if (row && (!least || row.key < least.key)) least = row;
    if (!least) break;
    page.push(least);
    for (const cursor of cursors) if (cursor.row?.key === least.key && !cursor.step()) await cursor.next();
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** The layers that have a say in a partition. */
function standing(layers: readonly Layer[], partition: string): readonly Layer[] {
  const clearing = layers.findIndex((layer) => layer.clears(partition));
  const upper = clearing < 0 ? layers : layers.slice(0, clearing + 1);
  return upper.filter((layer) => layer.has(partition));
}

class Cursor {
  row: Row | undefined;
  #page: readonly Row[] = [];
  #at = 0;
  readonly #pages: AsyncIterator<readonly Row[], void>;

  constructor(pages: AsyncIterable<readonly Row[], void>) {
    this.#pages = pages[Symbol.asyncIterator]();
  }

  /** To the next row of the page, if there is one. */
  step(): boolean {
    this.row = this.#page[(this.#at += 1)];
    return this.row !== undefined;
  }

  /** To the first row of the next page. */
  async next(): Promise<void> {
    do {
      const next = await this.#pages.next();
      this.#page = next.done === true ? [] : next.value;
      this.#at = 0;
      this.row = this.#page[0];
      if (next.done === true) return;
    } while (this.row === undefined);
  }
}
