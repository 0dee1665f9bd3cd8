import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Json } from "../model/json-value.ts";
import { type Link, linkFromJson, linkToJson, otherSide, type SideName } from "../model/types.ts";

export const LINK_SCHEMA = `
  CREATE TABLE link (
    row INTEGER PRIMARY KEY, source_id TEXT NOT NULL UNIQUE, target_id TEXT NOT NULL, active INTEGER NOT NULL, value TEXT NOT NULL,
    stale INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX link_by_target ON link (target_id);
`;

const PAGE = 1000;

/** Links, by both ids. */
export class LinkTable {
  /** All links of the state were copied. */
  isWhole = false;
  /** Of no link nobody is asked for each object, as in a first sync. */
  #isEmpty = true;
  readonly #database: DatabaseSync;
  readonly #side: SideName;
  readonly #put: StatementSync;
  readonly #copy: StatementSync;
  readonly #bySource: StatementSync;
  readonly #byTarget: StatementSync;

  /** @param side the one that is written: the target */
  constructor(database: DatabaseSync, side: SideName) {
    this.#database = database;
    this.#side = side;
    const insert = "INSERT INTO link (source_id, target_id, active, value, stale) VALUES (?, ?, ?, ?, ?)";
    this.#put = database.prepare(
      `${insert} ON CONFLICT (source_id) DO UPDATE
       SET target_id = excluded.target_id, active = excluded.active, value = excluded.value, stale = excluded.stale`,
    );
    this.#copy = database.prepare(`${insert} ON CONFLICT (source_id) DO NOTHING`);
    this.#bySource = database.prepare("SELECT value FROM link WHERE source_id = ?");
    this.#byTarget = database.prepare("SELECT value FROM link WHERE target_id = ?");
  }

  /** A link of the state; one that this run knows better already stays. */
  copy(link: Link): void {
    this.#copy.run(...this.#columns(link), 0);
  }

  /** A link as this run found it, and as the state has it too. */
  put(link: Link): void {
    this.#put.run(...this.#columns(link), 0);
  }

  /** A link as this run found it, which the state does not know yet. */
  refresh(link: Link): void {
    this.#put.run(...this.#columns(link), 1);
  }

  /** Links that the state does not know as they are, in pages. */
  *refreshed(): Generator<readonly Link[], void, void> {
    const statement = this.#database.prepare(
      `SELECT row, value FROM link WHERE stale AND row > ? ORDER BY row LIMIT ${PAGE}`,
    );
    let last = 0;
    for (;;) {
      const rows = statement.all(last);
      if (rows.length > 0) yield rows.map(linkIn);
      if (rows.length < PAGE) return;
      last = Number(rows.at(-1)?.["row"]);
    }
  }

  bySource(id: string): Link | undefined {
    return this.#isEmpty ? undefined : linkOf(this.#bySource.get(id));
  }

  byTarget(id: string): Link | undefined {
    return this.#isEmpty ? undefined : linkOf(this.#byTarget.get(id));
  }

  /** Of a link that is put. */
  #columns(link: Link): [string, string, number, string] {
    this.#isEmpty = false;
    const [from, to] = [link[otherSide(this.#side)], link[this.#side]];
    return [from.id, to.id, to.active ? 1 : 0, JSON.stringify(linkToJson(link))];
  }
}

function linkOf(row: Record<string, unknown> | undefined): Link | undefined {
  return row && linkIn(row);
}

function linkIn(row: Record<string, unknown>): Link {
  return linkFromJson(JSON.parse(String(row["value"])) as Json);
}
