/**
 * Azure Resource Manager, as far as it is asked what is there and what may be done. Nothing is written.
 *
 * @packageDocumentation
 */
import type { TokenCredential } from "@azure/identity";
import { z } from "zod";
import type { Cloud } from "../../../contract/outputs.ts";
import { ConnectionError, CredentialError, PermissionError } from "../../../contract/errors.ts";
import { ApiError, createApiClient } from "../api.ts";
import { documented } from "../documented.ts";
import { bearer } from "../http/bearer.ts";

/** Documented: roots of Azure Resource Manager. */
const hosts: Readonly<Record<Cloud, string>> = {
  Microsoft: "management.azure.com",
  USGovernment: "management.usgovcloudapi.net",
  "21Vianet": "management.chinacloudapi.cn",
};

/** What a role allows; a right is there if one role allows it and that same role does not take it away again. */
const Role = z.looseObject({
  actions: z.array(z.string()).default([]),
  notActions: z.array(z.string()).default([]),
  dataActions: z.array(z.string()).default([]),
  notDataActions: z.array(z.string()).default([]),
});
export type Role = z.infer<typeof Role>;

const DeletedVault = z.looseObject({
  name: z.string(),
  properties: z.looseObject({
    location: z.string(),
    scheduledPurgeDate: z.string(),
    purgeProtectionEnabled: z.boolean().nullish(),
    tags: z.record(z.string(), z.string()).nullish(),
  }),
});
export type DeletedVault = z.infer<typeof DeletedVault>;

const Tagged = z.looseObject({ id: z.string(), name: z.string(), tags: z.record(z.string(), z.string()).nullish() });
/** A resource group or a vault. */
export type Tagged = z.infer<typeof Tagged>;

const RoleAssignment = z.looseObject({
  id: z.string(),
  properties: z.looseObject({ roleDefinitionId: z.string(), principalId: z.string(), scope: z.string() }),
});
/** A role that somebody holds at a scope, and at everything below. */
export type RoleAssignment = z.infer<typeof RoleAssignment>;

const RoleDefinition = z.looseObject({ properties: z.looseObject({ roleName: z.string() }) });

export interface ArmClient {
  resourceGroups(subscriptionId: string, signal: AbortSignal): Promise<Tagged[]>;
  vaults(subscriptionId: string, signal: AbortSignal): Promise<Tagged[]>;
  /** Rights of whoever asks, at a scope such as `/subscriptions/<id>` and above it (documented: permissions list). */
  rolesAt(scope: string, signal: AbortSignal): Promise<Role[]>;
  /**
   * Roles that a principal holds, by itself and by its groups, at a scope, above it and below it (documented: role
   * assignments list, filter `assignedTo`).
   */
  rolesOf(principalId: string, scope: string, signal: AbortSignal): Promise<RoleAssignment[]>;
  /** What a role is called, by its resource id. */
  roleName(roleDefinitionId: string, signal: AbortSignal): Promise<string>;
  /** Vaults of a subscription that were deleted and can be recovered. */
  deletedVaults(subscriptionId: string, signal: AbortSignal): Promise<DeletedVault[]>;
}

