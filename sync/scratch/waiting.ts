import type { DatabaseSync } from "node:sqlite";
import { Statements } from "../state/sqlite/statements.ts";
import type { References } from "../model/types.ts";

export const WAITING_SCHEMA = `
  CREATE TABLE waiting (source_id TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

export interface WaitingRow {
  readonly sourceId: string;
  readonly references: References;
}

const PAGE = 500;

/** Fields that refer to objects which the target did not have when the run planned. */
export class WaitingTable {
  readonly #statements: Statements;

  constructor(database: DatabaseSync) {
    this.#statements = new Statements(database);
  }

  put(sourceId: string, references: References): void {
    this.#statements
      .of("INSERT OR REPLACE INTO waiting (source_id, value) VALUES (?, ?)")
      .run(sourceId, JSON.stringify(references));
  }

  has(sourceId: string): boolean {
    return this.#statements.of("SELECT 1 FROM waiting WHERE source_id = ?").get(sourceId) !== undefined;
  }

  *all(): Generator<WaitingRow, void, void> {
    const statement = this.#statements.of(
      `SELECT source_id, value FROM waiting WHERE source_id > ? ORDER BY source_id LIMIT ${PAGE}`,
    );
    for (let last = ""; ;) {
      const rows = statement.all(last).map((row) => ({
        sourceId: String(row["source_id"]),
        references: JSON.parse(String(row["value"])) as References,
      }));
      yield* rows;
      last = rows.at(-1)?.sourceId ?? "";
      if (rows.length < PAGE) return;
    }
  }
}
