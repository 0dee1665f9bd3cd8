/**
 * What is remembered of one object of a sync: how it stands, and what the runs did with it.
 *
 * @packageDocumentation
 */
import type { Retry } from "../model/recorded.ts";
import { type Link, type SideName } from "../model/types.ts";
import { partitionsOf } from "../state/partitions.ts";
import { readObject, type State } from "../state/session.ts";
import { type LimitedSet, newestSetWith } from "./allowances.ts";
import { linkOf } from "./history.ts";
import { type PastChange, readRecords } from "./object-history.ts";

export interface KnownObject {
  /** Its id in the source; of something that only the other side has, its id there. */
  readonly id: string;
  /** What it goes with; absent: with nothing yet. */
  readonly link?: Link;
  /** What failed, or has to be looked at again, on each side that is written. */
  readonly retries: readonly Retry[];
  /** The outcome of the last write is not known: the next run looks before it writes. */
  readonly unsettled: boolean;
  /** The newest set stopped by a limit that it is in. */
  readonly limited?: LimitedSet;
  /** What the last runs did with it, newest first. */
  readonly history: readonly PastChange[];
}

/**
 * @param asked its id on either side
 * @returns undefined where nothing is remembered of it
 */
export async function knownObject(state: State, sync: string, asked: string): Promise<KnownObject | undefined> {
  const link = await linkWith(state, sync, asked);
  const id = link?.a.id ?? asked;
  const other = link?.b.id ?? asked;
  const written: readonly (readonly [SideName, string])[] = [
    ["b", id],
    ["a", other],
  ];
  const retries: Retry[] = [];
  let unsettled = false;
  for (const [side, own] of written) {
    const partitions = partitionsOf(sync, side);
    const retry = await readObject<Retry>(state, partitions.retries, own);
    if (retry) retries.push(retry);
    unsettled ||= (await state.get(partitions.journal, own)) !== undefined;
  }
  const limited = await newestSetWith(state, sync, [id, other]);
  const history = await readRecords(state, sync, ...new Set([id, other]));
  if (!link && retries.length === 0 && !unsettled && !limited && history.length === 0) return undefined;
  return { id, ...(link && { link }), retries, unsettled, ...(limited && { limited }), history };
}

async function linkWith(state: State, sync: string, id: string): Promise<Link | undefined> {
  const own = await linkOf(state, sync, id);
  if (own) return own;
  const source = await state.get(partitionsOf(sync).linked, id);
  return typeof source === "string" ? linkOf(state, sync, source) : undefined;
}
