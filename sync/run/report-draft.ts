/** A report while its run is under way. */
import { TenantwireError } from "../../contract/errors.ts";
import type { Failing } from "../scratch/retries.ts";
import type { Planning } from "./planning.ts";
import { changeOf } from "./published.ts";
import {
  MAX_CHANGES,
  MAX_EXCEPTIONS,
  MAX_SKIPS,
  REPORT_VERSION,
  STOPPED_ON_REQUEST,
  countsOf,
  exitCodeOf,
  statusOf,
  type Counts,
  type RunNames,
  type RunReport,
} from "./report.ts";
import type { RunOptions } from "./definition.ts";
import { planHash } from "./plan-hash.ts";
import type { PlanRow, PlanState } from "../scratch/plan.ts";
import type { Run } from "./context.ts";
import { storedLink } from "./link-book.ts";
import type { Scratch } from "../scratch/index.ts";
import type { OpKind, ReadException, ReadMode } from "../model/types.ts";
import { counted, messageOf } from "../../contract/words.ts";

/** What of a run's options its report tells. */
type Reported = Pick<RunOptions, "dryRun" | "trigger" | "by" | "only" | "requests">;

export class ReportDraft {
  readonly startedAt: Date;
  readonly notes: string[] = [];
  read = 0;
  readComplete = true;
  /** What the source itself is not right about. */
  readExceptions: readonly ReadException[] = [];
  limit: RunReport["limit"];
  strangers: RunReport["strangers"];
  /** Of those, whom an administrator let go. */
  readonly allowedStrangers = new Set<string>();
  everythingRead = false;
  /** What failed in earlier runs and was not tried in this one; the first {@link MAX_EXCEPTIONS}. */
  readonly open: (Failing & { readonly label: string })[] = [];
  openCount = 0;
  failure: string | undefined;
  readonly #names: RunNames;
  readonly #options: Reported;
  readonly #runId: string;
  readonly #now: () => Date;
  #mode: ReadMode = "full";
  #modeReason = "the run ended before it was decided";
  #planning: Planning = { unchanged: 0 };
  #planned: Counts = countsOf(new Map());
  #plan: string | undefined;
  #exitCode: number | undefined;

  constructor(names: RunNames, options: Reported, runId: string, now: () => Date) {
    this.#names = names;
    this.#options = options;
    this.#runId = runId;
    this.#now = now;
    this.startedAt = now();
  }

  setMode(mode: ReadMode, reason: string): void {
    this.#mode = mode;
    this.#modeReason = reason;
  }

  /** Names the plan, before anything is added to it that a dry run only tells. */
  name(scratches: readonly Scratch[]): void {
    this.#plan = planHash(scratches);
  }

  /** Hash of the plan; undefined where nothing is planned. */
  get plan(): string | undefined {
    return this.#plan;
  }

