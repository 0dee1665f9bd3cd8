/**
 * The scratch of one run: what both sides gave, a copy of the links, and the plan, joined by SQL, so that memory does
 * not grow with the directory. It is not state: it is thrown away with the run.
 *
 * @packageDocumentation
 */
import { DatabaseSync } from "node:sqlite";
import { StateError } from "../../contract/errors.ts";
import { messageOf } from "../../contract/words.ts";
import type { SideName } from "../model/types.ts";
import { LINK_SCHEMA, LinkTable } from "./links.ts";
import { OBJECT_SCHEMA, ObjectTables } from "./objects.ts";
import { PLAN_SCHEMA, PlanTable } from "./plan.ts";
import { RETRY_SCHEMA, RetryTable } from "./retries.ts";
import { WAITING_SCHEMA, WaitingTable } from "./waiting.ts";

/** Pages of SQLite's cache, in KiB: what of the scratch is kept in memory. */
const CACHE_KIB = 8 * 1024;

export class Scratch {
  readonly objects: ObjectTables;
  readonly links: LinkTable;
  readonly plan: PlanTable;
  readonly retries: RetryTable;
  readonly waiting: WaitingTable;
  readonly #database: DatabaseSync;

  /** @param side the one that is written: the target */
  constructor(side: SideName = "b") {
    // A database without a name is a file that SQLite has unlinked already: nothing is left behind, however a run ends.
    this.#database = new DatabaseSync("");
    // One transaction that never ends: a page goes to the file only when the cache has no room for it any more, rather
    // than after each change.
    this.#database.exec(
      `PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -${CACHE_KIB};
      BEGIN IMMEDIATE; ${OBJECT_SCHEMA} ${LINK_SCHEMA} ${PLAN_SCHEMA} ${RETRY_SCHEMA} ${WAITING_SCHEMA}`,
    );
    this.objects = new ObjectTables(this.#database, side);
    this.links = new LinkTable(this.#database, side);
    this.plan = new PlanTable(this.#database);
    this.retries = new RetryTable(this.#database);
    this.waiting = new WaitingTable(this.#database);
  }

  close(): void {
    this.#database.close();
  }
}

/** Primary codes of SQLite (https://www.sqlite.org/rescode.html): it fails to read or write, is full, cannot be opened. */
const OF_THE_DISK: readonly number[] = [10, 13, 14];

/** What a disk does to the scratch, in words. (The state says so itself.) `undefined` where it is something else. */
export function scratchFault(error: unknown): StateError | undefined {
  const { code, errcode } = (error ?? {}) as { readonly code?: unknown; readonly errcode?: unknown };
  if (code !== "ERR_SQLITE_ERROR" || typeof errcode !== "number" || !OF_THE_DISK.includes(errcode & 0xff))
    return undefined;
  return new StateError(
    `The temporary file of this run cannot be written (${messageOf(error)}): make room in the folder for temporary files, or name another one in SQLITE_TMPDIR, and run again.`,
    { cause: error },
  );
}
