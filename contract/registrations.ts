/**
 * The registrations that settings declare, as data: components make them, rules judge them, reviews and checks tell of
 * them.
 *
 * @packageDocumentation
 */
import type { ConsentMode, GivenCredential } from "./outputs.ts";
import type { Path } from "./path.ts";
import type { PermissionNames } from "./permissions/resolve.ts";

/** The component that makes a registration. */
export interface ComponentType {
  /** Its name in type tokens: `tenantwire:index:<component>`. */
  readonly component: string;
  /** Type tokens by which it may be in a deployed stack. */
  readonly aliases?: readonly string[] | undefined;
}

export interface DeclaredRegistration extends ComponentType {
  /** In this stack: `sync`, `ones`. */
  readonly name: string;
  /** Path of its settings. */
  readonly setting: readonly string[];
  /** Who uses its secret: the syncs, or the vendor's form that a person pastes it into. */
  readonly usedBy: string;
  /** Its secret is read by whoever runs the syncs, and kept where that is; otherwise no sync may read it. */
  readonly readBySyncs?: boolean | undefined;
  readonly displayName: string;
  readonly audience: "singleTenant" | "multipleTenants";
  /** Asked for, of Microsoft Graph. */
  readonly permissions: PermissionNames;
  readonly consent: ConsentMode;
  readonly redirectUris: readonly string[];
  /** Only who is assigned to it can sign in to it. Default: everybody. */
  readonly assignmentRequired?: boolean | undefined;
  /** Its secret, where it has one. */
  readonly secret?: DeclaredSecret | undefined;
  /** Its certificate, where it has one: never together with a secret. */
  readonly certificate?: DeclaredSecret | undefined;
  readonly federated?: readonly DeclaredTrust[] | undefined;
  /** Mailboxes are reached by Exchange's own roles: their calendars, or what `permission` says. */
  readonly exchangeScope?:
    { readonly name: string; readonly recipientFilter: string; readonly permission?: string | undefined } | undefined;
  /** Permissions that the setting `exchangeScope` can leave to Exchange's own roles. */
  readonly exchangeScopable?: readonly string[] | undefined;
}

/** What of a registration is renewed by deploying, and what it is called in the settings. */
export interface DeclaredRotation {
  readonly part: "secret" | "certificate";
  readonly rotation: DeclaredSecret;
}

/** @returns undefined: nothing is renewed, since outside identities are trusted or nobody signs in */
export function rotationOf({
  secret,
  certificate,
}: Pick<DeclaredRegistration, "secret" | "certificate">): DeclaredRotation | undefined {
  if (secret) return { part: "secret", rotation: secret };
  return certificate && { part: "certificate", rotation: certificate };
}

/** How a secret or a certificate is renewed: as written, with the defaults. */
export interface DeclaredSecret {
  readonly periodDays: number;
  readonly overlapDays: number;
  readonly latenessDays: number;
  readonly rotateOn?: string | undefined;
  readonly revokeBefore?: string | undefined;
  readonly retired?: string | undefined;
  readonly delivery?: "vault" | "pasted" | undefined;
  readonly acknowledged?: string | undefined;
}

/** What the settings order on single days. Undefined: nothing. */
export function ordersOf({ rotateOn, revokeBefore, retired }: DeclaredSecret) {
  if (rotateOn === undefined && revokeBefore === undefined && retired === undefined) return undefined;
  return {
    ...(rotateOn !== undefined && { rotateOn }),
    ...(revokeBefore !== undefined && { revokeBefore }),
    ...(retired !== undefined && { retired }),
  };
}

/** An outside identity that is trusted. */
export interface DeclaredTrust {
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audience?: string | undefined;
}

export interface KnownRegistration extends DeclaredRegistration {
  /** What was granted to it in the tenant. Settings do not know. */
  readonly granted?: PermissionNames | undefined;
  /** Whether tokens are handed to browsers in addresses. Nobody can declare it; it can be found. */
  readonly implicitGrant?: boolean | undefined;
}

/** A key or token that the vendor's product issued and a person brought along. */
export interface DeclaredKey extends Omit<GivenCredential, "vaultSecret"> {
  /** Path of its settings. */
  readonly setting: Path;
  /** Name of the configuration key that holds it. */
  readonly configuration: string;
  /** Name in the program of the resource that keeps it; never changed. */
  readonly resource: string;
  /** The component that it was a child of, where that is gone: its name and type token. */
  readonly formerParent?: { readonly name: string; readonly type: string };
  /** Whether the syncs read it. */
  readonly forSyncs: boolean;
  /** What to do so that there is no key at all, where that is possible: a sentence. */
  readonly avoidable?: string | undefined;
}

/** As far as it is told of before it is kept anywhere. */
export type BroughtKey = Pick<DeclaredKey, "name" | "product" | "keyName" | "expires">;

export interface Declared {
  readonly registrations: readonly KnownRegistration[];
  /** Object ids of the people who own the registrations. */
  readonly owners: readonly string[];
  /** Object id of the principal that deploys. It owns everything too. */
  readonly deployer: string;
  readonly production: boolean;
  readonly protect: boolean;
  /** Of the vault, where there is one. */
  readonly purgeProtection?: boolean | undefined;
  readonly givenKeys: readonly Pick<DeclaredKey, "product" | "keyName" | "setting" | "expires" | "avoidable">[];
}
