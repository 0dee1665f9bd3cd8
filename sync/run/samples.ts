/**
 * What a target may try its search on, kept by runs that listed it, so that the ones between them need not list it.
 *
 * @packageDocumentation
 */
import { toJson } from "../model/json.ts";
import { readObject } from "../state/session.ts";
import { linkFromJson, type Samples } from "../model/types.ts";
import type { Run } from "./context.ts";

const KEY = "samples";

/** Gives the target what earlier runs kept for it. */
export async function giveSamples({ state, partitions, target }: Run): Promise<void> {
  if (!target.tryOn) return;
  const kept = await readObject<Samples>(state, partitions.places, KEY);
  if (kept) target.tryOn(kept);
}

/** @param listed of the objects that the target listed, before this run wrote */
export async function keepSamples(run: Run, listed: Samples): Promise<void> {
  const { state, partitions, target } = run;
  if (!target.tryOn) return;
  const correlation = target.matchBy[0];
  const samples = { ...listed, [correlation]: listed[correlation] ?? (await anyLinked(run)) };
  const before = await state.get(partitions.places, KEY);
  if (JSON.stringify(before) === JSON.stringify(samples)) return;
  await state.commit([{ partition: partitions.places, key: KEY, value: toJson(samples) }]);
}

/** What is linked carries the correlation id, also where this run was the first one to write it. */
async function anyLinked({ state, partitions, side }: Run): Promise<string | null> {
  for await (const [first] of state.list(partitions.links)) if (first) return linkFromJson(first.value)[side].id;
  return null;
}
