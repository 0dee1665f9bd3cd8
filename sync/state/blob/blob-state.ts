/**
 * A state in a blob and its parts, as it is read, and as a run that has the lease writes it: each commit is in the blob
 * before it is believed. The log behind the manifest becomes a part when it is long, and parts become one when the upper
 * ones have grown to what is beneath them: so all that is moved follows what was changed.
 *
 * @packageDocumentation
 */
import type { Json } from "../../model/json-value.ts";
import { type Edit, type Entity, MAX_COMMIT, type Session, type State, StateFenced } from "../session.ts";
import { find, type Layer, mergedRows, type Row } from "./layer.ts";
import type { LeasedBlob } from "./leased-blob.ts";
import { encodeLog, type LogEntry } from "./log.ts";
import type { PartLayer, PartPartition } from "./part.ts";
import type { Parts } from "./parts.ts";
import { Recent } from "./recent.ts";
import { encodeRoot, type Root } from "./root.ts";
import { WriteAhead } from "./write-ahead.ts";

/** Pieces of the log until it is written anew: every commit names them all, and a next run reads them all. */
export const MAX_LOG_PIECES = 300;
/** The log becomes a part when it is so long: in the middle of a run, and at its end. */
const MAX_LOG_BYTES = 1024 * 1024;
const MAX_LOG_BYTES_AT_REST = 32 * 1024;
/** So much of an older kind of state is in memory at once. */
const TAKEN_OVER_BYTES = 16 * 1024 * 1024;
const PAGE = 1000;
/** Every part may have to be asked for an entity. */
const MAX_PARTS = 24;
/** What a run may move of older parts beside what it wrote itself, and how much for each byte of that. */
const MERGED_FREE_BYTES = 64 * 1024;
const MERGED_PER_BYTE = 8;

/** What whoever reads sees: of a run that writes always the newest. */
export class BlobReading implements State {
  recent = new Recent();
  parts: readonly PartLayer[];

  constructor({ parts, log }: Root, blobs: Parts) {
    this.parts = parts.map((part) => blobs.open(part));
    this.recent.apply(log);
  }

  get layers(): readonly Layer[] {
    return [this.recent, ...this.parts];
  }

  async get(partition: string, key: string): Promise<Json | undefined> {
    return find(this.layers, partition, key);
  }

  async *list(partition: string): AsyncGenerator<readonly Entity[], void, void> {
    let after = "";
    for (;;) {
      const page: Entity[] = [];
      // Begun anew for each page: what was written since counts.
      for await (const rows of mergedRows(this.layers, partition, after)) {
        for (const { key, value } of rows) if (value !== undefined) page.push({ key, value });
        if (page.length >= PAGE) break;
      }
      if (page.length === 0) return;
      yield page;
      after = page.at(-1)?.key ?? after;
    }
  }

  async count(partition: string): Promise<number> {
    let count = 0;
    for await (const page of this.list(partition)) count += page.length;
    return count;
  }

  commit(): Promise<void> {
    return Promise.reject(new TypeError("This state was opened for reading only."));
  }

  clear(): Promise<void> {
    return this.commit();
  }
}

/** The state of a run that has the lease. */
export class BlobSession implements Session {
  readonly #reading: BlobReading;
  readonly #blob: LeasedBlob;
  readonly #blobs: Parts;
  readonly #ahead = new WriteAhead((entries) => this.#store(entries));
  /** Pieces of the blob: the manifest with the log as it was then, and the log since. None before the first write. */
  #pieces: string[] = [];
  #logBytes: number;
  #uploaded = 0;
  #merged = 0;

  constructor(root: Root, blob: LeasedBlob, blobs: Parts) {
    this.#reading = new BlobReading(root, blobs);
    this.#blob = blob;
    this.#blobs = blobs;
    this.#logBytes = encodeLog(root.log).length;
  }

  get(partition: string, key: string) {
    return this.#reading.get(partition, key);
  }

  list(partition: string) {
    return this.#reading.list(partition);
  }

  count(partition: string) {
    return this.#reading.count(partition);
  }

  async commit(edits: readonly Edit[]): Promise<void> {
    if (edits.length > MAX_COMMIT) throw new RangeError(`A commit holds at most ${MAX_COMMIT} changes.`);
    await this.#ahead.append({ edits });
  }

  async clear(partition: string): Promise<void> {
    await this.#ahead.append({ partition, clear: true });
  }

