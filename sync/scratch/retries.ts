import type { DatabaseSync, StatementSync } from "node:sqlite";
import { Statements } from "../state/sqlite/statements.ts";
import type { Retry } from "../model/recorded.ts";
import type { Intent } from "../model/recorded.ts";

export const RETRY_SCHEMA = `
  CREATE TABLE retry (source_id TEXT PRIMARY KEY, next INTEGER NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE unsettled (
    source_id TEXT PRIMARY KEY, target_id TEXT, value TEXT NOT NULL, waits_until TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX unsettled_by_target ON unsettled (target_id);
`;

/** An object that failed. */
export interface Failing {
  readonly sourceId: string;
  readonly retry: Retry;
}

/** An object with a write whose outcome is not known. */
export interface Unsettled {
  readonly sourceId: string;
  readonly intent: Intent;
}

const PAGE = 500;
/** The target would not take a state, and is not asked again yet; what is due has 0 here. */
const RESTS = "(json_extract(retry.value, '$.refused') AND retry.next > 0)";
/** It was made, never shown, and is wanted still: what its side itself leaves alone is waited for by nobody. */
const UNSHOWN = (least: string) =>
  `(json_extract(retry.value, '$.unshown') >= ${least} AND json_extract(source.value, '$.skip') IS NULL)`;
/** What stands though this run left it alone. */
const STANDS = `(${RESTS} OR ${UNSHOWN("1")})`;

/** Objects that earlier runs left something to do for: failures, and writes whose outcome is not known. */
export class RetryTable {
  readonly #statements: Statements;
  /** What nothing was put into is not asked for each object: most runs have nothing left from before. */
  #hasRetries = false;
  #hasUnsettled = false;

  constructor(database: DatabaseSync) {
    this.#statements = new Statements(database);
  }

  put(sourceId: string, retry: Retry): void {
    this.#hasRetries = true;
    this.#statements
      .of("INSERT OR REPLACE INTO retry (source_id, next, value) VALUES (?, ?, ?)")
      .run(sourceId, Date.parse(retry.next), JSON.stringify(retry));
  }

  get(sourceId: string): Retry | undefined {
    if (!this.#hasRetries) return undefined;
    const row = this.#statements.of("SELECT value FROM retry WHERE source_id = ?").get(sourceId);
    return row && (JSON.parse(String(row["value"])) as Retry);
  }

  /** Ids that are due and were not read anyway, in pages. */
  *due(now: Date): Generator<readonly string[], void, void> {
    const statement = this.#statements.of(
      `SELECT retry.source_id AS id FROM retry LEFT JOIN source ON source.id = retry.source_id
       WHERE source.id IS NULL AND retry.next <= ? AND retry.source_id > ? ORDER BY retry.source_id LIMIT ${PAGE}`,
    );
    yield* pages(statement, now.getTime());
  }

