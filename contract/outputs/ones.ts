/** What the syncs to ONES and its form are told. @packageDocumentation */
import { z } from "zod";
import { RoomsOutputs } from "./rooms.ts";
import { UsersOutputs } from "./users.ts";

/** Entra users to the customer's own ONES server. */
export const OnesOutputs = z.strictObject({
  /** Root of the server without a path, e.g. `https://ones.contoso.com`. */
  baseUrl: z.url(),
  /** What the token is called, for messages. */
  keyName: z.string(),
  /** Vault secret that holds the token of the external API. */
  keyVaultSecret: z.string(),
  /** Fields are `userName`, `displayName`, `email`, `cardNumber`. */
  users: UsersOutputs.extend({
    /** Groups of ONES that new users join; never applied again. */
    defaultGroups: z.array(z.string()),
  }).optional(),
  /** Meeting rooms to its resources, where they are synced. */
  rooms: RoomsOutputs.optional(),
  /** Where the server's API is otherwise than assumed, as written: parsed by the connector's own schema. */
  routes: z.unknown().optional(),
});
export type OnesOutputs = z.infer<typeof OnesOutputs>;

/** What the form "External Integration" of ONES is filled in with, beside the registrations. */
export const OnesMicrosoft365Outputs = z.strictObject({
  mode: z.enum(["applicationPermission", "delegatedPermission", "delegatedResourceOnly", "applicationResourceOnly"]),
  integrationName: z.string(),
  /** Names of registrations and, of the same name, of their secrets. */
  registration: z.string(),
  singleSignOn: z.string().optional(),
  /** Mail addresses; none: all rooms. */
  rooms: z.array(z.string()).optional(),
  applyPolicyToRooms: z.boolean(),
  defaultUserGroups: z.array(z.string()),
  cardNumber: z.enum(["none", "pager"]),
  loginButtonName: z.string(),
});

/** Of the stack's `integrations`. */
export const integrations = {
  ones: OnesOutputs.optional(),
  onesMicrosoft365: OnesMicrosoft365Outputs.optional(),
};
