/** Who can sign in, and what was agreed to. @packageDocumentation */
import { z } from "zod";

/** Clouds by the words of the vendors' forms ("service operator"). */
export const Cloud = z.enum(["Microsoft", "USGovernment", "21Vianet"]);
export type Cloud = z.infer<typeof Cloud>;

/**
 * Who grants the permissions: the deployment, a deployment of grants alone (`grants/`), an administrator who follows a
 * link, or nobody from here.
 */
export const ConsentMode = z.enum(["grant", "apart", "link", "none"]);
export type ConsentMode = z.infer<typeof ConsentMode>;

const guid = z.guid();

/** Names of permissions of Microsoft Graph. */
export const Permissions = z.strictObject({ application: z.array(z.string()), delegated: z.array(z.string()) });

/** A registration that this stack made. */
export const Registration = z.strictObject({
  /** Of the registration in this stack: `sync`, `ones`, `ones-sign-in`, `oneplan-users`, `oneconnect`, `azure-devops`. */
  name: z.string(),
  /** Where it is in the settings: `tenantwire:ones.microsoft365`. */
  setting: z.string(),
  displayName: z.string(),
  clientId: guid,
  /** Object id of the application. */
  objectId: guid,
  /** Object id of the service principal. */
  principalId: guid,
  /** What it asks for. */
  permissions: Permissions,
  consent: z.strictObject({
    mode: ConsentMode,
    /** Where an administrator grants it. */
    link: z.url().optional(),
  }),
  redirectUris: z.array(z.string()),
  /** Whether identities of other tenants can use it too; absent from outputs of an earlier version. */
  audience: z.enum(["singleTenant", "multipleTenants"]).optional(),
  /** Only who is assigned can sign in; absent: everybody can. */
  assignmentRequired: z.literal(true).optional(),
  /** Object ids of who owns it: the principal that deploys, and people. Absent from outputs of an earlier version. */
  owners: z.array(guid).optional(),
  /** Mailboxes are reached by Exchange's own roles, these only. */
  exchangeScope: z
    .strictObject({
      name: z.string(),
      recipientFilter: z.string(),
      /** Of Microsoft Graph's permissions the one that Exchange gives; absent: Calendars.ReadWrite. */
      permission: z.string().optional(),
      /** What an Exchange administrator runs once, in PowerShell. */
      commands: z.array(z.string()),
    })
    .optional(),
});
export type Registration = z.infer<typeof Registration>;

/** A consent that a vendor's own application needs; given in a browser, on a page of Entra or of the vendor. */
export const VendorConsent = z.strictObject({
  /** `adSynchronization`, `consentIntegration`, `authorize` of OnePlan; `adminConsent` of OneConnect. */
  name: z.string(),
  product: z.string(),
  /** What it is for, in one sentence. */
  purpose: z.string(),
  link: z.url(),
  /** Of the vendor's application, where the settings say it: without it nobody can look whether it was given. */
  clientId: guid.optional(),
  /** What it grants, where the vendor says so. */
  permissions: Permissions.optional(),
});
export type VendorConsent = z.infer<typeof VendorConsent>;
/** The identity that the syncs read Microsoft Graph and the vault with. */
export const SyncIdentity = z.strictObject({
  clientId: guid,
  /** Object id of the service principal. */
  principalId: guid,
  /** Application permissions of Microsoft Graph that were declared, by name. */
  permissions: z.array(z.string()),
  /** How it signs in: `federated` needs no secret; `secret` and `certificate` are read from the vault by whoever runs the sync. */
  signIn: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("federated") }),
    z.strictObject({ kind: z.literal("certificate"), vaultSecret: z.string() }),
    z.strictObject({ kind: z.literal("secret"), vaultSecret: z.string() }),
  ]),
});
export type SyncIdentity = z.infer<typeof SyncIdentity>;
