/** Words that several parts of a review use. @packageDocumentation */
import { printable } from "../../contract/text/printable.ts";
import type { Somebody, Permission } from "./types.ts";

export { listed } from "../../contract/words.ts";

/**
 * Somebody else's text within a sentence: between backticks, which renderers show as code. So nothing in a name is
 * taken for markup, nobody is mentioned by it, and what is invisible in it is seen.
 */
export function quoted(text: string): string {
  return text === "" ? "(nothing)" : `\`${printable(text).replaceAll("`", "'")}\``;
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

export function tierWords(tier: Permission["tier"]): string {
  return tier === "not classified" ? tier : `tier ${tier}`;
}

/** By name where somebody looked it up. */
export function whoWords({ id, person }: Somebody): string {
  if (person === undefined) return `${quoted(id)} (name not known)`;
  const { displayName, address, guest, disabled } = person;
  if (displayName === undefined) return `${quoted(id)} (nobody in the directory has this id)`;
  const more = [
    ...(address === undefined ? [] : [quoted(address)]),
    ...(guest ? ["a guest from another tenant"] : []),
    ...(disabled ? ["switched off"] : []),
  ];
  return `${quoted(displayName)}${more.length > 0 ? ` (${more.join(", ")})` : ""}`;
}

/** `Vault`, of `azure-native:keyvault:Vault` */
export function shortType(type: string): string {
  return type.split(":").at(-1) ?? type;
}
