/**
 * Objects that failed, and when they are tried again. They are spaced out so that one object which cannot be written
 * does not cost every run a call, and so that the cursor can move on without it. As long as one is here, things are not
 * as they should be, whether or not a run has tried it.
 *
 * @packageDocumentation
 */
import type { Retry } from "../model/recorded.ts";
import { command } from "../../contract/this-stack.ts";
import { counted, withoutNames } from "../../contract/words.ts";
import { fieldsHash } from "../model/fields.ts";
import { fromJson, toJson } from "../model/json.ts";
import { type Grants, limitedBesides, type OpKind } from "../model/types.ts";
import { LONGEST_REST_MS, type PlanInput } from "../planner/plan-link.ts";
import type { PlanRow } from "../scratch/plan.ts";
import { partitionsOf } from "../state/partitions.ts";
import { CommitQueue } from "../state/queue.ts";
import type { State } from "../state/session.ts";
import type { Run } from "./context.ts";
import type { RunOptions } from "./definition.ts";

const HOUR_MS = 60 * 60 * 1000;

/** After the first failure the next run tries again, then 1, 6 and 24 hours later, then daily. */
const INTERVALS_MS = [0, HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS] as const;
const LONGEST_MS = 24 * HOUR_MS;

/** What failed, and why. */
interface Failed {
  readonly reason: string;
  readonly kind: OpKind;
  readonly limited?: readonly string[];
}

/** The entry after one more failure. */
export function afterFailure(previous: Retry | undefined, { reason, ...tried }: Failed, now: Date): Retry {
  const attempts = (previous?.attempts ?? 0) + 1;
  const wait = INTERVALS_MS[attempts - 1] ?? LONGEST_MS;
  return {
    attempts,
    since: previous && previous.attempts > 0 ? previous.since : now.toISOString(),
    next: new Date(now.getTime() + wait).toISOString(),
    reason: withoutNames(reason),
    ...triedOf(tried),
    ...unshownOf(previous),
  };
}

/**
 * The entry after a create that was answered with success was not shown in its time. Made each time anew, there would be
 * one more of it every day where the target has it after all; once more is enough for one that was lost.
 */
export function afterUnshown(previous: Retry | undefined, targetName: string, now: Date): Retry {
  const unshown = (previous?.unshown ?? 0) + 1;
  const reason =
    unshown < MOST_UNSHOWN
      ? `${targetName} answered success, but has not shown it since`
      : `${targetName} answered success more than once, but has never shown it: it is not made again until it changes, or somebody asks for it`;
  return { ...afterFailure(previous, { reason, kind: "create" }, now), unshown };
}

/** The entry of what is shown after all. */
export function afterShown({ unshown: _unshown, made: _made, ...retry }: Retry): Retry {
  return retry;
}

/** So often the same is made that is never shown. */
const MOST_UNSHOWN = 2;

/** What must not be made again, as its {@link fieldsHash}. */
export function unshownIn(retry: Retry | undefined): string | undefined {
  return (retry?.unshown ?? 0) < MOST_UNSHOWN ? undefined : retry?.made;
}

/** What keeps an object of a run from being made; of one that somebody asks for, only that it may be there yet. */
export function heldBack(
  { asked, scratch }: Pick<Run, "asked" | "scratch">,
  sourceId: string,
): Pick<PlanInput, "waitsUntil" | "unshown"> {
  const waitsUntil = scratch.retries.waitsUntil(sourceId);
  const unshown = asked ? undefined : unshownIn(scratch.retries.get(sourceId));
  return { ...(waitsUntil !== undefined && { waitsUntil }), ...(unshown !== undefined && { unshown }) };
}

/** Says what to do about what is not made again. */
export function noteUnshown(
  { asked, scratch, target, note }: Run,
  { command: run }: Pick<RunOptions, "command">,
): void {
  const count = asked ? 0 : scratch.retries.unshownCount(MOST_UNSHOWN);
  if (count === 0) return;
  const [what, them] = count === 1 ? ["an object", "it"] : [counted(count, "object"), "them"];
  note(
    `${target.name} said more than once to have made ${what}, and has never shown ${them}. Look for ${them} there; ` +
      `to have ${them} made once more: ${run ?? command("sync")} --again`,
  );
}

function unshownOf({ unshown, made }: Partial<Retry> = {}): Pick<Retry, "unshown" | "made"> {
  return { ...(unshown !== undefined && { unshown }), ...(made !== undefined && { made }) };
}

