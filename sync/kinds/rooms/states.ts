/**
 * Every room with where it stands and why, and what the target has besides. Reads only.
 *
 * @packageDocumentation
 */
import { fromJson } from "../../model/json.ts";
import type { ObjectRecord } from "../../run/object-history.ts";
import { partitionsOf } from "../../state/partitions.ts";
import type { Retry } from "../../model/recorded.ts";
import type { SyncDefinition } from "../../run/definition.ts";
import { entitiesIn, type State } from "../../state/session.ts";
import { isActive, type Item, type Link, linkFromJson, type Target } from "../../model/types.ts";
import type { RoomsSource } from "./source.ts";
import type { Survey, SurveyedRoom } from "./survey.ts";

/**
 * - `synced`, `matched by hand`: linked; by hand is what carried the room's id before it was linked;
 * - `next run`: the next run has something to do with it, such as to make it;
 * - `failed`: the last run could not write it;
 * - the others as in the survey.
 */
export type Standing =
  "synced" | "matched by hand" | "next run" | "failed" | Exclude<SurveyedRoom["state"], "in scope">;

export interface RoomStanding {
  /** Absent for a room of which nothing can be known yet. */
  readonly id?: string;
  readonly name: string;
  readonly address: string;
  readonly standing: Standing;
  readonly why: string;
  /** Id in the target of what it is linked to. */
  readonly targetId?: string;
}

/** An object of the target that no room matches. */
export interface Stranger {
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
  /** Rooms that are called the same, which proves nothing. */
  readonly namesakes: readonly { readonly id: string; readonly address: string }[];
}

export interface RoomStandings {
  readonly version: 1;
  readonly rooms: readonly RoomStanding[];
  readonly strangers: readonly Stranger[];
  /** What the next report would say besides. */
  readonly notes: readonly string[];
  readonly exceptions: Survey["exceptions"];
}

interface StandingsOptions {
  readonly definition: SyncDefinition & { readonly source: RoomsSource };
  readonly state: State;
  readonly signal: AbortSignal;
}

/** @throws what would stop a run */
export async function roomStandings({ definition, state, signal }: StandingsOptions): Promise<RoomStandings> {
  const { source, target, sync, fields } = definition;
  await target.check(fields, signal);
  const partitions = partitionsOf(sync);
  const links = new Map(
    (await entitiesIn(state, partitions.links)).map(({ key, value }) => [key, linkFromJson(value)]),
  );
  const isLinked = async (id: string) => links.has(id);
  const { rooms, notes, exceptions } = await source.look({ state, isLinked, signal });
  const held = await listed(target, signal);
  const facts: Facts = {
    links,
    held,
    retries: new Map(
      (await entitiesIn(state, partitions.retries)).map(({ key, value }) => [key, fromJson<Retry>(value)]),
    ),
    byHand: await matchedByHand(state, sync),
    targetName: target.name,
  };
  return {
    version: 1,
    rooms: rooms.map((room) => standingOf(room, facts)),
    strangers: strangersAmong(held, links, rooms),
    notes,
    exceptions,
  };
}

interface Facts {
  readonly links: ReadonlyMap<string, Link>;
  readonly held: ReadonlyMap<string, Item>;
  readonly retries: ReadonlyMap<string, Retry>;
  readonly byHand: ReadonlySet<string>;
  readonly targetName: string;
}

/** Pure. */
function standingOf(room: SurveyedRoom, { links, held, retries, byHand, targetName }: Facts): RoomStanding {
  const { id, name, address, state, why } = room;
  const link = id === undefined ? undefined : links.get(id);
  const retry = id === undefined ? undefined : retries.get(id);
  const is = (standing: Standing, because: string): RoomStanding => ({
    ...(id !== undefined && { id }),
    name,
    address,
    standing,
    why: because,
    ...(link && { targetId: link.b.id }),
  });
  if (state !== "in scope") {
    return is(
      state,
      link && !["missing", "not usable"].includes(state) && isHeldActive(link, held)
        ? `${why}; the next run retires it`
        : why,
    );
  }
  if (retry && retry.attempts > 0) return is("failed", retry.reason);
  if (!link) return is("next run", `${why}; not in ${targetName} yet`);
  const object = held.get(link.b.id);
  if (!object) return is("next run", `${why}; was removed from ${targetName}`);
  if (!isActive(object)) return is("next run", `${why}; inactive in ${targetName}`);
  return id !== undefined && byHand.has(id)
    ? is("matched by hand", `${why}; what it is linked to carried its id before`)
    : is("synced", why);
}

function isHeldActive({ b }: Link, held: ReadonlyMap<string, Item>): boolean {
  const object = held.get(b.id);
  return object !== undefined && isActive(object);
}

function strangersAmong(
  held: ReadonlyMap<string, Item>,
  links: ReadonlyMap<string, Link>,
  rooms: readonly SurveyedRoom[],
): Stranger[] {
  const linked = new Set([...links.values()].map(({ b }) => b.id));
  const awaited = rooms.filter(({ state }) => state === "in scope");
  const [ids, mails] = [new Set(awaited.map(({ id }) => id)), new Set(awaited.map(({ address }) => address))];
  return [...held.values()].flatMap((object): Stranger[] => {
    const { id, label: name, keys } = object;
    const active = isActive(object);
    const carried = keys["externalId"] ?? keys["id"];
    if (linked.has(id) || ids.has(carried) || mails.has(keys["mail"] ?? "")) return [];
    const namesakes = rooms.flatMap((room) =>
      room.id !== undefined && room.name.toLowerCase() === name.toLowerCase()
        ? [{ id: room.id, address: room.address }]
        : [],
    );
    return [{ id, name, active, namesakes }];
  });
}

async function listed(target: Target, signal: AbortSignal): Promise<ReadonlyMap<string, Item>> {
  const held = new Map<string, Item>();
  for await (const page of target.list(signal)) for (const object of page) held.set(object.id, object);
  return held;
}

/** By the runs that are remembered: what they linked since it carried the id, which a person wrote there. */
async function matchedByHand(state: State, sync: string): Promise<ReadonlySet<string>> {
  const byHand = new Set<string>();
  for await (const page of state.list(partitionsOf(sync).changes)) {
    for (const { value } of page) {
      for (const { sourceId, kind, reason } of fromJson<readonly ObjectRecord[]>(value)) {
        if (kind !== "link" && kind !== "create") continue;
        if (kind === "link" && reason.endsWith("carries its id")) byHand.add(sourceId);
        else byHand.delete(sourceId);
      }
    }
  }
  return byHand;
}
