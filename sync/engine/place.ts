/**
 * Which tenant, group or file each side of a sync is. It is remembered from the first run that writes: what is linked
 * in one place says nothing about another, where everybody would seem to have left.
 *
 * @packageDocumentation
 */
import type { Run } from "./context.ts";
import { WrongPlace } from "./errors.ts";
import { fromJson, toJson } from "./json.ts";
import type { Place } from "./types.ts";

const SIDES = ["source", "target"] as const;
type Side = (typeof SIDES)[number];
export type Places = Readonly<Partial<Record<Side, Place>>>;

interface Remembered {
  readonly id: string;
  readonly label: string;
}

/**
 * Asks both sides where they are. Only this comes before it is known that the place is the right one.
 *
 * @param location where the state is, for the message
 * @throws WrongPlace when one is another than the one that was written to, or read from, before
 */
export async function findPlaces(run: Run, location: string): Promise<Places> {
  const { state, partitions, source, target, signal } = run;
  const [from, to] = [await source.place?.(signal), await target.place?.(signal)];
  const places: Places = { ...(from && { source: from }), ...(to && { target: to }) };
  for (const side of SIDES) {
    const place = places[side];
    const known = place && (await state.get(partitions.places, side));
    if (!place || !known) continue;
    const before = fromJson<Remembered>(known);
    if (before.id !== place.id) throw new WrongPlace(wrongPlace(place, before, location));
  }
  return places;
}

/** Remembers the places of a run that is about to write. */
export async function keepPlaces({ state, partitions }: Run, places: Places): Promise<void> {
  for (const side of SIDES) {
    const place = places[side];
    if (!place || (await state.get(partitions.places, side))) continue;
    const { id, label } = place;
    await state.write(partitions.places, [{ op: "put", key: side, value: toJson({ id, label }) }]);
  }
}

function wrongPlace({ id, label, mend }: Place, before: Remembered, location: string): string {
  return (
    `This is ${label} (${id}), but the state in ${location} belongs to ${before.label} (${before.id}): nothing was read or written. ` +
    `To go on with the latter, ${mend}. If the move is meant, put that state aside and run again: ` +
    `everybody is matched anew, and nobody is disabled in that run.`
  );
}
