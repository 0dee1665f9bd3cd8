/** What names of syncs of rooms begin with: `rooms-ones`. */
export const ROOMS_SYNC = "rooms";
