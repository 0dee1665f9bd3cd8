/**
 * What a run tells: the same object for the terminal, for `--json`, and for the history.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { type OpKind, type RunStatus } from "../model/types.ts";
import { ExitCode } from "../../contract/exit-code.ts";
import { withoutNames } from "../../contract/words.ts";

/** Why a run could not go on that was told to stop: by a signal, as when its machine is shut down. */
export const STOPPED_ON_REQUEST = "The run was stopped on request; run again to go on.";

/** Whether a run was told to stop: that is nothing to mend, and says nothing of how its sync stands. */
export function wasStopped({ failure }: Pick<RunReport, "failure">): boolean {
  return failure === STOPPED_ON_REQUEST;
}

export const REPORT_VERSION = 1;

/** How many exceptions, and skips, a report names one by one. */
export const MAX_EXCEPTIONS = 1_000;
export const MAX_SKIPS = 100;
/** How many changes a dry run names one by one. */
export const MAX_CHANGES = 10_000;

const count = z.int().min(0);
const instant = z.iso.datetime();

/** Objects by what was done with them (in a dry run: would be). */
export const Counts = z.strictObject({
  create: count,
  update: count,
  enable: count,
  disable: count,
  link: count,
  skip: count,
  /** Objects that could not be planned or written, or whose state was refused. */
  fail: count,
  none: count,
});
export type Counts = z.infer<typeof Counts>;

const fields = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

const change = z.strictObject({
  kind: z.enum(["create", "update", "enable", "disable", "link", "skip", "fail", "none"]),
  /** There where the side that is read first is the one that is written; only in syncs that go both ways. */
  side: z.literal("a").optional(),
  sourceId: z.string(),
  targetId: z.string().optional(),
  label: z.string(),
  reason: z.string(),
  before: fields.optional(),
  after: fields.optional(),
  active: z.strictObject({ before: z.boolean(), after: z.boolean() }).optional(),
  adopt: z.literal(true).optional(),
  replaces: z.string().optional(),
  /** Fields that get the id of what the run makes first, with the id of the item that this is made for. */
  waits: z.record(z.string(), z.string()).optional(),
});

export const RunReport = z.strictObject({
  version: z.literal(REPORT_VERSION),
  runId: z.string(),
  sync: z.string(),
  source: z.string(),
  target: z.string(),
  mode: z.enum(["full", "delta"]),
  /** Why it was read in that mode, in words. */
  modeReason: z.string(),
  /** What started it: `manual`, `schedule`, `again`. */
  trigger: z.string(),
  /** Who did, as far as the machine tells: an account and its host. */
  by: z.string().optional(),
  dryRun: z.boolean(),
  /** How many objects it was asked for alone; absent where it was for all. */
  only: count.optional(),
  status: z.enum(["Success", "Success with Exceptions", "Failure"]),
  exitCode: z.int(),
  startedAt: instant,
  finishedAt: instant,
  seconds: z.number(),
  counts: Counts,
  /** What was planned; more than was done when the run did not come to its end. */
  planned: Counts,
  /** Changes on their way: what was read, how many were decided on, tried, and read back. Absent in older reports. */
  steps: z.strictObject({ read: count, decided: count, sent: count, confirmed: count }).optional(),
  /** Of all that was planned, with the values; the same plan has the same. Absent where nothing was. */
  plan: z.string().optional(),
  /** Objects that the source gave. */
  read: count,
  /** Objects of the target that were listed; 0 where it was not. */
  listed: count,
  /** Requests by system. */
  requests: z.record(z.string(), count),
  /** Why the run could not go on. */
  failure: z.string().optional(),
  /** There when a limit was met. `over` is false when the set was allowed. */
  limit: z.strictObject({ over: z.boolean(), why: z.string(), hash: z.string(), ids: count }).optional(),
  /** Active objects of the target that carry an id which the source did not give; there in full runs. */
  strangers: z
    .strictObject({
      /** Allowed by it, they are made inactive. */
      hash: z.string(),
      objects: z.array(z.strictObject({ sourceId: z.string(), targetId: z.string() })),
    })
    .optional(),
  /** New objects that the target does not show yet: the next run looks for them. Not among the counts. */
  unproven: count.optional(),
  /** Failed and refused objects; the first {@link MAX_EXCEPTIONS} of `counts.fail`. */
  exceptions: z.array(
    z.strictObject({
      sourceId: z.string(),
      label: z.string(),
      /** What was to be done with it; `fail` when that could not be planned. */
      kind: change.shape.kind,
      outcome: z.enum(["failed", "refused"]),
      reason: z.string(),
      /** Instant of the first failure in a row, when there was one before. */
      since: instant.optional(),
    }),
  ),
  /** Wanted objects that were left alone, the first {@link MAX_SKIPS} of `counts.skip`. */
  skips: z.array(z.strictObject({ sourceId: z.string(), label: z.string(), reason: z.string() })),
  notes: z.array(z.string()),
  /** Of a dry run, the first {@link MAX_CHANGES}. */
  changes: z.array(change).optional(),
});
export type RunReport = z.infer<typeof RunReport>;

/** What a run is called, and what the sides are that it is between. */
export type RunNames = Pick<RunReport, "sync" | "source" | "target">;

/** How a run ended, as far as its status depends on it. */
export interface Ending {
  /** The run could not go on, or was not let on. */
  readonly stopped: boolean;
  readonly readComplete: boolean;
  /** What is not as it should be, whether this run met it or an earlier one. */
  readonly exceptions: number;
}

/**
 * How things stand, not how the last minutes went. Success: every object is as it should be, or skipped for a stated
 * reason. Success with Exceptions: some failed, in this run or before, and are not healed; or the source could not be
 * read to its end. Failure: the run could not go on.
 */
export function statusOf({ stopped, readComplete, exceptions }: Ending): RunStatus {
  if (stopped) return "Failure";
  return exceptions > 0 || !readComplete ? "Success with Exceptions" : "Success";
}

export function exitCodeOf(status: RunStatus, overLimit: boolean): ExitCode {
  if (overLimit) return ExitCode.stoppedByLimit;
  if (status === "Success") return ExitCode.success;
  return status === "Failure" ? ExitCode.failure : ExitCode.successWithExceptions;
}

/** All kinds, with 0 for those that a map does not have. */
export function countsOf(counts: ReadonlyMap<OpKind, number>): Counts {
  const of = (kind: OpKind) => counts.get(kind) ?? 0;
  return {
    create: of("create"),
    update: of("update"),
    enable: of("enable"),
    disable: of("disable"),
    link: of("link"),
    skip: of("skip"),
    fail: of("fail"),
    none: of("none"),
  };
}

/** What the history keeps: numbers, ids and reasons, but nobody's name or values. */
export function withoutPersonalData(report: RunReport): RunReport {
  const { changes: _changes, ...kept } = report;
  return {
    ...kept,
    ...(kept.failure === undefined ? {} : { failure: withoutNames(kept.failure) }),
    notes: kept.notes.map(withoutNames),
    exceptions: kept.exceptions.map((each) => ({ ...each, label: "", reason: withoutNames(each.reason) })),
    skips: kept.skips.map((each) => ({ ...each, label: "", reason: withoutNames(each.reason) })),
  };
}
