/**
 * Objects that failed, and when they are tried again. They are spaced out so that one object which cannot be written
 * does not cost every run a call, and so that the cursor can move on without it.
 *
 * @packageDocumentation
 */
import { BatchWriter } from "../state/queue.ts";
import type { Run } from "./context.ts";
import { fromJson, toJson } from "../model/json.ts";
import type { PlanRow } from "../scratch/plan.ts";

const HOUR_MS = 60 * 60 * 1000;

/** After the first failure the next run tries again, then 1, 6 and 24 hours later, then daily. */
const INTERVALS_MS = [0, HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS] as const;
const LONGEST_MS = 24 * HOUR_MS;

export interface Retry {
  /** Failures in a row. */
  readonly attempts: number;
  /** Instant of the first of them. */
  readonly since: string;
  /** Not tried again before this instant, unless the source reports a change. */
  readonly next: string;
  readonly reason: string;
}

/** The entry after one more failure. */
export function afterFailure(previous: Retry | undefined, reason: string, now: Date): Retry {
  const attempts = (previous?.attempts ?? 0) + 1;
  const wait = INTERVALS_MS[attempts - 1] ?? LONGEST_MS;
  return {
    attempts,
    since: previous && previous.attempts > 0 ? previous.since : now.toISOString(),
    next: new Date(now.getTime() + wait).toISOString(),
    reason,
  };
}

/** An entry for something that has not failed, but has to be looked at again. */
export function lookAgain(reason: string, now: Date): Retry {
  return { attempts: 0, since: now.toISOString(), next: now.toISOString(), reason };
}

/** Copies the entries of the state into the scratch. */
export async function loadRetries({ state, partitions, scratch }: Run): Promise<void> {
  for await (const page of state.list(partitions.retries)) {
    for (const { key, value } of page) scratch.retries.put(key, fromJson<Retry>(value));
  }
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
  const writer = new BatchWriter(state, partitions.retries);
  for (const ids of scratch.retries.settled(everythingRead)) {
    await Promise.all(ids.map((id) => writer.delete(id)));
  }
  for (const row of scratch.plan.rows("failed")) {
    const retry = afterFailure(scratch.retries.get(row.change.sourceId), row.note ?? row.change.reason, now());
    await writer.put(row.change.sourceId, toJson(retry));
  }
  const again = lookAgain("it was linked again after the state was lost", now());
  for (const id of scratch.plan.recovered()) await writer.put(id, toJson(again));
}

/** When a row first failed, if it had failed before. */
export function failingSince(run: Run, row: PlanRow): string | undefined {
  const retry = run.scratch.retries.get(row.change.sourceId);
  return retry && retry.attempts > 0 ? retry.since : undefined;
}
