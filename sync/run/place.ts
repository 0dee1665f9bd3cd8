/**
 * Which tenant, group or file each side of a sync is. It is remembered from the first run that writes: what is linked
 * in one place says nothing about another, where everybody would seem to have left.
 *
 * @packageDocumentation
 */
import { WrongPlace } from "../../contract/errors.ts";
import { hostOf } from "../../contract/redirect-uris.ts";
import { partitionsOf } from "../state/partitions.ts";
import { readObject, type State } from "../state/session.ts";
import type { Run } from "./context.ts";
import { toJson } from "../model/json.ts";
import type { Place } from "../model/types.ts";
import { storedLink } from "./link-book.ts";
import { counted } from "../../contract/words.ts";

const SIDES = ["source", "target"] as const;
type Side = (typeof SIDES)[number];
type Places = Readonly<Partial<Record<Side, Place>>>;

interface Remembered {
  readonly id: string;
  readonly label: string;
  /** Absent from states of before it was remembered. */
  readonly host?: string;
}

/** Hosts that a sync wrote to, as remembered: of a target that is told by its address, that one's too. */
export async function rememberedHosts(state: Pick<State, "get">, sync: string): Promise<string[]> {
  const hosts: string[] = [];
  for (const side of SIDES) {
    const known = await readObject<Remembered>(state, partitionsOf(sync).places, side);
    if (!known) continue;
    const { id, host = side === "target" ? hostOf(id) : undefined } = known;
    if (host !== undefined) hosts.push(host);
  }
  return hosts;
}

/**
 * Asks both sides where they are. Only this comes before it is known that the place is the right one.
 *
 * @param location where the state is, for the message
 * @throws WrongPlace when one is another than the one that was written to, or read from, before, or holds nothing of it
 */
export async function findPlaces(run: Run, location: string): Promise<Places> {
  const { state, partitions, source, target, signal } = run;
  const [from, to] = [await source.place?.(signal), await target.place?.(signal)];
  const places: Places = { ...(from && { source: from }), ...(to && { target: to }) };
  for (const side of SIDES) {
    const place = places[side];
    if (!place) continue;
    const before = await readObject<Remembered>(state, partitions.places, side);
    if (before && before.id !== place.id) throw new WrongPlace(wrongPlace(place, before, location));
  }
  if (to?.isAddress) await expectOwn(run, to, location);
  return places;
}

/** Remembers the places of a run that is about to write. */
export async function keepPlaces({ state, partitions, source, target }: Run, places: Places): Promise<void> {
  for (const side of SIDES) {
    const place = places[side];
    if (!place) continue;
    const { id, label } = place;
    const { host } = side === "target" ? target : source;
    const known = await readObject<Remembered>(state, partitions.places, side);
    // A host that an administrator said a word for is the one of now.
    if (known && (host === undefined || known.host === host)) continue;
    const value = toJson({ id, label, ...(host !== undefined && { host }) });
    await state.commit([{ partition: partitions.places, key: side, value }]);
  }
}

/** Whether what is behind the address is what was written to. The first linked object that is met answers that. */
async function expectOwn(run: Run, place: Place, location: string): Promise<void> {
  const { target, signal } = run;
  if (run.known === 0) return;
  let held = 0;
  for await (const page of target.list(signal)) {
    for (const { id, keys } of page) {
      const sourceId = keys[target.matchBy[0]];
      const link = sourceId === undefined ? undefined : await storedLink(run, sourceId);
      if (link?.[run.side].id === id) return;
    }
    held += page.length;
  }
  if (held > 0) throw new WrongPlace(wrongContent(place, held, location));
}

function wrongContent({ id, label, mend }: Place, held: number, location: string): string {
  const objects = held === 1 ? "1 object, which is" : `${counted(held, "object")}, which are`;
  return (
    `What is at ${label} (${id}) has ${objects} none of those that the state in ${location} knows: nothing was written. ` +
    `It seems to be another one at the same address. To go on with the one of before, ${mend}. ${IF_MEANT}`
  );
}

function wrongPlace({ id, label, mend }: Place, before: Remembered, location: string): string {
  return (
    `This is ${label} (${id}), but the state in ${location} belongs to ${before.label} (${before.id}): nothing was read or written. ` +
    `To go on with the latter, ${mend}. ${IF_MEANT}`
  );
}

const IF_MEANT =
  "If the move is meant, put that state aside and run again: everybody is matched anew, and nobody is disabled in that run.";
