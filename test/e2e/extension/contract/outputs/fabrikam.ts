/** What the sync to Fabrikam Desk is told. @packageDocumentation */
import { z } from "zod";
import { UsersOutputs } from "./users.ts";

/** Entra users to Fabrikam Desk. */
export const FabrikamOutputs = z.strictObject({
  /** Root of the server without a path. */
  baseUrl: z.url(),
  /** Vault secret that holds its key. */
  keyVaultSecret: z.string(),
  users: UsersOutputs,
  /** Name of the registration by which people sign in. */
  registration: z.string(),
});
export type FabrikamOutputs = z.infer<typeof FabrikamOutputs>;

/** Of the stack's `integrations`. */
export const integrations = { fabrikam: FabrikamOutputs.optional() };
