import type { DatabaseSync, StatementSync } from "node:sqlite";

/**
 * Runs something within one transaction.
 *
 * @param kind `IMMEDIATE` to write, `DEFERRED` to read
 */
export function transaction<T>(database: DatabaseSync, kind: "IMMEDIATE" | "DEFERRED", work: () => T): T {
  database.exec(`BEGIN ${kind}`);
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    // A full disk or a damaged file has ended the transaction already.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/**
 * Prepared statements by their text. A statement that is prepared anew for each use is only freed when the garbage
 * collector comes by, which is far too late: it does not see the memory that SQLite holds for it.
 */
export class Statements {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  of(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known) return known;
    const prepared = this.#database.prepare(sql);
    this.#prepared.set(sql, prepared);
    return prepared;
  }
}