  planned(planning: Planning, scratches: readonly Scratch[]): void {
    this.#planning = planning;
    const counts = countsOf(summed(scratches));
    this.#planned = {
      ...counts,
      fail: counts.fail + this.readExceptions.length + this.openCount,
      none: planning.unchanged,
    };
  }

  /** So many objects that nothing had to be done for in the first step were changed in the second. */
  changedLater(count: number): void {
    const { unchanged, ...planning } = this.#planning;
    this.#planning = { ...planning, unchanged: unchanged - count };
  }

  /** The run could not go on. */
  fail(error: unknown, signal: AbortSignal): void {
    this.failure = signal.aborted ? STOPPED_ON_REQUEST : messageOf(error);
    if (error instanceof TenantwireError && !signal.aborted) this.#exitCode = error.exitCode;
  }

  finish(scratches: readonly Scratch[]): RunReport {
    const { sync, source, target } = this.#names;
    const { dryRun = false, trigger = "manual", by, only } = this.#options;
    // What was made once more and is not shown has failed before, and is not healed.
    const unseen = scratches.flatMap((scratch) =>
      Array.from(scratch.retries.failedBefore("unproven"), ({ sourceId, retry }) => {
        return openException({ sourceId, label: scratch.plan.of(sourceId)?.op.label ?? "", retry });
      }),
    );
    const done = dryRun ? this.#planned : this.#done(scratches);
    const counts = { ...done, fail: done.fail + unseen.length };
    const status = statusOf({
      stopped: this.failure !== undefined,
      readComplete: this.readComplete,
      exceptions: counts.fail,
    });
    const left = counting(scratches, "written");
    const unproven = counting(scratches, "unproven") + left;
    const notes = [...this.notes];
    if (left > 0) {
      notes.push(`${counted(left, "write")} could not be read back any more; the next run looks them up first.`);
    }
    if (counts.skip > 0 && counts.skip === this.read) {
      notes.push(`All of the ${counted(this.read, "object")} that ${source} gave were left alone.`);
    }
    const finishedAt = this.#now();
    return {
      version: REPORT_VERSION,
      runId: this.#runId,
      sync,
      source,
      target,
      mode: this.#mode,
      modeReason: this.#modeReason,
      trigger,
      ...(by !== undefined && { by }),
      dryRun,
      ...(only && { only: only.length }),
      status,
      exitCode: this.#exitCode ?? exitCodeOf(status, this.limit?.over === true),
      startedAt: this.startedAt.toISOString(),
      finishedAt: finishedAt.toISOString(),
      // Of a clock that was put back meanwhile nobody knows how long it took.
      seconds: Math.max(0, finishedAt.getTime() - this.startedAt.getTime()) / 1000,
      counts,
      planned: this.#planned,
      steps: this.#steps(scratches),
      ...(this.#plan !== undefined && { plan: this.#plan }),
      read: this.read,
      listed: this.#planning.listed?.objects ?? 0,
      requests: { ...this.#options.requests?.() },
      ...(this.failure !== undefined && { failure: this.failure }),
      ...(this.limit && { limit: this.limit }),
      ...(this.strangers && { strangers: this.strangers }),
      ...(unproven > 0 && { unproven }),
      exceptions: [
        ...scratches.flatMap((scratch) =>
          scratch.plan.first("exceptions", MAX_EXCEPTIONS).map((row) => exceptionOf(row, scratch)),
        ),
        ...this.readExceptions.map(
          ({ id, label, reason }) => ({ sourceId: id, label, kind: "fail", outcome: "failed", reason }) as const,
        ),
        ...unseen,
        ...this.open.map(openException),
      ].slice(0, MAX_EXCEPTIONS),
      skips: scratches
        .flatMap(({ plan }) => plan.first("skips", MAX_SKIPS))
        .slice(0, MAX_SKIPS)
        .map(({ op: { sourceId, label, reason } }) => ({ sourceId, label, reason })),
      notes,
      ...(dryRun && {
        changes: scratches
          .flatMap(({ plan }) => plan.first("changes", MAX_CHANGES))
          .slice(0, MAX_CHANGES)
          .map(({ op }) => changeOf(op)),
      }),
    };
  }

  /** What failed before and was not tried again now is told again, with what it is called. */
  async readOpen(runs: readonly Run[]): Promise<void> {
    for (const run of runs) await this.#tellOpen(run, run.scratch.retries.open(this.everythingRead));
  }

  /** The run is stopped before it writes: what it would have tried again stays as it was. */
  async stopped(runs: readonly Run[]): Promise<void> {
    for (const run of runs) await this.#tellOpen(run, run.scratch.retries.failedBefore("planned"));
  }

  async #tellOpen(run: Run, failures: Iterable<Failing>): Promise<void> {
    for (const { sourceId, retry } of failures) {
      this.openCount += 1;
      if (this.open.length === MAX_EXCEPTIONS) continue;
      const link = await storedLink(run, sourceId);
      this.open.push({ sourceId, label: link?.label ?? "", retry });
    }
  }

  #steps(scratches: readonly Scratch[]): NonNullable<RunReport["steps"]> {
    const changes = (states: readonly PlanState[]) =>
      states.reduce((sum, state) => {
        const counts = summed(scratches, state);
        return CHANGES.reduce((all, kind) => all + (counts.get(kind) ?? 0), sum);
      }, 0);
    const decided = CHANGES.reduce((sum, kind) => sum + this.#planned[kind], 0);
    return { read: this.read, decided, sent: changes(TRIED), confirmed: changes(["done"]) };
  }

  #done(scratches: readonly Scratch[]): Counts {
    return {
      ...countsOf(summed(scratches, "done")),
      skip: counting(scratches, "stated"),
      fail:
        counting(scratches, "failed") +
        counting(scratches, "refused") +
        counting(scratches, "aside") +
        this.readExceptions.length +
        this.openCount,
      none: this.#planning.unchanged,
    };
  }
}

const CHANGES = ["create", "update", "enable", "disable", "link"] as const;
/** States of what the target was asked for. */
const TRIED = ["written", "done", "failed", "refused", "unproven"] as const;

function counting(scratches: readonly Scratch[], state: PlanState): number {
  return scratches.reduce((sum, { plan }) => sum + plan.count(state), 0);
}

/** How many ops of each kind there are, in a state or in all. */
function summed(scratches: readonly Scratch[], state?: PlanState): ReadonlyMap<OpKind, number> {
  const counts = new Map<OpKind, number>();
  for (const { plan } of scratches) {
    for (const [kind, count] of plan.counts(state)) counts.set(kind, (counts.get(kind) ?? 0) + count);
  }
  return counts;
}

function exceptionOf({ state, op, note }: PlanRow, scratch: Scratch): RunReport["exceptions"][number] {
  const { kind, sourceId, label, reason } = op;
  const retry = scratch.retries.get(sourceId);
  return {
    sourceId,
    label,
    kind,
    outcome: state === "refused" ? "refused" : "failed",
    reason: note ?? reason,
    ...(retry && retry.attempts > 0 && { since: retry.since }),
  };
}

/** Told in every run until it is healed. */
function openException({ sourceId, label, retry }: ReportDraft["open"][number]): RunReport["exceptions"][number] {
  const { kind = "fail", refused, reason, since } = retry;
  return { sourceId, label, kind, outcome: refused ? "refused" : "failed", reason, since };
}
