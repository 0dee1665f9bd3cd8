/**
 * What the stand-in's directory keeps, as plain JSON: objects by Graph's own property names, without the properties
 * that still have their default (the hosts fill those in), and the change log that delta queries read.
 *
 * @packageDocumentation
 */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** An object of the directory. A property that is missing has its default value. */
export interface DirectoryObject {
  id: string;
  [name: string]: Json;
}

/** A property that holds text; empty when it has none. */
export function text(object: DirectoryObject, name: string): string {
  const value = object[name];
  return typeof value === "string" ? value : "";
}

/** A property that holds a list; empty when it was never set. The caller names what its items are. */
export function list<T>(object: DirectoryObject, name: string): readonly T[] {
  return Array.isArray(object[name]) ? (object[name] as unknown as T[]) : [];
}

/** The kinds that delta queries follow. */
export type TrackedKind = "users" | "groups" | "applications" | "servicePrincipals" | "oauth2PermissionGrants";

/** What can be a member of a group. */
export const memberKinds = ["users", "groups", "servicePrincipals"] as const;
export type MemberKind = (typeof memberKinds)[number];

/** The kinds whose objects `/directory/deletedItems` keeps: security groups are gone for good (documented). */
export type DeletableKind = "users" | "applications" | "servicePrincipals";

export interface DeletedObject {
  kind: DeletableKind;
  /** Where it was in its collection, so that a restored object keeps its place in paged answers. */
  place: number;
  object: DirectoryObject;
  /** Ids of the groups that a deleted user was a member of: a restored one is a member again. */
  memberOf: string[];
}

/** One entry of the change log. Its number is its position. */
export type Change =
  | { kind: TrackedKind; id: string; op: "create" | "restore" | "remove" | "purge" }
  | { kind: TrackedKind; id: string; op: "update"; properties: string[] }
  | { kind: "groups"; id: string; op: "addMember" | "removeMember"; member: string; memberKind: MemberKind };

/** The section of the world. A removed object leaves `null` in its place: places are what page links point at. */
export interface DirectoryData {
  users: (DirectoryObject | null)[];
  groups: (DirectoryObject | null)[];
  /** Group id -> ids of its direct members. */
  members: Record<string, string[]>;
  administrativeUnits: (DirectoryObject | null)[];
  /** Id of an administrative unit -> ids of its members. */
  unitMembers: Record<string, string[]>;
  applications: (DirectoryObject | null)[];
  servicePrincipals: (DirectoryObject | null)[];
  /** Id of an application or service principal -> ids of its owners. */
  owners: Record<string, string[]>;
  appRoleAssignments: (DirectoryObject | null)[];
  oauth2PermissionGrants: (DirectoryObject | null)[];
  deleted: DeletedObject[];
  log: Change[];
  /** Who changed applications, service principals and grants: what `auditLogs/directoryAudits` tells, oldest first. */
  audits: DirectoryObject[];
  domains: { id: string; isInitial: boolean; isDefault: boolean }[];
}
