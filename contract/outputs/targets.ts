/** What users and rooms are synced to. @packageDocumentation */
import { z } from "zod";

/** Entra users to OnePlan. What decides permissions (groups, fields) is declared; the rest is under `sync`. */
export const OnePlanOutputs = z.strictObject({
  /** Root of OnePlan without a path, e.g. `https://my.oneplan.ai`. */
  baseUrl: z.url(),
  /** Name of the authentication key: the user name of HTTP Basic. */
  keyName: z.string(),
  /** Vault secret that holds the value of the authentication key. */
  keyVaultSecret: z.string(),
  users: z.strictObject({
    /** Names of the Entra groups whose members are in scope, case sensitive; empty: everybody. */
    groups: z.array(z.string()),
    /** Names or ids of the administrative units whose members are in scope, case sensitive; none: any or no unit. */
    administrativeUnits: z.array(z.string()).optional(),
    /** Names of groups whose members are never in scope; as `groups`. */
    excludedGroups: z.array(z.string()).optional(),
    /** Names of groups whose members are never disabled; as `groups`. */
    protectedGroups: z.array(z.string()).optional(),
    /** Where card numbers come from, and the OnePlan field that they go to; there is none with the source `none`. */
    cardNumber: z.strictObject({ source: z.string(), field: z.string().optional() }).optional(),
    /** OnePlan resource field -> property of the Entra user, by the names of `contract/user-properties.ts`. */
    fields: z.record(z.string(), z.string()),
  }),
});
export type OnePlanOutputs = z.infer<typeof OnePlanOutputs>;

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

/** Entra users to the customer's own ONES server. */
export const OnesOutputs = z.strictObject({
  /** Root of the server without a path, e.g. `https://ones.contoso.com`. */
  baseUrl: z.url(),
  /** What the token is called, for messages. */
  keyName: z.string(),
  /** Vault secret that holds the token of the external API. */
  keyVaultSecret: z.string(),
  /** As for OnePlan; fields are `userName`, `displayName`, `email`, `cardNumber`. */
  users: OnePlanOutputs.shape.users
    .extend({
      /** Groups of ONES that new users join; never applied again. */
      defaultGroups: z.array(z.string()),
    })
    .optional(),
  /** Meeting rooms to its resources, where they are synced. */
  rooms: RoomsOutputs.optional(),
  /** Where the server's API is otherwise than assumed, as written: parsed by the connector's own schema. */
  routes: z.unknown().optional(),
});
export type OnesOutputs = z.infer<typeof OnesOutputs>;

/** Entra users to a file. */
export const FileOutputs = z.strictObject({
  /** Absolute, or from the folder that the sync runs in. */
  path: z.string(),
  format: z.enum(["jsonl", "csv"]),
  /** As for OnePlan; fields have any names but `id` and `active`. */
  users: OnePlanOutputs.shape.users,
});
export type FileOutputs = z.infer<typeof FileOutputs>;

/** Meeting rooms to a file. */
export const RoomsFileOutputs = FileOutputs.omit({ users: true }).extend({ rooms: RoomsOutputs });
export type RoomsFileOutputs = z.infer<typeof RoomsFileOutputs>;
