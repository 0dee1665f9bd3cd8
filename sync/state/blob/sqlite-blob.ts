/**
 * A blob as it was before the state was in parts: a SQLite file, and behind it a log of what was written since. It is
 * what a person gets who uploads a state file, too. It is read as it is, and becomes parts when a run takes it.
 *
 * @packageDocumentation
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StateError } from "../../../contract/errors.ts";
import type { Json } from "../../model/json-value.ts";
import { openSqliteState } from "../sqlite/store.ts";
import type { Session, StateStore } from "../session.ts";
import type { LogEntry } from "./log.ts";
import { decodeLog } from "./log.ts";

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

/** A working copy of such a blob, brought up to date. */
export interface Copy {
  readonly store: StateStore;
  /** Everything in it, as a log. */
  entries(): Generator<LogEntry, void, void>;
  discard(): Promise<void>;
}

/**
 * @param temporary folder that the copy is made in, in a folder for its owner only
 * @throws SyntaxError, TypeError when what follows the file is not a log
 */
export async function copyOf(bytes: Buffer, address: string, temporary: string): Promise<Copy> {
  const length = Math.min(sqliteLength(bytes) ?? bytes.length, bytes.length);
  const log = decodeLog(bytes.subarray(length));
  const folder = await privateFolder(temporary);
  const file = join(folder, "state.sqlite");
  const store = openSqliteState(file, address);
  const discard = async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await written(file, bytes.subarray(0, length));
    // Also brings a file of an older format up to date.
    const state = await store.lock("log");
    await replay(state, log);
    await state.release();
  } catch (error) {
    await discard();
    throw error;
  }
  return { store, discard, entries: () => entriesOf(file) };
}

async function replay(state: Session, log: readonly LogEntry[]): Promise<void> {
  for (const entry of log) {
    if ("clear" in entry) await state.clear(entry.partition);
    else await state.commit(entry.edits);
  }
}

function* entriesOf(file: string): Generator<LogEntry, void, void> {
  const database = new DatabaseSync(file);
  try {
    for (const row of database.prepare("SELECT partition, key, value FROM entities").iterate()) {
      const value = JSON.parse(String(row["value"])) as Json;
      yield { edits: [{ partition: String(row["partition"]), key: String(row["key"]), value }] };
    }
  } finally {
    database.close();
  }
}

async function privateFolder(parent: string): Promise<string> {
  const prefix = join(parent, "tenantwire-state-");
  try {
    return await mkdtemp(prefix);
  } catch (error) {
    throw localFailure(error, prefix) ?? error;
  }
}

async function written(file: string, bytes: Buffer): Promise<void> {
  try {
    await writeFile(file, bytes, { mode: 0o600 });
  } catch (error) {
    throw localFailure(error, file) ?? error;
  }
}

/** What goes wrong with the working copy on this machine. */
function localFailure(error: unknown, file: string): StateError | undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (!/^(ENOSPC|EDQUOT|EROFS|EACCES|EPERM|ENOENT)$/.test(code ?? "")) return undefined;
  return new StateError(
    `The working copy of the state cannot be written to ${dirname(file)} (${code}): make room, or name another temporary folder in TMPDIR.`,
    { cause: error },
  );
}
