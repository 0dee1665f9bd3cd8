/** Words that several parts of a review use. @packageDocumentation */
import type { Permission } from "./types.ts";

/**
 * Somebody else's text within a sentence: between backticks, which renderers show as code. So nothing in a name is
 * taken for markup, and nobody is mentioned by it.
 */
export function quoted(text: string): string {
  return `\`${text.replaceAll("`", "'").replace(/\s+/g, " ")}\``;
}

/** `1 secret`, `2 secrets` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

export function permissionName({ name, id }: Permission): string {
  return name ?? id ?? "";
}

/** The same name is another permission in the other kind. */
export function permissionKey(permission: Permission): string {
  return `${permission.kind} ${permissionName(permission)}`;
}

/** `Vault`, of `azure-native:keyvault:Vault` */
export function shortType(type: string): string {
  return type.split(":").at(-1) ?? type;
}
