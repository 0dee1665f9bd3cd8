/**
 * What permissions of Microsoft Graph allow, for the people who must approve them.
 *
 * @packageDocumentation
 */
import { classification } from "./classified.ts";
import { contentPermissions } from "./content.ts";
import { controlPermissions } from "./control.ts";
import { directoryPermissions } from "./directory.ts";
import type { PermissionEntry, PermissionKind, Tier } from "./entry.ts";
import { readName } from "./name.ts";
import { publishedText } from "./published.ts";

export type { PermissionEntry, PermissionKind, Tier } from "./entry.ts";

/** Those that have words of this project's own. */
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

/**
 * What a permission of Microsoft Graph allows: in words of our own, else in Microsoft's, else by the parts of its name.
 */
export function describePermission(name: string, kind: PermissionKind): PermissionDescription {
  const { write, mailbox, resource } = readName(name);
  const entry = table.get(key(name, kind));
  if (entry) return { ...entry, write, mailbox };
  const published = publishedText(name, kind);
  const guessed = `${write ? "Change" : "Read"} what Microsoft Graph calls ${resource} (by its name)`;
  const allows =
    published === undefined || published === "" ? guessed : `${published.charAt(0).toUpperCase()}${published.slice(1)}`;
  const classified = classification(name, kind) ?? (published !== undefined && !write ? READS : UNKNOWN);
  return { name, kind, allows: allows.replace(/\.$/, ""), ...classified, write, mailbox };
}

/** A path to control of the tenant, or something that writes and that nobody has judged. */
export function countsAsControl({ tier, write }: Pick<PermissionDescription, "tier" | "write">): boolean {
  return tier === 0 || (tier === "not classified" && write);
}

const READS = { tier: 1, reason: "it reads only, and nobody here has judged who can see that anyway" } as const;
const UNKNOWN = {
  tier: "not classified",
  reason: "tenantwire has no entry for it: look it up in Microsoft's permissions reference",
} as const;

function key(name: string, kind: PermissionKind): string {
  return `${kind} ${name}`;
}
