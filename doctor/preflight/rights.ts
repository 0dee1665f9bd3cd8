/**
 * The rights that a deployment needs, and for what. Pure.
 *
 * @packageDocumentation
 */
import type { DeclaredRegistration } from "../../contract/registrations.ts";
import { allows, type Role } from "../../sync/connectors/arm/index.ts";
import { listed } from "../../contract/words.ts";
import { failed, ok, type Verdict } from "../checks/check.ts";

export interface NeededPermission {
  readonly permission: string;
  /** Others that include it. */
  readonly or: readonly string[];
  /** What it is for, as in "make registrations". */
  readonly to: string;
  /** Display names of the registrations that need it. */
  readonly registrations: readonly string[];
  /** What can be done without it. */
  readonly instead?: string;
}

/** Application permissions of Microsoft Graph, by the data that Microsoft publishes of each call. */
export function neededPermissions(registrations: readonly DeclaredRegistration[]): NeededPermission[] {
  const named = (which: (registration: DeclaredRegistration) => boolean) =>
    registrations.filter(which).map(({ displayName }) => displayName);
  const instead = "write consent: link for them";
  const needed: NeededPermission[] = [
    {
      permission: "Application.ReadWrite.OwnedBy",
      or: ["Application.ReadWrite.All"],
      to: "make",
      registrations: named(() => true),
    },
    {
      permission: "Directory.Read.All",
      or: [],
      to: "read the tenant and give owners to",
      registrations: named(() => true),
    },
    {
      permission: "AppRoleAssignment.ReadWrite.All",
      or: [],
      to: "grant application permissions to",
      registrations: named(({ consent, permissions }) => consent === "grant" && permissions.application.length > 0),
      instead,
    },
    {
      permission: "DelegatedPermissionGrant.ReadWrite.All",
      or: [],
      to: "grant delegated permissions to",
      registrations: named(({ consent, permissions }) => consent === "grant" && permissions.delegated.length > 0),
      instead,
    },
  ];
  return needed.filter((each) => each.registrations.length > 0);
}

/** @param roles the application permissions of the deploying identity */
export function permissionVerdict(needed: NeededPermission, roles: readonly string[]): Verdict {
  const { permission, or, to, registrations, instead } = needed;
  const has = [permission, ...or].find((name) => roles.includes(name));
  if (has !== undefined) return ok(`It has ${has}.`);
  const otherwise = instead === undefined ? "" : `, or ${instead}`;
  return failed(
    `The deploying identity lacks the application permission ${permission} of Microsoft Graph, to ${to} ${listed(registrations)}. ` +
      `An administrator grants it (Entra > App registrations > the deploying identity > API permissions)${otherwise}.`,
  );
}

export interface NeededAction {
  readonly action: string;
  readonly plane: "control" | "data";
  /** What it is for, as in "make the vault". */
  readonly to: string;
  /** Least of Azure's own roles that allows it. */
  readonly role: string;
}

const MAKE_GROUP = "Microsoft.Resources/subscriptions/resourceGroups/write";
const MAKE_VAULT = "Microsoft.KeyVault/vaults/write";

/** Documented: actions of Azure's resource providers, and what its built-in roles allow. */
const vaultActions: readonly NeededAction[] = [
  {
    action: MAKE_GROUP,
    plane: "control",
    to: "make the resource group",
    role: "Contributor",
  },
  { action: MAKE_VAULT, plane: "control", to: "make the vault", role: "Contributor" },
  {
    action: "Microsoft.KeyVault/vaults/secrets/write",
    plane: "control",
    to: "store secrets in the vault",
    role: "Contributor",
  },
  {
    action: "Microsoft.Authorization/roleAssignments/write",
    plane: "control",
    to: "let the sync identity read the vault",
    role: "Role Based Access Control Administrator",
  },
  {
    action: "Microsoft.KeyVault/vaults/secrets/delete",
    plane: "data",
    to: "delete secrets of the vault",
    role: "Key Vault Secrets Officer",
  },
];

/** What is there already need not be made. */
export function neededActions(there: { readonly group: boolean; readonly vaults: boolean }): readonly NeededAction[] {
  return vaultActions.filter(
    ({ action }) => !(there.group && action === MAKE_GROUP) && !(there.vaults && action === MAKE_VAULT),
  );
}

/** @param scope where the roles were looked up: `/subscriptions/<id>`, or that of a resource group */
export function actionVerdict(
  { action, plane, to, role }: NeededAction,
  roles: readonly Role[],
  scope: string,
): Verdict {
  if (allows(roles, action, plane)) return ok(`It may (${action}).`);
  return failed(
    `The deploying identity may not ${to}: it lacks ${action} at ${scope}. Give it the role "${role}" there (Azure > ${/\/resourceGroups\//.test(scope) ? "Resource groups" : "Subscriptions"} > Access control).`,
  );
}
