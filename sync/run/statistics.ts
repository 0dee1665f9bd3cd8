/**
 * What the runs of each month came to: numbers, for two years.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { toJson } from "../model/json.ts";
import { partitionsOf } from "../state/partitions.ts";
import { type Edit, entitiesIn, type State } from "../state/session.ts";
import type { RunReport } from "./report.ts";

/** Months that are kept, with the one that it is. */
const KEPT_MONTHS = 25;

const count = z.number().min(0);

/** Of one month, by the UTC day on which its runs began. */
export const Month = z.object({
  /** `2026-03`. */
  month: z.string(),
  runs: count,
  success: count,
  withExceptions: count,
  failure: count,
  /** Of all runs together. States hold less than nothing, where a clock was put back meanwhile. */
  seconds: z.number(),
  /** Objects that were read. */
  read: count,
  /** Objects that were changed, and read back. */
  changed: count,
  /** Objects that stood as failed at the end of each run. */
  failed: count,
});
export type Month = z.infer<typeof Month>;

/** A month with one more run in it. */
function withRun(before: Month | undefined, report: RunReport): Month {
  const { status, seconds, read, counts, startedAt } = report;
  const of = before ?? {
    month: startedAt.slice(0, 7),
    ...{ runs: 0, success: 0, withExceptions: 0, failure: 0, seconds: 0, read: 0, changed: 0, failed: 0 },
  };
  return {
    month: of.month,
    runs: of.runs + 1,
    success: of.success + (status === "Success" ? 1 : 0),
    withExceptions: of.withExceptions + (status === "Success with Exceptions" ? 1 : 0),
    failure: of.failure + (status === "Failure" ? 1 : 0),
    seconds: of.seconds + seconds,
    read: of.read + read,
    changed: of.changed + counts.create + counts.update + counts.enable + counts.disable + counts.link,
    failed: of.failed + counts.fail,
  };
}

/** The changes of the state with which a report is counted. */
export async function countRun(state: State, report: RunReport): Promise<readonly Edit[]> {
  const { months } = partitionsOf(report.sync);
  const month = report.startedAt.slice(0, 7);
  const known = await state.get(months, month);
  const edit = {
    partition: months,
    key: month,
    value: toJson(withRun(known ? Month.parse(known) : undefined, report)),
  };
  if (known !== undefined) return [edit];
  const kept = await readMonths(state, report.sync);
  const gone = kept.slice(0, Math.max(0, kept.length + 1 - KEPT_MONTHS));
  return [edit, ...gone.map(({ month: key }) => ({ partition: months, key }))];
}

/** Oldest first. */
export async function readMonths(state: Pick<State, "list">, sync: string): Promise<readonly Month[]> {
  return (await entitiesIn(state, partitionsOf(sync).months)).map(({ value }) => Month.parse(value));
}
