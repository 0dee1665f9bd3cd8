/** The uppermost layer: what the log behind the manifest says, in memory. */
import { chunks } from "../../model/chunks.ts";
import type { Layer, Row } from "./layer.ts";
import type { LogEntry } from "./log.ts";

interface Partition {
  readonly rows: Map<string, Row>;
  cleared: boolean;
}

/** Changes in one line of a log that is written anew. */
const EDITS_PER_LINE = 100;

export class Recent implements Layer {
  readonly #partitions = new Map<string, Partition>();

  partitions(): Iterable<string> {
    return this.#partitions.keys();
  }

  apply(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      if ("clear" in entry) {
        this.#partitions.set(entry.partition, { rows: new Map(), cleared: true });
        continue;
      }
      for (const { partition, ...row } of entry.edits) this.#partition(partition).rows.set(row.key, row);
    }
  }

  /** A log that says the same. */
  *entries(): Generator<LogEntry, void, void> {
    for (const [partition, { rows, cleared }] of this.#partitions) {
      if (cleared) yield { partition, clear: true };
      const edits = [...rows.values()].map((row) => ({ partition, ...row }));
      for (const some of chunks(edits, EDITS_PER_LINE)) yield { edits: some };
    }
  }

  has(partition: string): boolean {
    return this.#partitions.has(partition);
  }

  clears(partition: string): boolean {
    return this.#partitions.get(partition)?.cleared === true;
  }

  async find(partition: string, key: string): Promise<Row | undefined> {
    return this.#partitions.get(partition)?.rows.get(key);
  }

  async *rows(partition: string, after: string): AsyncGenerator<readonly Row[], void, void> {
    const rows = [...(this.#partitions.get(partition)?.rows.values() ?? [])].filter(({ key }) => key > after);
    yield rows.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  #partition(name: string): Partition {
    const known = this.#partitions.get(name);
    if (known) return known;
    const made = { rows: new Map<string, Row>(), cleared: false };
    this.#partitions.set(name, made);
    return made;
  }
}
