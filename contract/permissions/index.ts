/**
 * What permissions of Microsoft Graph allow, for the people who must approve them.
 *
 * @packageDocumentation
 */
import { contentPermissions } from "./content.ts";
import { controlPermissions } from "./control.ts";
import { directoryPermissions } from "./directory.ts";
import type { PermissionEntry, PermissionKind, Tier } from "./entry.ts";
import { readName } from "./name.ts";

export type { PermissionEntry, PermissionKind, Tier } from "./entry.ts";

/** The table. What is not in it is guessed by its name. */
export const permissions: readonly PermissionEntry[] = [
  ...controlPermissions,
  ...directoryPermissions,
  ...contentPermissions,
];

export interface PermissionDescription {
  readonly name: string;
  readonly kind: PermissionKind;
  /** In plain words: completes "it can ...", beginning with a capital, without a full stop. */
  readonly allows: string;
  readonly tier: Tier | "not classified";
  /** Why that tier: a clause about the permission, without a full stop. */
  readonly reason: string;
  /** It does more than read. */
  readonly write: boolean;
  /** It reaches into mailboxes: all of them as an application's, those that the person can open as a delegated one. */
  readonly mailbox: boolean;
}

const table = new Map(permissions.map((entry) => [key(entry.name, entry.kind), entry]));

/** What a permission of Microsoft Graph allows. One that the table does not have is described by its name's parts. */
export function describePermission(name: string, kind: PermissionKind): PermissionDescription {
  const { write, mailbox, resource } = readName(name);
  const entry = table.get(key(name, kind));
  if (entry) return { ...entry, write, mailbox };
  return {
    name,
    kind,
    allows: `${write ? "Change" : "Read"} what Microsoft Graph calls ${resource} (by its name)`,
    tier: "not classified",
    reason: "tenantwire has no entry for it: look it up in Microsoft's permissions reference",
    write,
    mailbox,
  };
}

function key(name: string, kind: PermissionKind): string {
  return `${kind} ${name}`;
}
