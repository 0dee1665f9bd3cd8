/**
 * The scratch of one run: what both sides gave, a copy of the links, and the plan, joined by SQL, so that memory does
 * not grow with the directory. It is not state: it is thrown away with the run.
 *
 * @packageDocumentation
 */
import { DatabaseSync } from "node:sqlite";
import { transaction } from "../sqlite.ts";
import { LINK_SCHEMA, LinkTable } from "./links.ts";
import { OBJECT_SCHEMA, ObjectTables } from "./objects.ts";
import { PLAN_SCHEMA, PlanTable } from "./plan.ts";
import { RETRY_SCHEMA, RetryTable } from "./retries.ts";

/** Pages of SQLite's cache, in KiB: what of the scratch is kept in memory. */
const CACHE_KIB = 8 * 1024;

export class Scratch {
  readonly objects: ObjectTables;
  readonly links: LinkTable;
  readonly plan: PlanTable;
  readonly retries: RetryTable;
  readonly #database: DatabaseSync;

  constructor() {
    // A database without a name is a file that SQLite has unlinked already: nothing is left behind, however a run ends.
    this.#database = new DatabaseSync("");
    this.#database.exec(
      `PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -${CACHE_KIB};
      ${OBJECT_SCHEMA} ${LINK_SCHEMA} ${PLAN_SCHEMA} ${RETRY_SCHEMA}`,
    );
    this.objects = new ObjectTables(this.#database);
    this.links = new LinkTable(this.#database);
    this.plan = new PlanTable(this.#database);
    this.retries = new RetryTable(this.#database);
  }

  /** Many changes at once; much faster than one by one. */
  batch(work: () => void): void {
    transaction(this.#database, work);
  }

  close(): void {
    this.#database.close();
  }
}
