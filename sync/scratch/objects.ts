import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import type { Candidate } from "../planner/match.ts";
import type { Json } from "../model/json-value.ts";
import { isActive, type Item, type Link, linkFromJson, otherSide, type SideName } from "../model/types.ts";

export const OBJECT_SCHEMA = `
  CREATE TABLE source (row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, wanted INTEGER NOT NULL, value TEXT NOT NULL) STRICT;
  CREATE TABLE target (id TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE target_key (
    attribute TEXT NOT NULL, value TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (attribute, value, id)
  ) STRICT, WITHOUT ROWID;
`;

/** More hits than this say nothing more than this many do. */
const MAX_CANDIDATES = 5;
const PAGE = 250;

/** What is known of one object: of the source, of its link, and of the target. */
export interface JoinedRow {
  readonly source?: Item;
  readonly link?: Link;
  readonly target?: Item;
}

/** Objects of both sides. */
export class ObjectTables {
  readonly #database: DatabaseSync;
  readonly #side: SideName;
  readonly #putSource: StatementSync;
  readonly #putTarget: StatementSync;
  readonly #target: StatementSync;
  readonly #hasSource: StatementSync;
  readonly #byKey: StatementSync;
  readonly #wants: StatementSync;
  #keyed = false;

  constructor(database: DatabaseSync, side: SideName) {
    this.#database = database;
    this.#side = side;
    this.#putSource = database.prepare(
      `INSERT INTO source (id, wanted, value) VALUES (?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET wanted = excluded.wanted, value = excluded.value`,
    );
    this.#putTarget = database.prepare("INSERT OR REPLACE INTO target (id, value) VALUES (?, ?)");
    this.#target = database.prepare("SELECT value FROM target WHERE id = ?");
    this.#hasSource = database.prepare("SELECT 1 FROM source WHERE id = ?");
    this.#wants = database.prepare("SELECT wanted FROM source WHERE id = ?");
    this.#byKey = database.prepare(
      `SELECT target.value AS target, link.value AS link
       FROM target_key JOIN target ON target.id = target_key.id LEFT JOIN link ON link.target_id = target.id
       WHERE target_key.attribute = ? AND target_key.value = ? ORDER BY target.id LIMIT ${MAX_CANDIDATES}`,
    );
  }

  /** An object that comes again replaces what came before. */
  putSource(object: Item): void {
    this.#putSource.run(object.id, isActive(object) ? 1 : 0, JSON.stringify(object));
  }

  putTarget(object: Item): void {
    this.#putTarget.run(object.id, JSON.stringify(object));
  }

  target(id: string): Item | undefined {
    const row = this.#target.get(id);
    return row && (JSON.parse(String(row["value"])) as Item);
  }

  hasSource(id: string): boolean {
    return this.#hasSource.get(id) !== undefined;
  }

  /** Whether an object that was read should be active; `undefined` for one that was not read. */
  wants(id: string): boolean | undefined {
    const row = this.#wants.get(id);
    return row && row["wanted"] === 1;
  }

  sources(): number {
    return this.#count("SELECT count(*) AS n FROM source");
  }

  /** Objects that should be active. */
  inScope(): number {
    return this.#count("SELECT count(*) AS n FROM source WHERE wanted");
  }

  clearSources(): void {
    this.#database.exec("DELETE FROM source");
  }

  /** Everything that was read, with the link and the listed object of the target, in pages, as it was read. */
  joined(): Generator<readonly JoinedRow[], void, void> {
    return this.#pages(joinedBy("source.row"));
  }

  /** The same in the order of the ids. */
  joinedById(): Generator<readonly JoinedRow[], void, void> {
    return this.#pages(joinedBy("source.id"), "");
  }

  /** What was read and refers to other objects of the source, in pages. */
  *referring(): Generator<readonly Item[], void, void> {
    const pages = this.#pages(
      `SELECT row AS place, value AS source, NULL AS link, NULL AS target FROM source
       WHERE json_type(value, '$.references') IS NOT NULL AND row > ? ORDER BY row LIMIT ${PAGE}`,
    );
    for (const page of pages) yield page.flatMap(({ source }) => source ?? []);
  }

  /** Links whose object was not read, in pages. */
  unread(): Generator<readonly JoinedRow[], void, void> {
    return this.#pages(
      `SELECT link.row AS place, NULL AS source, link.value AS link, target.value AS target
       FROM link LEFT JOIN source ON source.id = link.source_id LEFT JOIN target ON target.id = link.target_id
       WHERE source.id IS NULL AND link.row > ? ORDER BY link.row LIMIT ${PAGE}`,
    );
  }

  /** Listed objects of the target with this value, and what they are linked to. */
  candidates(attribute: string, value: string): readonly Candidate[] {
    this.#keyTargets();
    return this.#byKey.all(attribute, value).map((row) => {
      const object = JSON.parse(String(row["target"])) as Item;
      if (row["link"] === null) return { attribute, object };
      const link = linkFromJson(JSON.parse(String(row["link"])) as Json);
      return { attribute, object, linkedTo: { sourceId: link[otherSide(this.#side)].id, label: link.label } };
    });
  }

  /**
   * Listed objects of the target that are active, carry an id which the source did not give, and that nothing is linked
   * to; with the id that they carry, in its order.
   */
  strangers(correlation: string): readonly { readonly sourceId: string; readonly object: Item }[] {
    this.#keyTargets();
    return this.#database
      .prepare(
        `SELECT target_key.value AS carried, target.value AS target FROM target_key
         JOIN target ON target.id = target_key.id
         LEFT JOIN source ON source.id = target_key.value LEFT JOIN link ON link.target_id = target_key.id
         WHERE target_key.attribute = ? AND source.id IS NULL AND link.row IS NULL
         AND json_extract(target.value, '$.life') = 'active' ORDER BY 1`,
      )
      .all(correlation)
      .map((row) => ({
        sourceId: String(row["carried"]),
        object: JSON.parse(String(row["target"])) as Item,
      }));
  }

  /** Only a run with something to match pays for the keys. */
  #keyTargets(): void {
    if (this.#keyed) return;
    this.#keyed = true;
    this.#database.exec(
      `INSERT OR IGNORE INTO target_key
       SELECT keys.key, keys.value, target.id FROM target, json_each(target.value, '$.keys') AS keys WHERE keys.value <> ''
       ORDER BY 1, 2, 3`,
    );
  }

  /** @param before where the first page begins: less than every place */
  *#pages(sql: string, before: number | string = 0): Generator<readonly JoinedRow[], void, void> {
    const statement = this.#database.prepare(sql);
    let place: SQLOutputValue = before;
    for (;;) {
      const rows: readonly Record<string, SQLOutputValue>[] = statement.all(place);
      if (rows.length > 0) yield rows.map(joinedRow);
      if (rows.length < PAGE) return;
      place = rows.at(-1)?.["place"] ?? null;
    }
  }

  #count(sql: string, ...values: string[]): number {
    return Number(this.#database.prepare(sql).get(...values)?.["n"]);
  }
}

function joinedBy(place: "source.row" | "source.id"): string {
  return `SELECT ${place} AS place, source.value AS source, link.value AS link, target.value AS target
    FROM source LEFT JOIN link ON link.source_id = source.id LEFT JOIN target ON target.id = link.target_id
    WHERE ${place} > ? ORDER BY ${place} LIMIT ${PAGE}`;
}

function joinedRow(row: Record<string, unknown>): JoinedRow {
  const { source, link, target } = row;
  return {
    ...(typeof source === "string" ? { source: JSON.parse(source) as Item } : {}),
    ...(typeof link === "string" ? { link: linkFromJson(JSON.parse(link) as Json) } : {}),
    ...(typeof target === "string" ? { target: JSON.parse(target) as Item } : {}),
  };
}