  /**
   * Ids that have nothing left to retry, in pages: planned in this run and not failed, or gone from a complete full
   * read, unless the outcome of a write is still being waited for.
   */
  *settled(includeUnread: boolean): Generator<readonly string[], void, void> {
    const statement = this.#statements.of(
      `SELECT retry.source_id AS id FROM retry
       LEFT JOIN source ON source.id = retry.source_id
       LEFT JOIN plan ON plan.source_id = retry.source_id
       LEFT JOIN unsettled ON unsettled.source_id = retry.source_id
       WHERE (? OR source.id IS NOT NULL) AND unsettled.source_id IS NULL AND coalesce(plan.state, '') NOT IN ('failed', 'refused', 'aside', 'unproven')
       AND NOT (plan.kind IS 'skip' AND ${STANDS})
       AND retry.source_id > ? ORDER BY retry.source_id LIMIT ${PAGE}`,
    );
    yield* pages(statement, includeUnread ? 1 : 0);
  }

  /** Failures of earlier runs that this one has neither tried again nor found to be over. */
  *open(everythingRead: boolean): Generator<Failing, void, void> {
    const rows = this.#statements
      .of(
        `SELECT retry.source_id AS id, retry.value AS value FROM retry
         LEFT JOIN source ON source.id = retry.source_id LEFT JOIN plan ON plan.source_id = retry.source_id
         WHERE json_extract(retry.value, '$.attempts') > 0
         AND ((plan.kind = 'skip' AND ${STANDS}) OR (plan.source_id IS NULL AND source.id IS NULL AND NOT ?)) ORDER BY retry.source_id`,
      )
      .iterate(everythingRead ? 1 : 0);
    for (const row of rows) yield failingOf(row);
  }

  /**
   * Failures of earlier runs that this one planned to try again, or has tried once more without seeing what became of it.
   */
  *failedBefore(state: "planned" | "unproven"): Generator<Failing, void, void> {
    const rows = this.#statements
      .of(
        `SELECT retry.source_id AS id, retry.value AS value FROM retry JOIN plan ON plan.source_id = retry.source_id
         WHERE json_extract(retry.value, '$.attempts') > 0 AND plan.state = ? ORDER BY retry.source_id`,
      )
      .iterate(state);
    for (const row of rows) yield failingOf(row);
  }

  /** How many were made so often and never shown. */
  unshownCount(least: number): number {
    const statement = this.#statements.of(
      `SELECT count(*) AS n FROM retry LEFT JOIN source ON source.id = retry.source_id WHERE ${UNSHOWN("?")}`,
    );
    return Number(statement.get(least)?.["n"]);
  }

  putUnsettled(sourceId: string, intent: Intent): void {
    this.#hasUnsettled = true;
    this.#statements
      .of("INSERT OR REPLACE INTO unsettled (source_id, target_id, value) VALUES (?, ?, ?)")
      .run(sourceId, intent.targetId ?? null, JSON.stringify(intent));
  }

  /** The unsettled write that an object of the target is the outcome of, by its id or by the source id it carries. */
  unsettledFor(targetId: string, correlation: string | undefined): Unsettled | undefined {
    const row =
      this.#statements.of("SELECT source_id, value FROM unsettled WHERE target_id = ?").get(targetId) ??
      this.#statements
        .of("SELECT source_id, value FROM unsettled WHERE target_id IS NULL AND source_id = ?")
        .get(correlation ?? null);
    return row && unsettledOf(row);
  }

  unsettled(): readonly Unsettled[] {
    return this.#statements.of("SELECT source_id, value FROM unsettled ORDER BY source_id").all().map(unsettledOf);
  }

  unsettledCount(): number {
    return Number(this.#statements.of("SELECT count(*) AS n FROM unsettled").get()?.["n"]);
  }

  settle(sourceId: string): void {
    this.#statements.of("DELETE FROM unsettled WHERE source_id = ?").run(sourceId);
  }

  wait(sourceId: string, until: string): void {
    this.#statements.of("UPDATE unsettled SET waits_until = ? WHERE source_id = ?").run(until, sourceId);
  }

  waitsUntil(sourceId: string): string | undefined {
    if (!this.#hasUnsettled) return undefined;
    const until = this.#statements.of("SELECT waits_until FROM unsettled WHERE source_id = ?").get(sourceId)?.[
      "waits_until"
    ];
    return typeof until === "string" ? until : undefined;
  }
}

function* pages(statement: StatementSync, parameter: number): Generator<readonly string[], void, void> {
  let last = "";
  for (;;) {
    const ids = statement.all(parameter, last).map((row) => String(row["id"]));
    if (ids.length > 0) yield ids;
    if (ids.length < PAGE) return;
    last = ids.at(-1) ?? last;
  }
}

function failingOf(row: Record<string, unknown>): Failing {
  return { sourceId: String(row["id"]), retry: JSON.parse(String(row["value"])) as Retry };
}

function unsettledOf(row: Record<string, unknown>): Unsettled {
  return { sourceId: String(row["source_id"]), intent: JSON.parse(String(row["value"])) as Intent };
}
