/** Who and what the tiny company has from the beginning. */
/** People that things happen to; each has a place, and may be followed there by another one of the same mail. */
export const PLACES = 8;
/** Somebody to whom nothing happens and who is in every group: a full read that finds nobody is never written. */
export const KEEPER = "keeper";
export const GROUPS = ["Staff", "Team", "Guests", "Barred"] as const;
/** The group whose members the settings may exclude; the keeper is not in it. */
export const BARRED = "Barred";
/** The administrative unit that the settings may ask for besides; the keeper is in it. */
export const UNIT = { id: "u-north", displayName: "North" } as const;
/** The group whose members another stack syncs to the same target. */
export const OTHERS = "Guests";
/** The place whose first one the settings may protect, by the address. */
export const GUARDED = 2;
export type GroupName = (typeof GROUPS)[number];
/** Places whose rooms things happen to; the room of the one after them is always there. */
export const ROOMS = 5;
export const ROOM_LISTS = 2;
