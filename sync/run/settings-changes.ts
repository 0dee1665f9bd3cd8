/**
 * When the settings that runs go by were other ones than before: in the same time line as the runs, so that a run that
 * did something else is seen to have been told something else. Which part changed is kept, and nothing of what it says.
 *
 * @packageDocumentation
 */
import type { Outputs } from "../../contract/outputs.ts";
import { jsonHash } from "../model/json-hash.ts";
import { toJson } from "../model/json.ts";
import { addNewest } from "../state/retention.ts";
import { ifFree, objectsIn, readObject, type State, type StateStore } from "../state/session.ts";

const CHANGES = "settings-changes";
const COUNTS = "settings-counts";
const LAST = "settings-last";
const LOCK = "settings";
const KEY = "settings";
/** More than one a day for two years. */
const KEPT = 1_000;

export interface SettingsChange {
  /** Instant at which it was first seen. */
  readonly at: string;
  /** Who started what saw it. */
  readonly by: string;
  /** Parts of the outputs that are others, by their names: `integrations.ones`, `sync.users`. */
  readonly changed: readonly string[];
}

type Parts = Readonly<Record<string, string>>;

/** Oldest first. */
export async function readSettingsChanges(state: Pick<State, "list">): Promise<readonly SettingsChange[]> {
  return objectsIn<SettingsChange>(state, CHANGES);
}

/** Notes what is other than the last time; the first time there is nothing to compare with. */
export async function noteSettings(
  store: StateStore,
  outputs: Outputs,
  { now, by }: { readonly now: () => Date; readonly by: string },
): Promise<void> {
  const parts = partsOf(outputs);
  const known = await readLast(await store.read());
  if (known && changedIn(known, parts).length === 0) return;
  // Where another process is at it, or a sync has the only lock, the next one notes it.
  await ifFree(store.lock(LOCK), async (session) => {
    const before = await readLast(session);
    const last = { partition: LAST, key: KEY, value: toJson(parts) };
    const changed = before ? changedIn(before, parts) : [];
    if (changed.length === 0) return await session.commit([last]);
    const change: SettingsChange = { at: now().toISOString(), by, changed };
    const edit = { partition: CHANGES, key: change.at, value: toJson(change) };
    await addNewest(session, { counts: COUNTS }, CHANGES, [edit], KEPT, [last]);
  });
}

async function readLast(state: Pick<State, "get">): Promise<Parts | undefined> {
  return readObject<Parts>(state, LAST, KEY);
}

function changedIn(before: Parts, after: Parts): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).sort();
}

/** A digest of each part. Credentials are none of them: that one was renewed is no change of the settings. */
function partsOf({ tenant, integrations, sync = {}, syncIdentity, registrations }: Outputs): Parts {
  const all: Record<string, unknown> = {
    tenant,
    syncIdentity,
    ...below("integrations", integrations),
    ...below("sync", sync),
    ...Object.fromEntries(registrations.map((each) => [`registrations.${each.name}`, each])),
  };
  const known = Object.entries(all).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, jsonHash(value)]));
}

function below(name: string, values: unknown): Record<string, unknown> {
  if (typeof values !== "object" || values === null) return {};
  return Object.fromEntries(Object.entries(values).map(([each, value]) => [`${name}.${each}`, value as unknown]));
}
