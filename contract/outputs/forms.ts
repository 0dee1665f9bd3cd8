/** What vendors' forms are filled in with. @packageDocumentation */
import { z } from "zod";

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

/** OnePlan's connection to Azure DevOps. */
export const AzureDevOpsOutputs = z.strictObject({
  organizations: z.array(
    z.strictObject({
      name: z.string(),
      buttonName: z.string().optional(),
      /** Vault secret that holds the personal access token; without one the service principal is the way in. */
      tokenVaultSecret: z.string().optional(),
    }),
  ),
  /** Name of the registration whose service principal is the way in. */
  registration: z.string().optional(),
});
