/**
 * What is in the blob: a SQLite file, and behind it a log of what was written since, one JSON line an operation batch.
 * So a write travels alone and not with the whole file. At rest the log is empty and the blob is a SQLite file.
 *
 * @packageDocumentation
 */
import { open, rm, stat } from "node:fs/promises";
import type { Json } from "../../model/json-value.ts";
import type { Edit } from "../session.ts";

/** One call of the state: a commit, or everything of a partition removed. */
export type LogEntry = { readonly edits: readonly Edit[] } | { readonly partition: string; readonly clear: true };

export function encodeLog(entries: readonly LogEntry[]): Buffer {
  return Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
}

/** @throws SyntaxError when it is not a log */
export function decodeLog(bytes: Buffer): readonly LogEntry[] {
  const lines = bytes.toString("utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => entryOf(JSON.parse(line) as LogEntry | EntryOf1));
}

/** As the first format had it: a batch in one partition. */
interface EntryOf1 {
  readonly partition: string;
  readonly operations: readonly { readonly op: "put" | "delete"; readonly key: string; readonly value?: Json }[];
}

function entryOf(entry: LogEntry | EntryOf1): LogEntry {
  if (!("operations" in entry)) return entry;
  const { partition, operations } = entry;
  return {
    edits: operations.map(({ key, value }) => ({ partition, key, ...(value !== undefined && { value }) })),
  };
}

const HEADER_BYTES = 100;
const MAGIC = "SQLite format 3\0";

/**
 * How long the SQLite file at the start of something is: its header says how many pages of which size
 * (https://www.sqlite.org/fileformat.html). Nothing when there is none.
 */
export function sqliteLength(head: Buffer): number | undefined {
  if (head.length < HEADER_BYTES || head.toString("latin1", 0, MAGIC.length) !== MAGIC) return undefined;
  const size = head.readUInt16BE(16);
  return (size === 1 ? 65_536 : size) * head.readUInt32BE(28);
}

/**
 * Takes a downloaded blob apart: leaves the SQLite file where it is and returns the log. An empty blob is no file.
 *
 * @throws SyntaxError when what follows the file is not a log
 */
export async function detachLog(path: string): Promise<readonly LogEntry[]> {
  const { size } = await stat(path);
  if (size === 0) {
    await rm(path);
    return [];
  }
  const file = await open(path, "r+");
  try {
    const head = Buffer.alloc(Math.min(size, HEADER_BYTES));
    await file.read(head, 0, head.length, 0);
    const length = sqliteLength(head);
    // Something else, or cut short: SQLite itself tells when it opens the file.
    if (length === undefined || length >= size) return [];
    const log = Buffer.alloc(size - length);
    await file.read(log, 0, log.length, length);
    await file.truncate(length);
    return decodeLog(log);
  } finally {
    await file.close();
  }
}
