import type { DatabaseSync, StatementSync } from "node:sqlite";
import { emptiedBy, type Grants, isGrant, type Item, type Link, type Op, type OpKind } from "../model/types.ts";

export const PLAN_SCHEMA = `
  CREATE TABLE plan (
    seq INTEGER PRIMARY KEY, source_id TEXT NOT NULL UNIQUE, target_id TEXT, kind TEXT NOT NULL, turn INTEGER NOT NULL,
    op TEXT NOT NULL, origin TEXT NOT NULL, seen TEXT, state TEXT NOT NULL, note TEXT, clears INTEGER NOT NULL,
    level INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX plan_by_state ON plan (state, level, turn, seq, kind);
`;

/** Made when something is first looked for by its target: few runs look before what they made has its id. */
const BY_TARGET = "CREATE INDEX plan_by_target ON plan (target_id)";

/**
 * How far a row has come: `planned`, `written` (the target answered success, which proves nothing yet), then `done`
 * (read back), `failed`, `refused` (answered with success, and stayed as it was) or `unproven` (new, and not shown yet).
 * What was not tried, since nothing of its kind succeeded, is `aside`. A skip stays `stated`, and what could not be
 * planned is `failed` from the start.
 */
export type PlanState = "planned" | "written" | "done" | "failed" | "refused" | "aside" | "unproven" | "stated";

/** One op of a run, with what writing it and reading it back needs. */
export interface PlanRow {
  readonly seq: number;
  readonly state: PlanState;
  readonly op: Op;
  /** Of the link that stands when the op is done. */
  readonly origin: Link["origin"];
  readonly source?: Item;
  /** The target's object as it was seen last: when planning, later when reading back. */
  readonly seen?: Item;
  readonly note?: string;
}

/** Of one op, why it is as it is. */
interface PlannedReason extends Pick<Op, "sourceId" | "kind"> {
  /** What became of it in words, or else why it was planned. */
  readonly reason: string;
}

/** What frees a name or an address comes before what may need it. */
const turns: Readonly<Record<OpKind, number>> = {
  disable: 1,
  update: 2,
  enable: 3,
  link: 4,
  create: 5,
  skip: 6,
  fail: 6,
  none: 6,
};

const PAGE = 500;
const COLUMNS =
  "plan.seq, plan.level, plan.turn, plan.state, plan.op, plan.origin, plan.seen, plan.note, plan.target_id, source.value AS source";
const ROWS = `SELECT ${COLUMNS} FROM plan LEFT JOIN source ON source.id = plan.source_id`;

