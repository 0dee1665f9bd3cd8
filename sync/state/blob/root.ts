/**
 * What is in the blob itself: a manifest that names the parts of the state, newest first, and behind it a log of what
 * was written since, one JSON line a commit. So a write travels alone, and a run that changes little moves little.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { StateError } from "../../../contract/errors.ts";
import { decodeLog, encodeLog, type LogEntry } from "./log.ts";
import { Part } from "./part.ts";

/** 3: parts and a log; before that the blob was a SQLite file and a log. */
const FORMAT = 3;
const MARK = '{"tenantwire":';

const Manifest = z.strictObject({
  tenantwire: z.literal("state"),
  format: z.literal(FORMAT),
  /** Newest first. */
  parts: z.array(Part),
});

export interface Root {
  readonly parts: readonly Part[];
  readonly log: readonly LogEntry[];
}

export function encodeRoot({
  parts,
  log,
}: {
  readonly parts: readonly Part[];
  readonly log: Iterable<LogEntry>;
}): Buffer {
  const manifest = { tenantwire: "state", format: FORMAT, parts: [...parts] } satisfies z.infer<typeof Manifest>;
  return Buffer.concat([Buffer.from(`${JSON.stringify(manifest)}\n`), encodeLog([...log])]);
}

/**
 * @returns `undefined` where it is something else
 * @throws StateError when a newer version wrote it
 * @throws SyntaxError when it is damaged
 */
export function decodeRoot(bytes: Buffer, address: string): Root | undefined {
  if (bytes.length === 0) return { parts: [], log: [] };
  if (bytes.toString("latin1", 0, MARK.length) !== MARK) return undefined;
  const end = bytes.indexOf("\n");
  const said = JSON.parse(bytes.toString("utf8", 0, end < 0 ? bytes.length : end)) as { readonly format?: unknown };
  if (typeof said.format === "number" && said.format > FORMAT) {
    throw new StateError(`${address} was written by a newer tenantwire (format ${said.format}): use that version.`);
  }
  const manifest = Manifest.safeParse(said);
  if (!manifest.success) throw new SyntaxError("The manifest is not one.", { cause: manifest.error });
  return { parts: manifest.data.parts, log: decodeLog(bytes.subarray(end + 1)) };
}