export function createArmClient(credential: TokenCredential, cloud: Cloud): ArmClient {
  const host = hosts[cloud];
  const client = createApiClient({
    product: "Azure",
    root: `https://${host}`,
    authorization: bearer(credential, host, "Azure"),
    keyRejected: (_, said) =>
      new CredentialError(
        `Azure (${host}) did not accept the access token: check that the subscription is of this tenant.${said}`,
      ),
    notAllowed: (_, doing, said) =>
      new PermissionError(
        // Documented: the code of who has no role. Its words name a scope, which may be called anything.
        !said.includes("AuthorizationFailed") && /AADSTS53|conditional access|RequestDisallowed|policy/i.test(said)
          ? `A policy of the tenant does not let the deploying identity ${doing} in Azure (${host}).${said}`
          : `Azure (${host}) does not let the deploying identity ${doing}: it has no role there.${said}`,
      ),
  });

  function inWords(error: unknown): never {
    // Documented: the code also where who asks may not see the subscription.
    if (error instanceof ApiError && error.message.includes("SubscriptionNotFound")) {
      throw new ConnectionError(
        `Azure (${host}) has no subscription of this id in this tenant that who is signed in may see: correct ARM_SUBSCRIPTION_ID.`,
        { cause: error },
      );
    }
    throw error;
  }

  async function list<T>(
    path: string,
    version: string,
    schema: z.ZodType<T>,
    doing: string,
    signal: AbortSignal,
    filter?: string,
  ) {
    const Page = z.looseObject({ value: z.array(schema), nextLink: z.string().nullish() });
    const found: T[] = [];
    let query: Record<string, string> | undefined = {
      "api-version": version,
      ...(filter !== undefined && { $filter: filter }),
    };
    const seen = new Set<string>();
    while (query) {
      const answer: unknown = await client.get(path, query, doing, signal).catch(inWords);
      const { value, nextLink }: z.infer<typeof Page> = documented(Page, answer, host, doing);
      found.push(...value);
      if (nextLink && seen.has(nextLink)) {
        throw new ConnectionError(
          `${host} gave a page whose next one is a page of before, when asked to ${doing}: try again.`,
        );
      }
      if (nextLink) seen.add(nextLink);
      if (nextLink && !URL.canParse(nextLink)) {
        throw new ConnectionError(`${host} named a next page that is no address, when asked to ${doing}: try again.`);
      }
      // Only its query is new.
      query = nextLink ? Object.fromEntries(new URL(nextLink).searchParams) : undefined;
    }
    return found;
  }

  return {
    resourceGroups: (subscriptionId, signal) =>
      list(`subscriptions/${subscriptionId}/resourcegroups`, "2021-04-01", Tagged, "list the resource groups", signal),
    vaults: (subscriptionId, signal) =>
      list(
        `subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/vaults`,
        "2023-07-01",
        Tagged,
        "list the vaults",
        signal,
      ),
    rolesAt: (scope, signal) =>
      list(
        `${scope.slice(1)}/providers/Microsoft.Authorization/permissions`,
        "2022-04-01",
        Role,
        "tell its rights",
        signal,
      ),
    rolesOf: (principalId, scope, signal) =>
      list(
        `${scope.slice(1)}/providers/Microsoft.Authorization/roleAssignments`,
        "2022-04-01",
        RoleAssignment,
        "list the roles that are held",
        signal,
        `assignedTo('${principalId}')`,
      ),
    async roleName(roleDefinitionId, signal) {
      const doing = "tell what a role is called";
      const answer = await client.get(roleDefinitionId.slice(1), { "api-version": "2022-04-01" }, doing, signal);
      return documented(RoleDefinition, answer, host, doing).properties.roleName;
    },
    deletedVaults: (subscriptionId, signal) =>
      list(
        `subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/deletedVaults`,
        "2023-07-01",
        DeletedVault,
        "list the deleted vaults",
        signal,
      ),
  };
}

/** What roles are held at: a subscription, or a resource group of it. */
export function scopeOf(subscriptionId: string, resourceGroup?: string): string {
  return `/subscriptions/${subscriptionId}${resourceGroup === undefined ? "" : `/resourceGroups/${resourceGroup}`}`;
}

/** @param plane `data` for what is in a resource */
export function allows(roles: readonly Role[], action: string, plane: "control" | "data" = "control"): boolean {
  return roles.some(({ actions, notActions, dataActions, notDataActions }) => {
    const [given, taken] = plane === "data" ? [dataActions, notDataActions] : [actions, notActions];
    return given.some((pattern) => covers(pattern, action)) && !taken.some((pattern) => covers(pattern, action));
  });
}

/** Documented: `*` stands for anything, letter case does not matter. */
function covers(pattern: string, action: string): boolean {
  const source = pattern.split("*").map((part) => part.replaceAll(/[.?+^$()[\]{}|\\]/g, "\\$&"));
  return new RegExp(`^${source.join(".*")}$`, "i").test(action);
}
