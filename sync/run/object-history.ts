/**
 * What the last runs did with single objects: ids, kinds and reasons, and nobody's name.
 *
 * @packageDocumentation
 */
import { chunks } from "../model/chunks.ts";
import { fromJson, toJson } from "../model/json.ts";
import { partitionsOf } from "../state/partitions.ts";
import type { RunReport } from "./report.ts";
import { addNewest } from "../state/retention.ts";
import type { Scratch } from "../scratch/index.ts";
import type { PlanState } from "../scratch/plan.ts";
import type { Edit, State } from "../state/session.ts";
import type { OpKind } from "../model/types.ts";
import { beginning, withoutNames } from "../../contract/words.ts";

/** Objects of one run that are kept, failures first. */
const MAX_RECORDS = 10_000;
/** Records in one entity, and characters of a reason: together far below what the smallest store takes. */
const RECORDS_PER_ENTITY = 100;
const REASON_LENGTH = 300;
/** Few enough that one commit stays small, enough that ten thousand records are not a hundred waits for the disk. */
const ENTITIES_PER_COMMIT = 20;
/** Entities that are kept of one sync: a hundred thousand records, or a thousand runs. */
const KEPT_ENTITIES = 1_000;

/**
 * How it ended: `done` was read back, `refused` and `failed` were not taken, of `unproven` it is not known.
 */
export type Outcome = "done" | "failed" | "refused" | "unproven";

/** What one run did, or could not do, with one object. */
export interface ObjectRecord {
  readonly sourceId: string;
  readonly kind: OpKind;
  readonly outcome: Outcome;
  readonly reason: string;
}

/** A record with its run. */
export interface PastChange extends ObjectRecord {
  readonly runId: string;
  /** Instant at which the run began. */
  readonly startedAt: string;
}

const outcomes: readonly (readonly [PlanState, Outcome])[] = [
  ["failed", "failed"],
  ["refused", "refused"],
  ["written", "unproven"],
  ["unproven", "unproven"],
  ["done", "done"],
];

/** Stores what a run did with each object, and lets the oldest go. */
export async function saveRecords(
  state: State,
  { sync, startedAt, runId }: RunReport,
  scratches: readonly Pick<Scratch, "plan">[],
): Promise<void> {
  const partitions = partitionsOf(sync);
  const { changes } = partitions;
  const records = recordsIn(scratches.map(({ plan }) => plan));
  const edits = chunks(records, RECORDS_PER_ENTITY).map((some, at): Edit => {
    const key = keyOf({ startedAt, runId }, at * RECORDS_PER_ENTITY);
    return { partition: changes, key, value: some.map(toJson) };
  });
  for (const some of chunks(edits, ENTITIES_PER_COMMIT)) {
    await addNewest(state, partitions, changes, some, KEPT_ENTITIES);
  }
}

function recordsIn(plans: readonly Scratch["plan"][]): readonly ObjectRecord[] {
  const records: ObjectRecord[] = [];
  for (const [planState, outcome] of outcomes) {
    for (const plan of plans) {
      for (const { sourceId, kind, reason } of plan.reasons(planState, MAX_RECORDS - records.length)) {
        records.push({ sourceId, kind, outcome, reason: beginning(withoutNames(reason), REASON_LENGTH) });
      }
    }
  }
  return records;
}

function keyOf({ startedAt, runId }: Pick<RunReport, "startedAt" | "runId">, start: number): string {
  return `${startedAt} ${runId} ${String(start).padStart(6, "0")}`;
}

/**
 * What one run did with each object, failures first: the first {@link MAX_RECORDS}. Nothing where it changed nothing, and
 * where so many runs came after it that this was let go. Costs what that run did, however many there were.
 */
export async function recordsOfRun(
  state: Pick<State, "get">,
  run: Pick<RunReport, "sync" | "startedAt" | "runId">,
): Promise<readonly ObjectRecord[]> {
  const { changes } = partitionsOf(run.sync);
  const found: ObjectRecord[] = [];
  for (let start = 0; start < MAX_RECORDS; start += RECORDS_PER_ENTITY) {
    const value = await state.get(changes, keyOf(run, start));
    if (value !== undefined) found.push(...fromJson<readonly ObjectRecord[]>(value));
    // The first ones of a run that is on its way out are let go before its last.
    else if (found.length > 0) break;
  }
  return found;
}

/** What the runs that are remembered did with one object, newest first; in a sync that goes both ways it has two ids. */
export async function readRecords(
  state: Pick<State, "list">,
  sync: string,
  ...ids: readonly string[]
): Promise<readonly PastChange[]> {
  const found: PastChange[] = [];
  for await (const page of state.list(partitionsOf(sync).changes)) {
    for (const { key, value } of page) {
      const [startedAt = "", runId = ""] = key.split(" ");
      for (const record of fromJson<readonly ObjectRecord[]>(value)) {
        if (ids.includes(record.sourceId)) found.push({ ...record, startedAt, runId });
      }
    }
  }
  return found.reverse();
}
