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
    /** Where card numbers come from, and the OnePlan field that they go to; there is none with the source `none`. */
    cardNumber: z.strictObject({ source: z.string(), field: z.string().optional() }).optional(),
    /** OnePlan resource field -> property of the Entra user, by the names of `stacks/user-properties.ts`. */
    fields: z.record(z.string(), z.string()),
  }),
});
export type OnePlanOutputs = z.infer<typeof OnePlanOutputs>;

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
  }),
  integrations: z.strictObject({
    oneplan: OnePlanOutputs.optional(),
    ones: OnesOutputs.optional(),
    file: FileOutputs.optional(),
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
