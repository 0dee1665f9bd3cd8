/** Permissions that are asked for and granted: compared by id, then named. Pure. @packageDocumentation */
import { MICROSOFT_GRAPH } from "../../contract/permissions/resolve.ts";
import { describePermission, type PermissionKind } from "../../contract/permissions/index.ts";
import { permissionNames } from "../../contract/permissions/published.ts";
import type { ResourceState } from "../preview.ts";
import { type Change, difference, textOf, textsOf, types } from "./resources.ts";
import type { Difference, Permission } from "./types.ts";
import { permissionKey } from "./words.ts";

/** What registrations ask for. */
export function askedBy(changes: readonly Change[]): Difference<Permission> {
  const lists = changes
    .filter(({ type }) => type === types.access)
    .flatMap(({ oldState, newState }) => {
      const api = textOf(newState ?? oldState, "apiClientId") ?? "";
      return [
        ...compared(
          oldState,
          newState,
          (state) => textsOf(state, "roleIds"),
          (id) => byId("application", id, api),
        ),
        ...compared(
          oldState,
          newState,
          (state) => textsOf(state, "scopeIds"),
          (id) => byId("delegated", id, api),
        ),
      ];
    });
  return settled(lists);
}

/** What is granted and taken away. A grant that is replaced grants the same again, and is no difference. */
export function grantedBy(changes: readonly Change[]): Difference<Permission> {
  const lists = changes.flatMap(({ type, oldState, newState }) => {
    // The preview says whose role it is by an object id only. Grants of this program are Microsoft Graph's.
    if (type === types.roleGrant) {
      return compared(oldState, newState, roleOf, (id) => byId("application", id, MICROSOFT_GRAPH));
    }
    if (type === types.delegatedGrant) {
      return compared(oldState, newState, (state) => textsOf(state, "claimValues"), byName);
    }
    return [];
  });
  return settled(lists);
}

function roleOf(state: ResourceState | undefined): string[] {
  const id = textOf(state, "appRoleId");
  return id === undefined ? [] : [id];
}

function compared(
  before: ResourceState | undefined,
  after: ResourceState | undefined,
  list: (state: ResourceState | undefined) => string[],
  describe: (value: string) => Permission,
): Difference<Permission>[] {
  const { added, removed } = difference(list(before), list(after));
  return [{ added: added.map(describe), removed: removed.map(describe) }];
}

/** One list, in the order of names. What one resource loses and another gets has not changed. */
function settled(lists: readonly Difference<Permission>[]): Difference<Permission> {
  const added = new Map(
    lists.flatMap((list) => list.added).map((permission) => [permissionKey(permission), permission]),
  );
  const removed = new Map(
    lists.flatMap((list) => list.removed).map((permission) => [permissionKey(permission), permission]),
  );
  return { added: without(added, removed), removed: without(removed, added) };
}

function without(list: ReadonlyMap<string, Permission>, others: ReadonlyMap<string, Permission>): Permission[] {
  const left = [...list].filter(([key]) => !others.has(key));
  return left.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, permission]) => permission);
}

function byId(kind: PermissionKind, id: string, api: string): Permission {
  const name = api === MICROSOFT_GRAPH ? permissionNames[kind][id] : undefined;
  if (name !== undefined) return { ...byNameOf(kind, name), id };
  const whose = api === MICROSOFT_GRAPH ? "Microsoft Graph" : `the API ${api}`;
  return {
    kind,
    id,
    allows: `Do what tenantwire has no words for: look the id up in Entra, among the permissions of ${whose}`,
    tier: "not classified",
    reason: "tenantwire does not know the id",
    // Taken for the worst until somebody has looked.
    write: true,
    mailbox: true,
  };
}

function byName(name: string): Permission {
  return byNameOf("delegated", name);
}

function byNameOf(kind: PermissionKind, name: string): Permission {
  const { allows, tier, reason, write, mailbox } = describePermission(name, kind);
  return { kind, name, allows, tier, reason, write, mailbox };
}
