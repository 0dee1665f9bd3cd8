/**
 * App management policies: what the tenant does not allow applications' credentials to be. Off in a new world.
 *
 * @packageDocumentation
 */
import type { World } from "../world.ts";
import { text } from "./model.ts";
import type { DirectoryObject } from "./model.ts";

/** Documented: `passwordAddition` forbids new secrets, `passwordLifetime` bounds how long they may live. */
export interface PasswordRestriction {
  readonly restrictionType:
    | "passwordAddition"
    | "passwordLifetime"
    | "customPasswordAddition"
    | "symmetricKeyAddition"
    | "symmetricKeyLifetime";
  readonly state: "enabled" | "disabled";
  /** ISO 8601, days and time only, e.g. `P90D`; for lifetimes. */
  readonly maxLifetime: string | null;
  /** The restriction is for what was created then or later; `null`: for everything. */
  readonly restrictForAppsCreatedAfterDateTime: string | null;
}

/** Documented: `asymmetricKeyLifetime` bounds how long a certificate's credential may live. */
export interface KeyRestriction extends Omit<PasswordRestriction, "restrictionType"> {
  readonly restrictionType: "asymmetricKeyLifetime";
}

export interface Restrictions {
  readonly passwordCredentials: readonly PasswordRestriction[];
  readonly keyCredentials: readonly KeyRestriction[];
}

export interface TenantPolicy {
  readonly id: string;
  readonly displayName: string;
  readonly description: string;
  isEnabled: boolean;
  applicationRestrictions: Restrictions;
  servicePrincipalRestrictions: Restrictions;
}

/** A policy for named applications and service principals. */
export interface AppPolicy {
  readonly id: string;
  readonly displayName: string | null;
  readonly description: string | null;
  readonly isEnabled: boolean;
  readonly restrictions: Restrictions;
}

interface AppManagement {
  tenant: TenantPolicy;
  policies: AppPolicy[];
  /** Object id of an application or service principal -> id of its policy; one at most (documented). */
  assigned: Record<string, string>;
}

export function appManagement(world: World): AppManagement {
  return world.section<AppManagement>("app-management", () => ({
    // Documented: id and texts of the policy that every tenant has.
    tenant: {
      id: "00000000-0000-0000-0000-000000000000",
      displayName: "Default app management tenant policy",
      description:
        "Default tenant policy that enforces app management restrictions on applications and service principals. To apply policy to targeted resources, create a new policy under appManagementPolicies collection.",
      isEnabled: false,
      applicationRestrictions: { passwordCredentials: [], keyCredentials: [] },
      servicePrincipalRestrictions: { passwordCredentials: [], keyCredentials: [] },
    },
    policies: [],
    assigned: {},
  }));
}

/** Restricts the secrets of applications in the whole tenant; an empty list switches the policy off. */
export function restrictPasswords(world: World, passwordCredentials: readonly PasswordRestriction[]): void {
  const { tenant } = appManagement(world);
  tenant.isEnabled = passwordCredentials.length > 0;
  tenant.applicationRestrictions = { ...tenant.applicationRestrictions, passwordCredentials };
}

type Kind = "applications" | "servicePrincipals";

/** Which policy forbids a credential, and whether for being one of its kind or for living too long. */
export interface Forbidden {
  readonly policyId: string;
  readonly because: "kind" | "lifetime";
}

/** What forbids a new secret that lives so long, if anything does. */
export function forbiddenPassword(world: World, kind: Kind, object: DirectoryObject, lifetimeMs: number) {
  const inForce = restrictionsOf(world, kind, object, ({ passwordCredentials }) => passwordCredentials);
  return (
    inForce("passwordAddition", () => true, "kind") ?? inForce("passwordLifetime", tooLong(lifetimeMs), "lifetime")
  );
}

/** What forbids a new certificate's credential that lives so long, if anything does. */
export function forbiddenKey(world: World, kind: Kind, object: DirectoryObject, lifetimeMs: number) {
  const inForce = restrictionsOf(world, kind, object, ({ keyCredentials }) => keyCredentials);
  return inForce("asymmetricKeyLifetime", tooLong(lifetimeMs), "lifetime");
}

type Restriction = PasswordRestriction | KeyRestriction;

function tooLong(lifetimeMs: number): (restriction: Restriction) => boolean {
  return ({ maxLifetime }) => lifetimeMs > milliseconds(maxLifetime);
}

/** Documented: of the same restriction, the policy that is assigned to the object wins over the tenant's. */
function restrictionsOf(
  world: World,
  kind: Kind,
  object: DirectoryObject,
  of: (restrictions: Restrictions) => readonly Restriction[],
) {
  const { tenant, policies, assigned } = appManagement(world);
  const own = policies.find((each) => each.isEnabled && each.id === assigned[object.id]);
  const ofTenant = kind === "applications" ? tenant.applicationRestrictions : tenant.servicePrincipalRestrictions;
  return (
    type: Restriction["restrictionType"],
    isBroken: (restriction: Restriction) => boolean,
    because: Forbidden["because"],
  ): Forbidden | undefined => {
    const find = (restrictions: Restrictions) => of(restrictions).find((each) => each.restrictionType === type);
    const fromOwn = own && find(own.restrictions);
    const restriction = fromOwn ?? (tenant.isEnabled ? find(ofTenant) : undefined);
    if (!restriction || restriction.state !== "enabled" || !isCovered(restriction, object)) return undefined;
    return isBroken(restriction) ? { policyId: fromOwn && own ? own.id : tenant.id, because } : undefined;
  };
}

function isCovered({ restrictForAppsCreatedAfterDateTime: since }: Restriction, object: DirectoryObject) {
  return since === null || Date.parse(text(object, "createdDateTime")) >= Date.parse(since);
}

/** Published: `Edm.Duration`, which has days, hours, minutes and seconds only. */
export const DURATION = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** No lifetime at all bounds nothing. */
function milliseconds(duration: string | null): number {
  if (duration === null) return Infinity;
  const [, days = "0", hours = "0", minutes = "0", seconds = "0"] = DURATION.exec(duration) ?? [];
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}
