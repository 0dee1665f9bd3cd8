/**
 * What the stand-in's Azure DevOps keeps: one organization, connected to the tenant, its projects, who was added to
 * it, and the personal access tokens of its people.
 *
 * @packageDocumentation
 */
import { randomBytes } from "node:crypto";
import { secretHash } from "../../directory/seed.ts";
import type { World } from "../../world.ts";

export interface Project {
  readonly id: string;
  name: string;
  readonly lastUpdateTime: string;
}

export interface PersonalAccessToken {
  readonly displayName: string;
  /** Object id of the person whom it speaks for. */
  readonly userId: string;
  /** ISO 8601. */
  readonly validTo: string;
  /** What it may do, by name (`vso.work`); absent: everything that its person may. */
  readonly scopes?: readonly string[];
}

/** A service principal or managed identity in the organization. */
export interface Entitlement {
  readonly id: string;
  /** Object id of the service principal. */
  readonly originId: string;
  readonly accountLicenseType: string;
  readonly dateCreated: string;
}

export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly projects: Project[];
  /** By the token's hash: the token itself is kept nowhere. */
  readonly tokens: Record<string, PersonalAccessToken>;
  entitlements: Entitlement[];
}

/** The name in `https://dev.azure.com/<name>`. */
export const ORGANIZATION = "contoso";

export function organization(world: World): Organization {
  return world.section<Organization>("azure-devops", () => ({
    id: world.guid("azure devops"),
    name: ORGANIZATION,
    projects: ["Rollout", "Integrations"].map((name) => ({
      id: world.guid("azure devops", name),
      name,
      lastUpdateTime: "2024-05-06T08:00:00Z",
    })),
    tokens: {},
    entitlements: [],
  }));
}

/**
 * Adds a service principal to the organization, as an administrator of it does; one that is there stays as it is.
 *
 * @param originId object id of the service principal
 * @param accountLicenseType its access level
 */
export function addMember(world: World, originId: string, accountLicenseType = "express"): Entitlement {
  const { entitlements } = organization(world);
  const known = entitlements.find((each) => each.originId === originId);
  if (known) return known;
  const added = { id: crypto.randomUUID(), originId, accountLicenseType, dateCreated: world.now().toISOString() };
  entitlements.push(added);
  return added;
}

export interface TokenOptions {
  /** Object id of the person; default the one person who is in every world. */
  readonly userId?: string;
  /** By name, e.g. `vso.work_write`; default everything that the person may. */
  readonly scopes?: readonly string[];
}

/**
 * Makes a personal access token, as a person does in the user settings.
 *
 * @returns the token: 84 characters with `AZDO` before the last four (read: azure-devops-node-api)
 */
export function createPersonalAccessToken(world: World, validTo: Date, options: TokenOptions = {}): string {
  const { userId = world.ownerId, scopes } = options;
  const value = `${randomBytes(57).toString("base64url")}AZDO${randomBytes(3).toString("base64url")}`;
  const token = { displayName: "tenantwire", userId, validTo: validTo.toISOString(), ...(scopes && { scopes }) };
  organization(world).tokens[secretHash(value)] = token;
  return value;
}