  /**
   * Takes over everything of an older kind of state, whatever its size; it counts from the moment that all of it is
   * there. Nothing else is asked of the state meanwhile.
   */
  async takeOver(entries: Iterable<LogEntry>): Promise<void> {
    let recent = new Recent();
    let parts = this.#reading.parts;
    let bytes = 0;
    for (const entry of entries) {
      recent.apply([entry]);
      bytes += encodeLog([entry]).length;
      if (bytes < TAKEN_OVER_BYTES) continue;
      parts = await this.#folded(recent, parts, 0);
      recent = new Recent();
      bytes = 0;
    }
    parts = await this.#folded(recent, parts, parts.length);
    await this.#begin(parts, new Recent());
    await this.#blob.commit(this.#pieces);
    this.#settle(parts, new Recent());
  }

  async release(): Promise<void> {
    try {
      if (await this.#ahead.ended()) await this.#rest();
    } catch (error) {
      // Everything written is in the blob; who has it now does the rest.
      if (!(error instanceof StateFenced)) throw error;
    } finally {
      await this.#blob.release();
    }
  }

  /** Leaves little behind that the next run would have to read. */
  async #rest(): Promise<void> {
    if (this.#logBytes > MAX_LOG_BYTES_AT_REST) {
      const parts = await this.#folded(this.#reading.recent, this.#reading.parts);
      await this.#begin(parts, new Recent());
      await this.#blob.commit(this.#pieces);
      this.#settle(parts, new Recent());
    }
    if (this.#uploaded > 0) await this.#blobs.tidy(this.#reading.parts.map(({ part }) => part));
  }

  async #store(entries: readonly LogEntry[]): Promise<void> {
    const { recent, parts } = this.#reading;
    const bytes = encodeLog(entries);
    let next = { recent, parts };
    if (this.#logBytes + bytes.length > MAX_LOG_BYTES) {
      next = { recent: new Recent(), parts: await this.#folded(recent, parts) };
    }
    const isNew = next.parts !== parts || this.#pieces.length === 0 || this.#pieces.length > MAX_LOG_PIECES;
    if (isNew) await this.#begin(next.parts, next.recent);
    this.#pieces.push(await this.#blob.stage(bytes));
    await this.#blob.commit(this.#pieces);
    next.recent.apply(entries);
    this.#logBytes += bytes.length;
    this.#settle(next.parts, next.recent);
  }

  /** The blob begins with this from the next commit on. */
  async #begin(parts: readonly PartLayer[], recent: Recent): Promise<void> {
    const log = [...recent.entries()];
    this.#logBytes = encodeLog(log).length;
    this.#pieces = [await this.#blob.stage(encodeRoot({ parts: parts.map(({ part }) => part), log }))];
  }

  #settle(parts: readonly PartLayer[], recent: Recent): void {
    this.#reading.parts = parts;
    this.#reading.recent = recent;
  }

  /**
   * The parts with the log as a new one on top.
   *
   * @param count of the upper parts that become one with it
   */
  async #folded(
    recent: Recent,
    parts: readonly PartLayer[],
    count = this.#mergedWith(parts),
  ): Promise<readonly PartLayer[]> {
    const upper: readonly Layer[] = [recent, ...parts.slice(0, count)];
    const beneath = parts.slice(count);
    const names = new Set([
      ...recent.partitions(),
      ...parts.slice(0, count).flatMap(({ part }) => Object.keys(part.contents)),
    ]);
    const made = await this.#blobs.write([...names].sort().map((name) => foldedPartition(name, upper, beneath)));
    this.#uploaded += made?.part.bytes ?? 0;
    return made ? [made, ...beneath] : beneath;
  }

  /** With how many of the upper parts a new one is made into one. */
  #mergedWith(parts: readonly PartLayer[]): number {
    if (parts.length > MAX_PARTS) return parts.length;
    // As it will be when it is compressed, roughly.
    const own = this.#logBytes / 3;
    const budget = MERGED_FREE_BYTES + MERGED_PER_BYTE * (this.#uploaded + own) - this.#merged;
    let sum = own;
    let moved = 0;
    let count = 0;
    for (const { part } of parts) {
      if (part.bytes > 2 * sum || moved + part.bytes > budget) break;
      sum += part.bytes;
      moved += part.bytes;
      count += 1;
    }
    this.#merged += moved;
    return count;
  }
}

function foldedPartition(name: string, upper: readonly Layer[], beneath: readonly Layer[]): PartPartition {
  const isAlone = !beneath.some((layer) => layer.has(name));
  const clears = !isAlone && upper.some((layer) => layer.clears(name));
  return { name, clears, pages: isAlone || clears ? kept(mergedRows(upper, name)) : mergedRows(upper, name) };
}

/** That something was removed need not be said where nothing is beneath. */
async function* kept(pages: AsyncIterable<readonly Row[]>): AsyncGenerator<readonly Row[], void, void> {
  for await (const page of pages) yield page.filter(({ value }) => value !== undefined);
}
