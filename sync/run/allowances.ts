/**
 * What limits stopped, kept so that a person can allow exactly that.
 *
 * @packageDocumentation
 */
import { SettingsError } from "../../contract/errors.ts";
import { printable } from "../../contract/text/printable.ts";
import { counted, listed } from "../../contract/words.ts";
import { chunks } from "../model/chunks.ts";
import type { Run } from "./context.ts";
import { fromJson, toJson } from "../model/json.ts";
import { ALLOWED_FOR_MS, isAllowanceValid, partsOf } from "../planner/limits.ts";
import { partitionsOf } from "../state/partitions.ts";
import { entitiesIn, objectsIn, type State } from "../state/session.ts";
import { DAY_MS } from "../../contract/days.ts";

/** Lines in one entity: far below what the smallest store takes. */
const LINES_PER_ENTITY = 500;
/** Sets that nobody asked about for so long are forgotten. */
const KEPT_MS = 30 * DAY_MS;

interface Head {
  /** Instant at which a run was last stopped with this set. */
  readonly at: string;
  readonly lines: number;
  /** Instant at which an administrator allowed it. */
  readonly allowedAt?: string;
}

/**
 * Whether the limited set of this run is allowed: it is the one that is named now, or a subset of one that is named
 * now or was within the last days. A set that is named now is remembered as allowed, except by a dry run, once whoever
 * keeps a trail of that has written it down.
 *
 * @param why what the limit says of the set
 * @returns the hash of the allowed set that covers it
 */
export async function findAllowance(
  run: Run,
  hash: string,
  lines: readonly string[],
  why: string,
  named: string | undefined,
): Promise<string | undefined> {
  if (named === hash) {
    if (!run.dryRun) {
      await run.allowing({ hash, why });
      await keepLimited(run, hash, lines, run.now());
    }
    return hash;
  }
  for (const [key, head] of await heads(run)) {
    const valid = head.allowedAt !== undefined && isAllowanceValid(new Date(head.allowedAt), run.now());
    if ((key !== named && !valid) || !(await covers(run, key, lines))) continue;
    if (key === named && !run.dryRun) await run.allowing({ hash: key, why });
    if (key === named) await putHead(run, key, { ...head, allowedAt: run.now().toISOString() });
    return key;
  }
  return undefined;
}

/**
 * Somebody who allows something means a set that a run has told of. A hash that is shortened, mistyped or of another
 * sync would pass in silence wherever nothing is over the limits.
 *
 * @param own hashes of what this run itself would do
 * @throws SettingsError naming what waits, when it is none of them and none that is kept
 */
export async function checkNamed(run: Run, named: string, own: readonly string[]): Promise<void> {
  const kept = await heads(run);
  if (own.includes(named) || kept.some(([hash]) => hash === named)) return;
  const waiting = kept.filter(([, { allowedAt }]) => {
    return allowedAt === undefined || !isAllowanceValid(new Date(allowedAt), run.now());
  });
  const sets = waiting.map(([hash, { at, lines }]) => `${hash} (${counted(lines, "object")}, stopped on ${at})`);
  throw new SettingsError(
    `No set that a limit stopped is called ${printable(named)}, so that nothing was written: ` +
      `${sets.length === 0 ? "none waits to be allowed, run again without --allow" : `there waits ${listed(sets)}`}.`,
  );
}

/** Keeps a limited set under its hash, and forgets old ones. */
export async function keepLimited(run: Run, hash: string, lines: readonly string[], allowedAt?: Date): Promise<void> {
  const { state, partitions, now } = run;
  for (const [key, head] of await heads(run)) {
    if (key === hash || Math.abs(now().getTime() - Date.parse(head.at)) < KEPT_MS) continue;
    await state.clear(partitions.limited(key));
    await state.commit([{ partition: partitions.limits, key }]);
  }
  for (const [at, value] of chunks(lines, LINES_PER_ENTITY).entries()) {
    await state.commit([{ partition: partitions.limited(hash), key: String(at).padStart(6, "0"), value }]);
  }
  const head = { at: now().toISOString(), lines: lines.length };
  await putHead(run, hash, allowedAt ? { ...head, allowedAt: allowedAt.toISOString() } : head);
}

/** A set that a limit stopped. */
export interface LimitedSet {
  readonly hash: string;
  /** Instant at which a run was last stopped with it, or let through. */
  readonly at: string;
  /** How many objects are in it. */
  readonly objects: number;
  /** Instant until which an allowance holds, or held. */
  readonly allowedUntil?: string;
}

/** Whether a set is allowed: for some days, and not by a clock that was ahead. */
export function isAllowed({ allowedUntil }: LimitedSet, now: Date): boolean {
  return allowedUntil !== undefined && isAllowanceValid(new Date(Date.parse(allowedUntil) - ALLOWED_FOR_MS), now);
}

/** The sets that are kept, newest first. */
export async function readLimitedSets(state: State, sync: string): Promise<readonly LimitedSet[]> {
  const sets = (await heads({ state, partitions: partitionsOf(sync) })).map(([hash, head]): LimitedSet => {
    const { at, lines, allowedAt } = head;
    const until = allowedAt === undefined ? undefined : new Date(Date.parse(allowedAt) + ALLOWED_FOR_MS);
    return { hash, at, objects: lines, ...(until && { allowedUntil: until.toISOString() }) };
  });
  return sets.sort((one, other) => (one.at < other.at ? 1 : -1));
}

/** What is in a set: the kind of change that was to be made, and the object's id in the source. */
export async function readLimitedObjects(
  state: State,
  sync: string,
  hash: string,
): Promise<readonly { readonly kind: string; readonly sourceId: string }[]> {
  const lines = (await objectsIn<readonly string[]>(state, partitionsOf(sync).limited(hash))).flat();
  return lines.map((line) => {
    const [kind = "", sourceId = ""] = line.split(" ");
    return { kind, sourceId };
  });
}

/** The newest set that one of these objects of the source is in. */
export async function newestSetWith(
  state: State,
  sync: string,
  ids: readonly string[],
): Promise<LimitedSet | undefined> {
  for (const set of await readLimitedSets(state, sync)) {
    const objects = await readLimitedObjects(state, sync, set.hash);
    if (objects.some(({ sourceId }) => ids.includes(sourceId))) return set;
  }
  return undefined;
}

type Kept = Pick<Run, "state" | "partitions">;

async function heads({ state, partitions }: Kept): Promise<readonly (readonly [string, Head])[]> {
  return (await entitiesIn(state, partitions.limits)).map(({ key, value }) => [key, fromJson<Head>(value)] as const);
}

async function putHead({ state, partitions, dryRun }: Run, key: string, head: Head): Promise<void> {
  if (!dryRun) await state.commit([{ partition: partitions.limits, key, value: toJson(head) }]);
}

async function covers({ state, partitions }: Kept, hash: string, lines: readonly string[]): Promise<boolean> {
  const missing = new Set(lines.flatMap(partsOf));
  for await (const page of state.list(partitions.limited(hash))) {
    for (const { value } of page) {
      for (const part of fromJson<readonly string[]>(value).flatMap(partsOf)) missing.delete(part);
    }
  }
  return missing.size === 0;
}
