/**
 * The scratch of one run: what both sides gave, a copy of the links, and the plan, joined by SQL, so that memory does
 * not grow with the directory. It is not state: it is thrown away with the run.
 *
 * @packageDocumentation
 */
import { DatabaseSync } from "node:sqlite";
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
