/** What is said of permissions: a line for each, asked for or granted or both. Pure. @packageDocumentation */
import type { ConsentMode } from "../../contract/outputs.ts";
import type { Permission, RegistrationChange } from "../../review/changes/index.ts";
import { permissionKey, permissionName, quoted, tierWords } from "../../review/changes/words.ts";
import type { Row } from "./blocks.ts";

type Change = "added" | "removed";

export function permissionRows({ permissions, consent, consentMode }: RegistrationChange): Row[] {
  return (["added", "removed"] as const).flatMap((change) => {
    const asked = keyed(permissions[change]);
    const granted = keyed(consent[change]);
    return [...new Map([...asked, ...granted])].map(([key, permission]) =>
      permissionRow(change, permission, howOf(change, asked.has(key), granted.has(key), consentMode)),
    );
  });
}

function permissionRow(change: Change, permission: Permission, how: string): Row {
  const { kind, tier, allows } = permission;
  const isDangerous = change === "added" && (tier === 0 || tier === "not classified");
  const name = `${quoted(permissionName(permission))} (${how})`;
  return {
    tone: isDangerous ? "danger" : change,
    cells: [change, `${kind} permission`, name, tierWords(tier), `${allows}.`],
  };
}

function howOf(change: Change, isAsked: boolean, isGranted: boolean, mode: ConsentMode | undefined): string {
  if (change === "removed") {
    return [isAsked && "no longer asked for", isGranted && "consent taken away"].filter(Boolean).join(", ");
  }
  if (isGranted) return isAsked ? "asked for and granted" : "granted";
  if (mode === "apart") return "asked for; the project of the grants grants it";
  if (mode === "link") return "asked for; an administrator consents by a link";
  return mode === "none" ? "asked for; nobody consents from here" : "asked for";
}

function keyed(permissions: readonly Permission[]): ReadonlyMap<string, Permission> {
  return new Map(permissions.map((each) => [permissionKey(each), each]));
}
