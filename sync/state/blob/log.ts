/** A log: what was written, one JSON line a call. @packageDocumentation */
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
