/**
 * What lies in something else is written after it, level by level: each is read back before the next one begins, so that
 * its ids are known, and a run that ends in between has made nothing that lies nowhere.
 *
 * @packageDocumentation
 */
import type { FieldValue, Op } from "../model/types.ts";
import type { PlanRow } from "../scratch/plan.ts";
import type { Run } from "./context.ts";
import { storedLink } from "./link-book.ts";

/** Orders a plan. What refers to something that will not be there in this run fails. */
export function orderByLevels({ scratch, target }: Run): void {
  const { plan } = scratch;
  const levels = new Map<string, number | undefined>();

  /** `undefined` for what will not be there, and for what lies in itself. */
  function levelOf(sourceId: string, within: ReadonlySet<string>): number | undefined {
    if (levels.has(sourceId)) return levels.get(sourceId);
    if (within.has(sourceId)) return undefined;
    const row = plan.of(sourceId);
    const isComing = row?.state === "planned" && (row.op.kind === "create" || row.op.kind === "link");
    const level = isComing ? levelOfRow(row, new Set([...within, sourceId])) : undefined;
    levels.set(sourceId, level);
    return level;
  }

  function levelOfRow({ op }: PlanRow, within: ReadonlySet<string>): number | undefined {
    let level = 0;
    for (const { id } of Object.values(op.waits ?? {})) {
      const other = levelOf(id, within);
      if (other === undefined) return undefined;
      level = Math.max(level, other + 1);
    }
    return level;
  }

  for (const row of plan.waiting()) {
    const { seq, op } = row;
    const level = levelOfRow(row, new Set([op.sourceId]));
    if (level !== undefined) {
      plan.putLevel(seq, level);
      continue;
    }
    const ids = [...new Set(Object.values(op.waits ?? {}).map(({ id }) => id))];
    const { side, sourceId, label } = op;
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
