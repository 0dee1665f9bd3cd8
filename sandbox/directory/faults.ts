import type { World } from "../world.ts";

/**
 * What can be made to go wrong inside Graph; the section `graph-faults` of the world. Everything is off at first.
 * Faults of the transport (429, resets, delays) are the server's, not the directory's.
 */
export interface GraphFaults {
  /** New objects answer 404 for this long after they were created, in milliseconds of the world's clock. */
  lagMilliseconds: number;
  /** New objects answer 404 to this many requests that address them. */
  lagReads: number;
  /** Delta links given out before this instant (ISO 8601) are expired, besides those older than seven days. */
  deltaTokensExpiredBefore: string | null;
  /** How an expired delta link is answered: 410 Gone with `Location`, or 400 `syncStateNotFound`. */
  expiredDeltaToken: 410 | 400;
  /** Empty pages with a next link at the end of a first round of `/groups/delta` (recorded: ten, of 16 groups). */
  emptyDeltaPages: number;
  /**
   * Lists of members of groups and administrative units end after so many, without a next link, and so does a first round
   * of `/groups/delta`; `null`: none does (reported of places: Q&A 1021419; of members assumed).
   */
  membersListed: number | null;
  /**
   * Lists of members that are asked for with `$count=true`: `whole`, whatever `membersListed` says; `short` as the others
   * are, while what they count is right; or what they are refused with, `/$count` too (assumed).
   */
  countedMembers: "whole" | "short" | 400 | 403 | 404 | 501;
  /** Changes of members, the latest ones, that are not counted yet: what is counted is behind (documented). */
  memberIndexBehind: number;
}

export function graphFaults(world: World): GraphFaults {
  return world.section<GraphFaults>("graph-faults", () => ({
    lagMilliseconds: 0,
    lagReads: 0,
    deltaTokensExpiredBefore: null,
    expiredDeltaToken: 410,
    emptyDeltaPages: 10,
    membersListed: null,
    countedMembers: "whole",
    memberIndexBehind: 0,
  }));
}

/** Expires every delta link that was given out until now. */
export function expireDeltaTokens(world: World): void {
  graphFaults(world).deltaTokensExpiredBefore = world.now().toISOString();
}

/** Which objects are too new to be seen yet. */
export interface Lag {
  /** To be told of every new object: its lag is that of this moment. */
  created(id: string): void;
  /** Is the object still hidden from whoever addresses it? Counts as one of its hidden reads. */
  hides(id: string): boolean;
  /** Is the object still missing in lists? */
  hidesInLists(id: string): boolean;
}

export function lag(world: World): Lag {
  const fresh = new Map<string, { until: number; reads: number }>();

  function hidesInLists(id: string): boolean {
    const entry = fresh.get(id);
    if (!entry) return false;
    if (entry.reads > 0 || entry.until > world.now().getTime()) return true;
    fresh.delete(id);
    return false;
  }

  return {
    created(id) {
      const { lagMilliseconds, lagReads } = graphFaults(world);
      if (lagMilliseconds === 0 && lagReads === 0) return;
      fresh.set(id, { until: world.now().getTime() + lagMilliseconds, reads: lagReads });
    },
    hides(id) {
      if (!hidesInLists(id)) return false;
      const entry = fresh.get(id);
      if (entry && entry.reads > 0) entry.reads--;
      return true;
    },
    hidesInLists,
  };
}