/** The plan of a run; objects with nothing to do are not in it. */
export class PlanTable {
  readonly #database: DatabaseSync;
  readonly #add: StatementSync;
  readonly #mark: StatementSync;
  readonly #written: StatementSync;
  readonly #bySource: StatementSync;
  readonly #amend: StatementSync;
  readonly #byTarget: StatementSync;
  readonly #changing: StatementSync;
  readonly #isLinking: StatementSync;
  readonly #nameless: StatementSync;
  #hasTargets = false;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#add = database.prepare(
      "INSERT INTO plan (source_id, target_id, kind, turn, op, origin, seen, state, note, clears) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    this.#mark = database.prepare(
      "UPDATE plan SET state = ?, note = coalesce(?, note), seen = coalesce(?, seen) WHERE seq = ?",
    );
    this.#written = database.prepare("UPDATE plan SET state = 'written', target_id = ?, seen = NULL WHERE seq = ?");
    this.#bySource = database.prepare(`${ROWS} WHERE plan.source_id = ?`);
    this.#amend = database.prepare("UPDATE plan SET op = ? WHERE seq = ?");
    this.#byTarget = database.prepare(`${ROWS} WHERE plan.target_id = ? AND +plan.state = 'written'`);
    this.#changing = database.prepare(`${ROWS} WHERE plan.target_id = ? AND +plan.state = 'planned'`);
    this.#isLinking = database.prepare("SELECT 1 FROM plan WHERE target_id = ? AND kind = 'link'");
    this.#nameless = database.prepare(
      `${ROWS} WHERE plan.source_id = ? AND plan.state = 'written' AND plan.target_id IS NULL`,
    );
  }

  add(op: Op, origin: Link["origin"], seen?: Item): void {
    const { state, note } = initial(op);
    const text = seen ? JSON.stringify(seen) : null;
    this.#add.run(
      op.sourceId,
      op.targetId ?? null,
      op.kind,
      turns[op.kind],
      JSON.stringify(op),
      origin,
      text,
      state,
      note,
      emptiedBy(op).length > 0 ? 1 : 0,
    );
  }

  /** Puts another op in place of a planned one. */
  replace(seq: number, op: Op): void {
    const { state, note } = initial(op);
    this.#database
      .prepare("UPDATE plan SET target_id = ?, kind = ?, turn = ?, op = ?, state = ?, note = ? WHERE seq = ?")
      .run(op.targetId ?? null, op.kind, turns[op.kind], JSON.stringify(op), state, note, seq);
  }

  /** What is planned for an object of the source, or was done with it. */
  of(sourceId: string): PlanRow | undefined {
    const row = this.#bySource.get(sourceId);
    return row && planRow(row);
  }

  /**
   * Puts what a later step of the run did with an object to what an earlier one did with it.
   *
   * @returns whether an earlier one did something with it
   */
  join({ op, origin, state, note }: PlanRow): boolean {
    const earlier = this.of(op.sourceId);
    if (!earlier) this.add(op, origin);
    else {
      const { before, after } = earlier.op;
      const joined: Op = {
        ...earlier.op,
        ...(before && { before: { ...before, ...op.before } }),
        after: { ...after, ...op.after },
      };
      this.#amend.run(JSON.stringify(joined), earlier.seq);
    }
    const seq = earlier?.seq ?? this.of(op.sourceId)?.seq;
    if (seq !== undefined) this.mark(seq, state, note === undefined ? {} : { note });
    return earlier !== undefined;
  }

  /** The target answered success. What was seen when planning is over. */
  written(seq: number, targetId: string | undefined): void {
    this.#written.run(targetId ?? null, seq);
  }

  /** A statement that looks for a target. */
  #to(statement: StatementSync): StatementSync {
    if (!this.#hasTargets) this.#database.exec(BY_TARGET);
    this.#hasTargets = true;
    return statement;
  }

  /** What was put aside is planned as before. */
  resume(): void {
    this.#database.exec("UPDATE plan SET state = 'planned', note = NULL WHERE state = 'aside'");
  }

  /** A note or an object that is not given stays as it was. */
  mark(seq: number, state: PlanState, more: { note?: string; seen?: Item } = {}): void {
    this.#mark.run(state, more.note ?? null, more.seen ? JSON.stringify(more.seen) : null, seq);
  }

  /** How many changes of each kind there are, in a state or in all. */
  counts(state?: PlanState): ReadonlyMap<OpKind, number> {
    const rows = this.#database
      .prepare("SELECT kind, count(*) AS n FROM plan WHERE ?1 IS NULL OR state = ?1 GROUP BY kind")
      .all(state ?? null);
    return new Map(rows.map((row) => [row["kind"] as OpKind, Number(row["n"])]));
  }

  count(state: PlanState): number {
    return Number(this.#database.prepare("SELECT count(*) AS n FROM plan WHERE state = ?").get(state)?.["n"]);
  }

  /** Rows in a state, in the order in which they are written. Rows may change their state meanwhile. */
  *rows(state: PlanState, upTo = Number.MAX_SAFE_INTEGER): Generator<PlanRow, void, void> {
    const statement = this.#database.prepare(
      `${ROWS} WHERE plan.state = ? AND plan.level <= ? AND (plan.level, plan.turn, plan.seq) > (?, ?, ?)
       ORDER BY plan.level, plan.turn, plan.seq LIMIT ${PAGE}`,
    );
    let place = [0, 0, 0];
    for (;;) {
      const rows = statement.all(state, upTo, ...place);
      for (const row of rows) yield planRow(row);
      const last = rows.at(-1);
      if (!last || rows.length < PAGE) return;
      place = [Number(last["level"]), Number(last["turn"]), Number(last["seq"])];
    }
  }

  /** Why each change in a state was planned, or is in it; in the order in which they are written, the first `limit` of them. */
  *reasons(state: PlanState, limit: number): Generator<PlannedReason, void, void> {
    const rows = this.#database
      .prepare(
        `SELECT source_id, kind, coalesce(note, json_extract(op, '$.reason')) AS reason FROM plan
         WHERE state = ? ORDER BY level, turn, seq LIMIT ?`,
      )
      .iterate(state, limit);
    for (const row of rows) {
      yield { sourceId: String(row["source_id"]), kind: row["kind"] as OpKind, reason: String(row["reason"]) };
    }
  }

  /** What is written on a level after other items, since it needs their ids. */
  waiting(level: number): readonly PlanRow[] {
    return this.#database
      .prepare(
        `${ROWS} WHERE plan.state = 'planned' AND plan.level = ?
         AND json_type(plan.op, '$.waits') IS NOT NULL ORDER BY plan.seq`,
      )
      .all(level)
      .map(planRow);
  }

  /** What refers to other objects by one of these fields, whether those are there or are to be made. */
  referring(fields: readonly string[]): readonly PlanRow[] {
    const isText = fields.map(() => "OR json_type(plan.op, ?) = 'text'").join(" ");
    return this.#database
      .prepare(
        `${ROWS} WHERE plan.state = 'planned' AND (json_type(plan.op, '$.waits') IS NOT NULL ${isText}) ORDER BY plan.seq`,
      )
      .all(...fields.map((name) => `$.after."${name}"`))
      .map(planRow);
  }

  /** What is planned for an object that the target has. */
  changing(targetId: string): PlanRow | undefined {
    const row = this.#to(this.#changing).get(targetId);
    return row && planRow(row);
  }

  /** Ids of the objects of the target that wait to be read back, in the order in which they were written. */
  writtenIds(): readonly string[] {
    return this.#database
      .prepare("SELECT target_id FROM plan WHERE state = 'written' AND target_id IS NOT NULL ORDER BY level, turn, seq")
      .all()
      .map((row) => String(row["target_id"]));
  }

  /** What is written first has 0, and what is written after it more. */
  levels(): readonly number[] {
    const rows = this.#database.prepare("SELECT DISTINCT level FROM plan WHERE state = 'planned' ORDER BY level").all();
    return rows.map((row) => Number(row["level"]));
  }

  putLevel(seq: number, level: number): void {
    this.#database.prepare("UPDATE plan SET level = ? WHERE seq = ?").run(level, seq);
  }

  /** The same op with what was not known when it was planned. */
  amend(seq: number, op: Op): void {
    this.#amend.run(JSON.stringify(op), seq);
  }

  /** Rows in the order of their source ids, the first `limit` of them. */
  first(where: "exceptions" | "skips" | "changes", limit: number): readonly PlanRow[] {
    const conditions = {
      exceptions: "plan.state IN ('failed', 'refused', 'aside')",
      skips: "plan.kind = 'skip'",
      changes: "plan.kind NOT IN ('skip', 'fail')",
    };
    return this.#database
      .prepare(`${ROWS} WHERE ${conditions[where]} ORDER BY plan.turn, plan.source_id LIMIT ?`)
      .all(limit)
      .map(planRow);
  }

  /**
   * The row that waits to be read back from an object of the target.
   *
   * @param correlation the id that the object carries: a create may have been answered without the object's own
   */
  writtenTo(targetId: string, correlation: string | undefined): PlanRow | undefined {
    const row = this.#to(this.#byTarget).get(targetId) ?? this.#nameless.get(correlation ?? null);
    return row && planRow(row);
  }

  /** Whether an item of the written side is to be linked. */
  isLinking(targetId: string): boolean {
    return this.#to(this.#isLinking).get(targetId) !== undefined;
  }

  /** Whether something is written whose id in the target is not known. */
  hasNameless(): boolean {
    const found = this.#database
      .prepare("SELECT 1 FROM plan WHERE state = 'written' AND target_id IS NULL LIMIT 1")
      .get();
    return found !== undefined;
  }

  /** Links of several source objects to the same object of the target, group by group. */
  contested(): readonly (readonly PlanRow[])[] {
    const rows = this.#database
      .prepare(
        `${ROWS} WHERE plan.kind = 'link' AND plan.target_id IN
         (SELECT target_id FROM plan WHERE kind = 'link' GROUP BY target_id HAVING count(*) > 1)
         ORDER BY plan.target_id, plan.source_id`,
      )
      .all()
      .map(planRow);
    return [...Map.groupBy(rows, ({ op }) => op.targetId).values()];
  }

  /** Ids of objects that are not wanted and were linked all the same: a later run has to look at them again. */
  recovered(): readonly string[] {
    return this.#database
      .prepare(
        `SELECT plan.source_id FROM plan JOIN source ON source.id = plan.source_id
         WHERE plan.kind = 'link' AND plan.state = 'done' AND NOT source.wanted`,
      )
      .all()
      .map((row) => String(row["source_id"]));
  }

  /** What is planned, in no order. */
  *planned(): Generator<Op, void, void> {
    const rows = this.#database.prepare("SELECT op, target_id FROM plan WHERE state = 'planned'").iterate();
    for (const row of rows) yield opOf(row);
  }

  /** Ops that would make somebody an administrator. */
  *granting(grants: Grants): Generator<Op, void, void> {
    const rows = this.#database
      .prepare("SELECT op, target_id FROM plan WHERE state = 'planned' ORDER BY source_id")
      .iterate();
    for (const row of rows) {
      const op = opOf(row);
      if (isGrant(op, grants)) yield op;
    }
  }

  /** Ops that would empty values. */
  *clearing(): Generator<Op, void, void> {
    const rows = this.#database
      .prepare("SELECT op, target_id FROM plan WHERE clears AND state = 'planned' ORDER BY source_id")
      .iterate();
    for (const row of rows) yield opOf(row);
  }

  /** Ids of the source whose objects would be changed in that way. */
  *ids(kind: "disable" | "create"): Generator<string, void, void> {
    const rows = this.#database
      .prepare("SELECT source_id FROM plan WHERE kind = ? AND state = 'planned' ORDER BY source_id")
      .iterate(kind);
    for (const row of rows) yield String(row["source_id"]);
  }
}

function initial(op: Op): { readonly state: PlanState; readonly note: string | null } {
  if (op.kind === "fail") return { state: "failed", note: op.reason };
  return { state: op.kind === "skip" ? "stated" : "planned", note: null };
}

function planRow(row: Record<string, unknown>): PlanRow {
  const { source, seen, note } = row;
  return {
    seq: Number(row["seq"]),
    state: row["state"] as PlanState,
    op: opOf(row),
    origin: row["origin"] as Link["origin"],
    ...(typeof source === "string" ? { source: JSON.parse(source) as Item } : {}),
    ...(typeof seen === "string" ? { seen: JSON.parse(seen) as Item } : {}),
    ...(typeof note === "string" ? { note } : {}),
  };
}

function opOf({ op: text, target_id: targetId }: Record<string, unknown>): Op {
  const op = JSON.parse(String(text)) as Op;
  // A create has the id of its object only since the target answered.
  return typeof targetId === "string" ? { ...op, targetId } : op;
}
