/**
 * Reading single items of a sync that goes both ways, as they are now, and where each run goes on that changed no position.
 *
 * @packageDocumentation
 */
import { TenantwireError } from "../../contract/errors.ts";
import { counted, quoted } from "../../contract/words.ts";
import { isActive, type Item, type SideName } from "../model/types.ts";
import type { Position } from "../planner/mode.ts";
import type { Run } from "./context.ts";
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

/** Why a run reads so little. */
export function whySingle(ids: readonly string[]): string {
  return `only ${counted(ids.length, "object")} that ${ids.length === 1 ? "was" : "were"} asked for`;
}

/**
 * Reads what is meant by ids of a side, and what that refers to and nothing is linked to yet: it has to be made first.
 *
 * @param ids of the side that the run reads
 */
export async function readSingle(run: Run, ids: readonly string[], position: Position): Promise<ReadOutcome> {
  const { source, scratch, state, dryRun, signal, note } = run;
  const isLinked = async (id: string) => (await storedLink(run, id)) !== undefined;
  const request = { isLinked, state, dryRun, signal };
  let items = await (source.readOnly?.(ids, request) ?? source.fetch(ids, signal));
  for (const { id, life } of items) {
    if (life === "gone" && !(await isLinked(id))) note(`${source.name} has no ${quoted(id)} that is synced.`);
  }
  while (items.length > 0) {
    for (const item of items) scratch.objects.putSource(item);
    const above = [...new Set(items.flatMap((item) => referredBy(run, item)))];
    const missing: string[] = [];
    for (const id of above) if (!scratch.objects.hasSource(id) && !(await isLinked(id))) missing.push(id);
    items = missing.length === 0 ? [] : await source.fetch(missing, signal);
  }
  return { mode: "delta", complete: true, cursor: position.cursor, notes: [] };
}

function referredBy({ rules, side }: Run, item: Item): string[] {
  if (!isActive(item)) return [];
  const own: SideName = side === "b" ? "a" : "b";
  return rules.fields.flatMap((rule) => {
    const id = rule.refers ? item.fields?.[rule[own]] : undefined;
    return typeof id === "string" ? [id] : [];
  });
}
