/**
 * The one contract between the declaring half and the syncing half.
 *
 * The program exports exactly this object; every sync parses it again before it believes a word of it. It holds no
 * secret (it names vault secrets) and imports nothing of Pulumi, so that a job elsewhere can be fed with a file.
 *
 * @packageDocumentation
 */
import { z } from "zod";

/** The version that this code writes. The one before is accepted too, once there is one. */
export const OUTPUTS_VERSION = 1;

/** Clouds by the words of the vendors' forms ("service operator"). */
export const Cloud = z.enum(["Microsoft", "USGovernment", "21Vianet"]);
export type Cloud = z.infer<typeof Cloud>;

/** Who grants the permissions: the deployment, an administrator who follows a link, or nobody from here. */
export const ConsentMode = z.enum(["grant", "link", "none"]);
export type ConsentMode = z.infer<typeof ConsentMode>;

const guid = z.guid();
const day = z.iso.date();
const instant = z.iso.datetime();

/** One of the two passwords of a rotated credential. `key` is the UTC day it was made, `end` the instant it expires. */
export const CredentialSlot = z.strictObject({ key: day, end: instant });
export type CredentialSlot = z.infer<typeof CredentialSlot>;

/** Where a rotated credential stands: what `next` reads as `previous` at the following deployment. */
export const CredentialState = z.strictObject({
  current: z.enum(["a", "b"]),
  a: CredentialSlot.optional(),
  b: CredentialSlot.optional(),
});
export type CredentialState = z.infer<typeof CredentialState>;

/** A password credential of a registration, without the password: its vault secret is named without a version. */
export const SecretCredential = z.strictObject({
  name: z.string(),
  /** Client id of the registration that it belongs to. */
  clientId: guid,
  vaultSecret: z.string(),
  state: CredentialState,
  /** `vault`: readers take the newest from there. `pasted`: a person pastes it into the vendor's form. */
  delivery: z.enum(["vault", "pasted"]).default("vault"),
  /** Key of the slot that was pasted last. */
  acknowledged: day.optional(),
  /** By which it is renewed, in whole days; see `next`. */
  policy: z
    .strictObject({ period: z.int(), overlap: z.int(), lateness: z.int() })
    .default({ period: 90, overlap: 30, lateness: 30 }),
  /** Where it is used: the sync, or the name of a vendor's form. */
  usedBy: z.string().default("the syncs"),
});
export type SecretCredential = z.infer<typeof SecretCredential>;

/** An outside identity that is trusted instead of a secret (workload identity federation). */
export const FederatedCredential = z.strictObject({
  name: z.string(),
  clientId: guid,
  issuer: z.url(),
  subject: z.string(),
  audience: z.string(),
});
export type FederatedCredential = z.infer<typeof FederatedCredential>;

/** A key or token that a product issued and a person brought along; in the vault. */
export const GivenCredential = z.strictObject({
  name: z.string(),
  /** What issued it: `OnePlan`, `ONES`, `Azure DevOps`. */
  product: z.string(),
  /** What it is called there. */
  keyName: z.string(),
  vaultSecret: z.string(),
  /** The day on which the product lets it expire, as the settings say; the product is not asked. */
  expires: day.optional(),
});
export type GivenCredential = z.infer<typeof GivenCredential>;

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
  /** Calendars are reached by Exchange's own roles, for these mailboxes only. */
  exchangeScope: z
    .strictObject({
      name: z.string(),
      recipientFilter: z.string(),
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
  /** How it signs in: `federated` needs no secret; `secret` is read from the vault by whoever runs the sync. */
  signIn: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("federated") }),
    z.strictObject({ kind: z.literal("secret"), vaultSecret: z.string() }),
  ]),
});
export type SyncIdentity = z.infer<typeof SyncIdentity>;

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
    /** OnePlan resource field -> property of the Entra user, by the names of `stacks/user-properties.ts`. */
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
  /** Field of the target -> property of the room, by the names of `stacks/room-properties.ts`. */
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
  users: OnePlanOutputs.shape.users.extend({
    /** Groups of ONES that new users join; never applied again. */
    defaultGroups: z.array(z.string()),
  }),
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

/** Everything that a deployed stack tells. */
export const Outputs = z.strictObject({
  version: z.literal(OUTPUTS_VERSION),
  /** Mark of the stack, `<project>/<stack>`: what carries it was made by this stack. */
  mark: z.string(),
  tenant: z.strictObject({ id: guid, domain: z.string(), cloud: Cloud }),
  vault: z.strictObject({ name: z.string(), uri: z.url() }).optional(),
  syncIdentity: SyncIdentity.optional(),
  credentials: z.strictObject({
    secrets: z.array(SecretCredential),
    federated: z.array(FederatedCredential),
    given: z.array(GivenCredential).default([]),
  }),
  registrations: z.array(Registration).default([]),
  /** Consents of the vendors' own applications. */
  consents: z.array(VendorConsent).default([]),
  integrations: z.strictObject({
    oneplan: OnePlanOutputs.optional(),
    ones: OnesOutputs.optional(),
    file: FileOutputs.optional(),
    roomsFile: RoomsFileOutputs.optional(),
    onesMicrosoft365: OnesMicrosoft365Outputs.optional(),
    oneplanEntraUsers: OnePlanEntraUsersOutputs.optional(),
    oneconnect: OneConnectOutputs.optional(),
    azureDevOps: AzureDevOpsOutputs.optional(),
  }),
  /** The settings under `sync:`, as written: parsed by each sync's own schema. */
  sync: z.unknown().optional(),
});
export type Outputs = z.infer<typeof Outputs>;

/** What came is not this contract. `message` says where and what to do. */
export class OutputsError extends Error {
  override name = "OutputsError";
}

/**
 * Parses what `pulumi stack output --json` printed, or a file with the same content.
 *
 * @param value the parsed JSON
 * @param origin where it came from, for the message: `stack "contoso"`, `outputs.json`
 * @throws OutputsError in one sentence with the place of the first fault
 */
export function parseOutputs(value: unknown, origin: string): Outputs {
  if (isRecord(value) && Object.keys(value).length === 0) {
    throw new OutputsError(`${origin} has no outputs: deploy it first (pulumi up).`);
  }
  const version = isRecord(value) ? value["version"] : undefined;
  if (version !== OUTPUTS_VERSION) {
    throw new OutputsError(
      `${origin} has outputs of version ${JSON.stringify(version) ?? "none"}, this tenantwire reads version ${OUTPUTS_VERSION}: ` +
        `deploy the stack again with this version (pulumi up), or use the version that deployed it.`,
    );
  }
  const parsed = Outputs.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue?.path.join(".") || "the top level";
  throw new OutputsError(
    `${origin}: ${place}: ${issue?.message ?? "not understood"}. Deploy the stack again (pulumi up).`,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