/** The entry after a target did not take a state. */
function afterRefusal(previous: Retry | undefined, failed: Failed, now: Date): Retry {
  const retry = afterFailure(previous, failed, now);
  return { ...retry, next: new Date(now.getTime() + LONGEST_REST_MS).toISOString(), refused: true };
}

/**
 * An entry for something that has not failed, but has to be looked at again.
 *
 * @param tried what was planned and not tried
 */
export function lookAgain(reason: string, now: Date, tried?: Omit<Failed, "reason">): Retry {
  const at = now.toISOString();
  return { attempts: 0, since: at, next: at, reason: withoutNames(reason), ...(tried && triedOf(tried)) };
}

function triedOf({ kind, limited = [] }: Omit<Failed, "reason">): Pick<Retry, "kind" | "limited"> {
  return { kind, ...(limited.length > 0 && { limited }) };
}

/** Whether it may be tried. What waits for longer than anything does was written by a clock that was ahead. */
export function isDue({ next }: Retry, now: Date): boolean {
  const wait = Date.parse(next) - now.getTime();
  return wait <= 0 || wait > LONGEST_REST_MS;
}

/** Copies the entries of the state into the scratch. */
export async function loadRetries({ state, partitions, scratch, now }: Run): Promise<void> {
  for await (const page of state.list(partitions.retries)) {
    for (const { key, value } of page) {
      const retry = fromJson<Retry>(value);
      scratch.retries.put(key, isDue(retry, now()) ? { ...retry, next: new Date(0).toISOString() } : retry);
    }
  }
}

/**
 * Ids of what stands as failed, on either side that is written.
 *
 * @param cause a part of the reason, in whatever case; by default all of it
 */
export async function failedIds(state: Pick<State, "list">, sync: string, cause = ""): Promise<readonly string[]> {
  const found: string[] = [];
  for (const side of ["b", "a"] as const) {
    for await (const page of state.list(partitionsOf(sync, side).retries)) {
      for (const { key, value } of page) {
        const { attempts, reason } = fromJson<Retry>(value);
        if (attempts > 0 && reason.toLowerCase().includes(cause.toLowerCase())) found.push(key);
      }
    }
  }
  return found;
}

/** Reads again what is due and was not read anyway. */
export async function readDue({ source, scratch, now, signal }: Run): Promise<void> {
  for (const ids of scratch.retries.due(now())) {
    const objects = await source.fetch(ids, signal);
    for (const object of objects) scratch.objects.putSource(object);
  }
}

/**
 * Records what failed and forgets what did not.
 *
 * @param everythingRead a complete full read: what it did not give is gone, and so are its failures
 */
export async function recordRetries(run: Run, everythingRead: boolean): Promise<void> {
  const { scratch, state, partitions, now } = run;
  const partition = partitions.retries;
  const queue = new CommitQueue(state);
  for (const ids of scratch.retries.settled(everythingRead)) {
    await Promise.all(ids.map((key) => queue.commit({ partition, key })));
  }
  const again = lookAgain("it was linked again after the state was lost", now());
  for (const key of scratch.plan.recovered()) await queue.commit({ partition, key, value: toJson(again) });
  await recordFailures(run);
}

/** Records what failed: also of a run that could not go on. */
export async function recordFailures({ scratch, state, partitions, now, grants }: Run): Promise<void> {
  const partition = partitions.retries;
  const queue = new CommitQueue(state);
  const commits: Promise<void>[] = [];
  const put = (row: PlanRow, retry: Retry) =>
    commits.push(queue.commit({ partition, key: row.op.sourceId, value: toJson(retry) }));
  for (const row of scratch.plan.rows("failed")) {
    put(row, afterFailure(scratch.retries.get(row.op.sourceId), failedOf(row, grants), now()));
  }
  for (const row of scratch.plan.rows("refused")) {
    put(row, afterRefusal(scratch.retries.get(row.op.sourceId), failedOf(row, grants), now()));
  }
  // What was not tried has not failed once more.
  for (const row of scratch.plan.rows("aside")) {
    const { note, op } = row;
    put(row, scratch.retries.get(op.sourceId) ?? lookAgain(note ?? op.reason, now(), failedOf(row, grants)));
  }
  for (const row of scratch.plan.rows("unproven")) {
    const { note, op } = row;
    const retry = scratch.retries.get(op.sourceId) ?? lookAgain(note ?? op.reason, now());
    put(row, { ...retry, made: fieldsHash(op.after ?? {}) });
  }
  await Promise.all(commits);
}

function failedOf({ op, note }: PlanRow, grants: Grants | undefined): Failed {
  return { reason: note ?? op.reason, kind: op.kind, limited: limitedBesides(op, grants) };
}
