/** What a look leaves for the next one, in the state of the syncs. @packageDocumentation */
import { z } from "zod";
import type { State } from "../../sync/index.ts";
import { toJson } from "../../sync/model/json.ts";
import { Memory } from "./index.ts";

/** Its own place in the state, and its lock: no sync reads or writes it. */
export const DRIFT = "drift";
const KEY = "place";

/** An entity each registration, since what a state holds of one is small. */
export async function remember(state: State, { registrations, ...place }: Memory): Promise<void> {
  const names = registrations.map(({ name }) => name);
  await state.commit([
    { partition: DRIFT, key: KEY, value: toJson({ ...place, registrations: names }) },
    ...registrations.map((each) => ({ partition: DRIFT, key: keyOf(each.name), value: toJson(each) })),
  ]);
}

/** What another version remembered is as good as nothing. */
export async function remembered(state: Pick<State, "get">): Promise<Memory | undefined> {
  const place = Place.safeParse(await state.get(DRIFT, KEY)).data;
  if (place === undefined) return undefined;
  const registrations = await Promise.all(place.registrations.map((name) => state.get(DRIFT, keyOf(name))));
  return Memory.safeParse({ ...place, registrations }).data;
}

const Place = z.looseObject({ registrations: z.array(z.string()) });

function keyOf(registration: string): string {
  return `registration ${registration}`;
}
