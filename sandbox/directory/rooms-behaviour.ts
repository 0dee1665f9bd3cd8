import { z } from "zod";
import type { World } from "../world.ts";

/** What can be made to go wrong with rooms in Graph; the section `rooms-behaviour` of the world. */
export const RoomsBehaviour = z.strictObject({
  /**
   * How the places service answers. `global`: as documented. `withoutPlaceIds`: by the published model of China, which
   * has no workspaces and no `placeId`, `parentId` and `teamsEnabledState`. `unsupported`: the path is not there
   * (assumed; documented is only that China and US Government have no places). `noStore`: 404 `invalid_place`
   * (reported: microsoft-graph-docs #7532). `empty`: lists without anything, although rooms exist (reported: Q&A
   * 1486588).
   */
  service: z.enum(["global", "withoutPlaceIds", "unsupported", "noStore", "empty"]),
  /** Hours of the world's clock until a room, list or workspace made from now on is listed (reported: up to 48). */
  listingLagHours: z.number().nonnegative(),
  /** Pages come without `@odata.nextLink` although more follows (reported: Q&A 1021419, microsoft-graph-docs #18604). */
  nextLinkMissing: z.boolean(),
  /**
   * What `$count=true` gives: `all` that there are, as documented; `missing`: nothing, it is ignored; `null`; `negative`:
   * -1; `page`: how many are on the page. Other services of Graph were reported to give each of them; of rooms assumed.
   */
  count: z.enum(["all", "missing", "null", "negative", "page"]),
  /**
   * Most places on a page, whatever `$top` says: documented as the default of 100, and said by its maker's support to
   * be the most (Q&A 1107857), while `$top=300` was advised too. Reported besides: 5 of more than 100.
   */
  largestPage: z.int().positive(),
  /** Addresses of room lists whose rooms and workspaces answer 403 (assumed). */
  refusedLists: z.array(z.string()),
});
export type RoomsBehaviour = z.infer<typeof RoomsBehaviour>;

/** The switches of a world, to be changed in place. */
export function roomsBehaviour(world: World): RoomsBehaviour {
  return world.section<RoomsBehaviour>("rooms-behaviour", () => ({
    service: "global",
    listingLagHours: 0,
    nextLinkMissing: false,
    count: "all",
    largestPage: 100,
    refusedLists: [],
  }));
}
