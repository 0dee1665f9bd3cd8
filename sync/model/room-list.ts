/** A room list as the sync of rooms read it. */
export interface RoomList {
  /** Mail address in lower case. */
  readonly address: string;
  /** `placeId`, else the address. */
  readonly id: string;
  /** No two lists have the same: one that has is told from the others by its address. */
  readonly name: string;
  /** Why its members are not known, in words, if so: `Microsoft Graph does not have it`. */
  readonly unread?: string;
  readonly members: number;
}
