/**
 * Reading single items, as they are now; the next run goes on where the one before ended.
 *
 * @packageDocumentation
 */
import { TenantwireError } from "../../contract/errors.ts";
import { counted, quoted } from "../../contract/words.ts";
import { chunks } from "../model/chunks.ts";
import { isActive, type Item, type OnlyRead, otherSide } from "../model/types.ts";
import type { Position } from "../planner/mode.ts";
import { partitionsOf } from "../state/partitions.ts";
import type { State } from "../state/session.ts";
import type { Run } from "./context.ts";
import type { Definition } from "./definition.ts";
import { readPosition } from "./finish.ts";
import { storedLink } from "./link-book.ts";
import type { ReadOutcome } from "./read.ts";

/**
 * The position that single items are run from.
 *
 * @throws TenantwireError where the last full run did not end well, or was another's: what an item is compared with is not
 *   known then
 */
export function positionForSingle(position: Position | undefined, scopeHash: string): Position {
  if (position?.scopeHash === scopeHash) return position;
  const why = position ? "scope or fields were changed" : "no full run has ended well yet";
  throw new TenantwireError(`Single objects cannot be run, since ${why}: run the sync as a whole first.`);
}

/** Whether single items of a sync that goes both ways can be run. */
export async function mayRunSingle(
  { sync, scopeHash }: Pick<Definition, "sync" | "scopeHash">,
  state: Pick<State, "get">,
): Promise<boolean> {
  for (const side of ["a", "b"] as const) {
    const position = await readPosition({ state, partitions: partitionsOf(sync, side), side });
    if (position?.scopeHash !== scopeHash) return false;
  }
  return true;
}

/** Why a run reads so little. */
export function whySingle(ids: readonly string[]): string {
  return `only ${counted(ids.length, "object")} that ${ids.length === 1 ? "was" : "were"} asked for`;
}

/** So many ids are asked for at once. */
const FETCHED = 100;

/** Reads what is meant by single words, as it is now. */
export async function readSingle(run: Run, words: readonly string[], position: Position): Promise<ReadOutcome> {
  const { source, scratch, state, dryRun, signal, note } = run;
  const isLinked = isLinkedIn(run);
  const request = { isLinked, state, dryRun, signal };
  const read = source.readOnly ? await source.readOnly(words, request) : await fetched(run, words);
  for (const item of read.items) scratch.objects.putSource(item);
  for (const word of read.unknown) note(`${source.name} has no ${quoted(word)} that is synced.`);
  const { protected: kept } = read;
  return { mode: "delta", complete: true, cursor: position.cursor, notes: [], ...(kept && { protected: kept }) };
}

/** Reads besides what was read refers to and nothing is linked to yet: it has to be made first. */
export async function readReferred(run: Run): Promise<void> {
  const { source, scratch, signal } = run;
  const isLinked = isLinkedIn(run);
  let above = [...scratch.objects.joined()].flat().flatMap((row) => (row.source ? referredBy(run, row.source) : []));
  while (above.length > 0) {
    const missing: string[] = [];
    for (const id of new Set(above)) if (!scratch.objects.hasSource(id) && !(await isLinked(id))) missing.push(id);
    const items = missing.length === 0 ? [] : await source.fetch(missing, signal);
    for (const item of items) scratch.objects.putSource(item);
    above = items.flatMap((item) => referredBy(run, item));
  }
}

function isLinkedIn(run: Run): (id: string) => Promise<boolean> {
  return async (id) => (await storedLink(run, id)) !== undefined;
}

async function fetched(run: Run, ids: readonly string[]): Promise<OnlyRead> {
  const { source, signal } = run;
  const items: Item[] = [];
  for (const some of chunks(ids, FETCHED)) items.push(...(await source.fetch(some, signal)));
  const unknown: string[] = [];
  for (const { id, life } of items) if (life === "gone" && !(await isLinkedIn(run)(id))) unknown.push(id);
  return { items, unknown };
}

function referredBy({ rules, side }: Run, item: Item): string[] {
  if (!isActive(item)) return [];
  const own = otherSide(side);
  return rules.fields.flatMap((rule) => {
    const id = rule.refers ? item.fields?.[rule[own]] : undefined;
    return typeof id === "string" ? [id] : [];
  });
}
