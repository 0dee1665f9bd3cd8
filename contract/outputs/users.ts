/** Which users of Entra are synced to a target, and what of them. @packageDocumentation */
import { z } from "zod";

/** What decides permissions (groups, fields) is declared; the rest is under `sync`. */
export const UsersOutputs = z.strictObject({
  /** Names of the Entra groups whose members are in scope, case sensitive; empty: everybody. */
  groups: z.array(z.string()),
  /** Names or ids of the administrative units whose members are in scope, case sensitive; none: any or no unit. */
  administrativeUnits: z.array(z.string()).optional(),
  /** Names of groups whose members are never in scope; as `groups`. */
  excludedGroups: z.array(z.string()).optional(),
  /** Names of groups whose members are never disabled; as `groups`. */
  protectedGroups: z.array(z.string()).optional(),
  /** Where card numbers come from, and the field of the target that they go to; there is none with the source `none`. */
  cardNumber: z.strictObject({ source: z.string(), field: z.string().optional() }).optional(),
  /** Field of the target -> property of the Entra user, by the names of `contract/user-properties.ts`. */
  fields: z.record(z.string(), z.string()),
});
export type UsersOutputs = z.infer<typeof UsersOutputs>;
