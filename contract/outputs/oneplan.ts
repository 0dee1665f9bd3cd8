/** What the syncs and the forms of OnePlan and OneConnect are told. @packageDocumentation */
import { z } from "zod";
import { UsersOutputs } from "./users.ts";

/** Entra users to OnePlan. What decides permissions (groups, fields) is declared; the rest is under `sync`. */
export const OnePlanOutputs = z.strictObject({
  /** Root of OnePlan without a path, e.g. `https://my.oneplan.ai`. */
  baseUrl: z.url(),
  /** Name of the authentication key: the user name of HTTP Basic. */
  keyName: z.string(),
  /** Vault secret that holds the value of the authentication key. */
  keyVaultSecret: z.string(),
  users: UsersOutputs,
});
export type OnePlanOutputs = z.infer<typeof OnePlanOutputs>;

/** What the form of OneConnect's integration "Microsoft Entra ID Users" is filled in with. */
export const OnePlanEntraUsersOutputs = z.strictObject({
  application: z.enum(["vendor", "own"]),
  /** Name of the registration, where it is an own one. */
  registration: z.string().optional(),
  tenantDomain: z.string(),
  groups: z.array(z.string()),
  /** Root of OnePlan, its group, and the name and vault secret of its key. */
  baseUrl: z.url(),
  group: z.string().optional(),
  keyName: z.string(),
  keyVaultSecret: z.string(),
});

/** The settings of a OneConnect group. */
export const OneConnectOutputs = z.strictObject({
  /** Root of OneConnect. */
  baseUrl: z.url(),
  group: z.string(),
  application: z.enum(["vendor", "own"]),
  /** Name of the registration, where it is an own one. */
  registration: z.string().optional(),
  authentication: z.enum(["office365Strict", "multiAuthentication"]),
  allowed: z.array(z.enum(["office365", "forms"])),
});

/** Of the stack's `integrations`. */
export const integrations = {
  oneplan: OnePlanOutputs.optional(),
  oneplanEntraUsers: OnePlanEntraUsersOutputs.optional(),
  oneconnect: OneConnectOutputs.optional(),
};
