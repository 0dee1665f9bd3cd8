/**
 * What lies in something else is written after it, level by level: each is read back before the next one begins, so that
 * its ids are known, and a run that ends in between has made nothing that lies nowhere. So is what is put into something
 * that goes elsewhere itself.
 *
 * @packageDocumentation
 */
import type { FieldValue, Op } from "../model/types.ts";
import type { PlanRow } from "../scratch/plan.ts";
import type { Run } from "./context.ts";
import { storedLink } from "./link-book.ts";

/** Orders a plan. What refers to something that will not be there in this run fails. */
export function orderByLevels({ scratch, target, rules, side }: Run): void {
  const { plan } = scratch;
  const references = rules.fields.filter(({ refers }) => refers).map((rule) => rule[side]);
  const placing = rules.fields.filter(({ refers, isType }) => refers || isType).map((rule) => rule[side]);
  const levels = new Map<number, number>();

  /** `undefined` for what refers to what will not be there, and for what lies in itself. */
  function levelOf(row: PlanRow, within: ReadonlySet<number>): number | undefined {
    const { seq, op } = row;
    const known = levels.get(seq);
    if (known !== undefined || within.has(seq)) return known;
    const above = new Set([...within, seq]);
    let level = 0;
    for (const { id } of Object.values(op.waits ?? {})) {
      const coming = comingOf(id);
      const other = coming && levelOf(coming, above);
      if (other === undefined) return undefined;
      level = Math.max(level, other + 1);
    }
    for (const moving of movingOf(op)) level = Math.max(level, (levelOf(moving, above) ?? -1) + 1);
    levels.set(seq, level);
    return level;
  }

  function comingOf(sourceId: string): PlanRow | undefined {
    const row = plan.of(sourceId);
    return row?.state === "planned" && (row.op.kind === "create" || row.op.kind === "link") ? row : undefined;
  }

  /** What the object is put into that is there, and becomes something else or goes elsewhere itself: two may change places. */
  function movingOf({ after = {} }: Op): readonly PlanRow[] {
    return references.flatMap((name) => {
      const { [name]: id } = after;
      const row = typeof id === "string" ? plan.changing(id) : undefined;
      const changes = { ...row?.op.after, ...row?.op.waits };
      return row && placing.some((field) => field in changes) ? [row] : [];
    });
  }

  for (const row of plan.referring(references)) {
    const { seq, op } = row;
    const level = levelOf(row, new Set());
    if (level !== undefined) {
      if (level > 0) plan.putLevel(seq, level);
      continue;
    }
    const ids = [...new Set(Object.values(op.waits ?? {}).map(({ id }) => id))];
    const { sourceId, label } = op;
    const reason = `refers to ${ids.join(" and ")}, which ${target.name} does not have and does not get in this run`;
    plan.replace(seq, { kind: "fail", side, sourceId, label, reason });
  }
}

/**
 * Fills in the ids of what was written before a level. What is still missing then is put aside: it was not made, or its
 * id is not known yet.
 */
export async function fillIn(run: Run, level: number): Promise<void> {
  const { plan } = run.scratch;
  for (const { seq, op } of plan.waiting(level)) {
    const filled: Record<string, FieldValue> = {};
    const missing: string[] = [];
    for (const [field, { id }] of Object.entries(op.waits ?? {})) {
      const link = await storedLink(run, id);
      if (link) filled[field] = link[run.side].id;
      else missing.push(id);
    }
    const { waits: _waits, ...rest } = op;
    if (missing.length === 0) plan.amend(seq, { ...rest, after: { ...op.after, ...filled } } satisfies Op);
    else
      plan.mark(seq, "aside", {
        note: `waits for ${missing.join(" and ")}, which ${run.target.name} does not have yet`,
      });
  }
}
