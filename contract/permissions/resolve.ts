/**
 * Permissions are written by name and assigned by id. The ids are those of the tenant's own service principal of the
 * API, so that every cloud works. Pure.
 *
 * @packageDocumentation
 */
import { SettingsError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";

/** Client id of Microsoft Graph in every tenant of every cloud. */
export const MICROSOFT_GRAPH = "00000003-0000-0000-c000-000000000000";

/** Names of permissions of one API. The same name is another permission in the other list. */
export interface PermissionNames {
  /** What an application may do by itself. */
  readonly application: readonly string[];
  /** What an application may do for a person who is signed in. */
  readonly delegated: readonly string[];
}

/** Permission name -> id. */
export interface PermissionIds {
  readonly application: Readonly<Record<string, string>>;
  readonly delegated: Readonly<Record<string, string>>;
}

/** What is read of an API's service principal. */
export interface ApiPermissions {
  readonly displayName: string;
  readonly appRoles: readonly {
    readonly id: string;
    readonly value: string;
    readonly enabled: boolean;
    readonly allowedMemberTypes: readonly string[];
  }[];
  readonly oauth2PermissionScopes: readonly {
    readonly id: string;
    readonly value: string;
    readonly enabled: boolean;
  }[];
}

/**
 * Looks the ids up. What is switched off is as good as not there, and a role for people is no permission.
 *
 * @throws SettingsError naming every unknown permission: the nearest names, or that it exists only as the other kind
 */
export function resolvePermissions(names: PermissionNames, api: ApiPermissions): PermissionIds {
  const roles = api.appRoles.filter(
    ({ enabled, allowedMemberTypes }) => enabled && allowedMemberTypes.includes("Application"),
  );
  const offered: PermissionIds = {
    application: Object.fromEntries(roles.map(({ value, id }) => [value, id])),
    delegated: Object.fromEntries(
      api.oauth2PermissionScopes.filter(({ enabled }) => enabled).map(({ value, id }) => [value, id]),
    ),
  };
  const faults = [
    ...unknown("application", names, offered, api.displayName),
    ...unknown("delegated", names, offered, api.displayName),
  ];
  if (faults.length > 0) throw new SettingsError(faults);
  return {
    application: pick(names.application, offered.application),
    delegated: pick(names.delegated, offered.delegated),
  };
}

type Kind = keyof PermissionNames;

function unknown(kind: Kind, names: PermissionNames, offered: PermissionIds, api: string): string[] {
  return names[kind]
    .filter((name) => !Object.hasOwn(offered[kind], name))
    .map((name) => `${api} has no ${kind} permission "${name}": ${hint(name, kind, offered)}`);
}

function hint(name: string, kind: Kind, offered: PermissionIds): string {
  const other = kind === "application" ? "delegated" : "application";
  if (Object.hasOwn(offered[other], name))
    return `it exists only as ${kind === "application" ? "a" : "an"} ${other} one.`;
  return didYouMean(name, Object.keys(offered[kind])) ?? "nothing that this tenant offers has a similar name.";
}

function pick(names: readonly string[], ids: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries([...new Set(names)].sort().map((name) => [name, ids[name] ?? ""]));
}
