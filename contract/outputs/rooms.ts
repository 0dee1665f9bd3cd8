/** Which meeting rooms are synced to a target, and what of them. @packageDocumentation */
import { z } from "zod";

/** Which rooms are in scope: all, or those that any one of the lists names. Letter case does not matter. */
export const RoomScope = z.strictObject({
  scope: z.enum(["all", "specified"]),
  /** Mail addresses of rooms. */
  addresses: z.array(z.string()).optional(),
  /** Mail addresses of room lists. */
  lists: z.array(z.string()).optional(),
  /** Names of buildings. */
  buildings: z.array(z.string()).optional(),
  tags: z.array(z.string()).optional(),
});
export type RoomScope = z.infer<typeof RoomScope>;

/** Meeting rooms to one target. */
export const RoomsOutputs = RoomScope.extend({
  /** Workspaces too, which are bookable like rooms. */
  workspaces: z.boolean(),
  /** Field of the target -> property of the room, by the names of `contract/room-properties.ts`. */
  fields: z.record(z.string(), z.string()),
});
export type RoomsOutputs = z.infer<typeof RoomsOutputs>;
