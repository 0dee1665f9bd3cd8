/**
 * The one contract between the declaring half and the syncing half.
 *
 * The program exports exactly this object; every sync parses it again before it believes a word of it. It holds no
 * secret (it names vault secrets) and imports nothing of Pulumi, so that a job elsewhere can be fed with a file.
 *
 * @packageDocumentation
 */
import { NewHosts } from "./hosts.ts";
import { z } from "zod";
import { SettingsError } from "./errors.ts";
import { AdoptedCredential, FederatedCredential, GivenCredential, SecretCredential } from "./outputs/credentials.ts";
import { Cloud, Registration, SyncIdentity, VendorConsent } from "./outputs/registrations.ts";
import * as vendors from "./outputs/vendors.ts";
import type { UnionToIntersection } from "./union.ts";

export * from "./outputs/credentials.ts";
export * from "./outputs/registrations.ts";

/** The version that this code writes. The one before is accepted too, once there is one. */
export const OUTPUTS_VERSION = 1;

const guid = z.guid();

type IntegrationsShape = UnionToIntersection<(typeof vendors)[keyof typeof vendors]>;

/** What is told of the vendors' products: to the syncs, and to the people who fill in a vendor's form. */
export const Integrations = z.strictObject(Object.assign({}, ...Object.values(vendors)) as IntegrationsShape);
export type Integrations = z.infer<typeof Integrations>;

const Vault = z.strictObject({
  name: z.string(),
  uri: z.url(),
  /** Azure's id of it; absent from outputs of an earlier version. */
  id: z.string().startsWith("/subscriptions/").optional(),
});

/** Everything that a deployed stack tells. */
export const Outputs = z.strictObject({
  version: z.literal(OUTPUTS_VERSION),
  /** Mark of the stack, `<project>/<stack>`: what carries it was made by this stack. */
  mark: z.string(),
  tenant: z.strictObject({ id: guid, domain: z.string(), cloud: Cloud }),
  /** What the syncs read. */
  vault: Vault.optional(),
  /** What the vendors' registrations sign in with. No sync reads it. */
  vendorVault: Vault.optional(),
  syncIdentity: SyncIdentity.optional(),
  credentials: z.strictObject({
    secrets: z.array(SecretCredential),
    federated: z.array(FederatedCredential),
    given: z.array(GivenCredential).default([]),
    /** Absent: none. */
    adopted: z.array(AdoptedCredential).optional(),
  }),
  registrations: z.array(Registration).default([]),
  /** Consents of the vendors' own applications. */
  consents: z.array(VendorConsent).default([]),
  integrations: Integrations,
  /** Hosts that a key is for, and that came after the first deployment: see `hosts.ts`. None: there are none. */
  newHosts: NewHosts.optional(),
  /** The settings under `sync:`, as written: parsed by each sync's own schema. */
  sync: z.unknown().optional(),
});
export type Outputs = z.infer<typeof Outputs>;

/**
 * The vault that a credential is kept in.
 *
 * @returns undefined: the outputs have none
 */
export function vaultOf(
  outputs: Pick<Outputs, "vault" | "vendorVault">,
  credential: Pick<SecretCredential, "vault"> | undefined,
): Outputs["vault"] {
  return credential?.vault === "vendors" ? outputs.vendorVault : outputs.vault;
}

/** What came is not this contract. `message` says where and what to do. */
export class OutputsError extends SettingsError {
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
  if (version === undefined) {
    throw new OutputsError(
      `${origin} has no outputs of tenantwire: name the stack of a tenant, or a file with its outputs (pulumi stack output --json).`,
    );
  }
  if (version !== OUTPUTS_VERSION) {
    throw new OutputsError(
      `${origin} has outputs of version ${JSON.stringify(version)}, this tenantwire reads version ${OUTPUTS_VERSION}: ` +
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
