/**
 * What each identity of the pipelines may do: the whole of it, in one place. Pure.
 *
 * @packageDocumentation
 */
import { builtInRoles } from "../azure-role.ts";

export const purposes = ["preview", "deploy", "consent"] as const;
/**
 * - `preview`: shows what a deployment would change. It only reads, and runs code of the deployed branch only.
 * - `deploy`: deploys everything but grants, and owns what it makes in Entra.
 * - `consent`: deploys the grants of stacks with the consent `apart`, and nothing else. It neither reads nor opens the
 *   states of the stacks. It can grant anything to anybody, itself too.
 */
export type Purpose = (typeof purposes)[number];

/** Where a role is given. */
export type Scope = "deployments" | "stacks' container" | "stacks' key" | "grants' container" | "grants' key";

export interface AzureRight {
  /** A role of Azure's own, or `decrypter`: the one of `StateStorage`. */
  readonly role: keyof typeof builtInRoles | "decrypter";
  readonly on: Scope;
  readonly condition?: string;
}

export interface Rights {
  /** Application permissions of Microsoft Graph, by name. */
  readonly graph: readonly string[];
  readonly azure: readonly AzureRight[];
}

/** The only role that a stack gives (`VaultReader`): to the sync identity, and to people who fill in vendors' forms. */
const GIVEN = builtInRoles["Key Vault Secrets User"];

/**
 * Holds where the role is given or taken away that stacks need; everything else of "Role Based Access Control
 * Administrator" is out of reach: without it, who has that role can make itself an owner. Documented: conditions of
 * role assignments, "constrain roles and principal types".
 */
export const ONLY_VAULT_READERS = [
  `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR ${givenBy("@Request")})`,
  `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'})) OR ${givenBy("@Resource")})`,
].join(" AND ");

function givenBy(source: string): string {
  const attribute = `${source}[Microsoft.Authorization/roleAssignments`;
  return (
    `(${attribute}:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${GIVEN}} AND ` +
    `${attribute}:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {'ServicePrincipal', 'User'})`
  );
}

export const rights: Readonly<Record<Purpose, Rights>> = {
  preview: {
    // AuditLog.Read.All: `drift` says who changed something. Policy.Read.All: the preflight reads the tenant's app management policy. Application.Read.All: a refresh lists
    // trusts, which Directory.Read.All does not (seen: azuread provider 6.9.1).
    graph: ["Application.Read.All", "AuditLog.Read.All", "Directory.Read.All", "Policy.Read.All"],
    azure: [
      { role: "Reader", on: "deployments" },
      { role: "Storage Blob Data Reader", on: "stacks' container" },
      { role: "decrypter", on: "stacks' key" },
      { role: "Storage Blob Data Reader", on: "grants' container" },
      { role: "decrypter", on: "grants' key" },
    ],
  },
  deploy: {
    graph: ["Application.ReadWrite.OwnedBy", "Directory.Read.All"],
    azure: [
      { role: "Contributor", on: "deployments" },
      { role: "Key Vault Secrets Officer", on: "deployments" },
      { role: "Role Based Access Control Administrator", on: "deployments", condition: ONLY_VAULT_READERS },
      { role: "Storage Blob Data Contributor", on: "stacks' container" },
      { role: "decrypter", on: "stacks' key" },
    ],
  },
  consent: {
    graph: ["AppRoleAssignment.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All", "Directory.Read.All"],
    azure: [
      { role: "Storage Blob Data Contributor", on: "grants' container" },
      { role: "decrypter", on: "grants' key" },
    ],
  },
};
