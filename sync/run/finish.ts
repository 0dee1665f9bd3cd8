/** What a run that wrote leaves in the state. */
import { toJson } from "../model/json.ts";
import type { Position } from "../planner/mode.ts";
import type { Run } from "./context.ts";
import type { LinkBook } from "./link-book.ts";
import type { ReadOutcome } from "./read.ts";
import type { State } from "../state/session.ts";
import type { ReportDraft } from "./report-draft.ts";
import { recordRetries } from "./retries.ts";
import type { SyncDefinition } from "./definition.ts";

/** The entity of the partition that the position is kept in: where the side goes on that is read first. */
export const POSITION_KEY = "position";

/** Where the side goes on that a run reads. */
export async function readPosition({
  state,
  partitions,
  side,
}: Pick<Run, "partitions" | "side"> & { readonly state: Pick<State, "get"> }): Promise<Position | undefined> {
  return (await state.get(partitions.position, positionKey(side))) as Position | undefined;
}

function positionKey(side: Run["side"]): string {
  return side === "b" ? POSITION_KEY : `${POSITION_KEY}-b`;
}

/** Stores what the target was seen to hold where nothing had to be written. */
export async function keepRefreshed({ scratch }: Run, links: LinkBook): Promise<void> {
  for (const page of scratch.links.refreshed()) await Promise.all(page.map((link) => links.put(link)));
}

/**
 * Records what the run leaves, the cursor last: everything that it covers is written or recorded by then.
 *
 * @param isOtherComplete the other side was read to its end: otherwise what is new on this one may have been left alone
 */
export async function finish(
  run: Run,
  { scopeHash }: Pick<SyncDefinition, "scopeHash">,
  read: ReadOutcome,
  position: Position | undefined,
  draft: Pick<ReportDraft, "startedAt">,
  everythingRead: boolean,
  isOtherComplete = true,
): Promise<void> {
  const { state, partitions } = run;
  await recordRetries(run, everythingRead);
  if (!read.complete) {
    run.note(`${run.source.name} was not read to the end; the next run reads from the same place again.`);
    return;
  }
  if (!isOtherComplete) return;
  const fullAt = read.mode === "full" ? draft.startedAt.toISOString() : position?.fullAt;
  if (fullAt === undefined) throw new TypeError("A delta run without a full run before it.");
  const next: Position = { cursor: read.cursor, scopeHash, fullAt };
  await state.commit([{ partition: partitions.position, key: positionKey(run.side), value: toJson(next) }]);
}
