/**
 * Differences for a person: what it is, what takes it away, and what keeps it. Pure.
 *
 * @packageDocumentation
 */
import type { Registration } from "../../contract/outputs.ts";
import type { Aspect, Difference } from "./facts.ts";
import { commandFor } from "../../contract/this-stack.ts";

/** Permissions that were granted to a registration and are not any more. */
export function revokedIn(differences: readonly Difference[]): readonly string[] {
  return differences
    .filter(({ kind, aspect }) => kind === "missing" && aspect === "granted permission")
    .map(({ label }) => label);
}

/** What it is, without what to do: `secret "by hand" (key id ...) on the application, until 2099-12-31`. */
function describeDifference({ kind, aspect, on, label, before, after }: Difference): string {
  if (aspect === "setting") return `${label}: ${before ?? "not there"} is declared, and it is ${after ?? "gone"}`;
  const where = shared.includes(aspect) ? ` on the ${on}` : "";
  const what = `${aspect} ${label}${where}`;
  if (kind === "changed") return `${what}: ${before ?? ""} is declared, and it is ${after ?? ""}`;
  return `${what}${after === undefined ? "" : `, ${after}`}`;
}

/** What became of it since it was seen before. */
export function describeChange({ kind, aspect, on, label, before, after }: Difference): string {
  const what = `${aspect} ${label}${shared.includes(aspect) ? ` on the ${on}` : ""}`;
  if (kind === "changed") return `${what} was ${before ?? ""}, and is ${after ?? ""}`;
  if (kind === "missing") return `${what} is gone`;
  return `${what} was added${after === undefined ? "" : `, ${after}`}`;
}

/** Both parts of a registration have these. */
const shared: readonly Aspect[] = ["secret", "certificate", "owner", "tag", "add-in", "identifier URI"];

/**
 * What was found, and below it what to do about it: a line each, so that what stands behind the colon is the command and
 * nothing else.
 */
export function tellDifference(difference: Difference, registration: Registration, mark: string): string[] {
  const { kind, undo, letGo } = difference;
  const what = describeDifference(difference);
  const mend = [
    ...(undo === undefined ? [] : [`${kind === "surplus" ? "Take it away" : "Put it back"}: ${undo}`]),
    ...(letGo === undefined ? [] : [`Nothing puts it back. Take it out of the settings too: ${letGo}`]),
  ];
  if (kind === "missing") return [`Declared and not there: ${what}.`, ...mend];
  if (kind === "changed") return [`Changed: ${what}.`, ...mend];
  const keep = keeping(difference, registration, mark.split("/").at(-1) ?? mark);
  return [`There and not declared: ${what}.`, ...mend, ...(keep === undefined ? [] : [keep])];
}

/** How a surplus becomes declared, a line; `undefined` where nothing declares such a thing. */
function keeping(
  { aspect, on, id }: Difference,
  { setting, name, redirectUris }: Registration,
  stack: string,
): string | undefined {
  switch (aspect) {
    case "secret":
    case "certificate":
      // What the service principal has of its own signs in as nothing that is declared.
      return on === "application"
        ? `Or keep it, and deploy (pulumi up): ${commandFor({ stack }, "credentials adopt", name, id, "--note", "who uses it")}`
        : undefined;
    case "owner":
      return "Or keep it: take it away, write the object id under tenantwire:owners, and deploy (pulumi up), which adds it again";
    case "trust":
      return `Or keep it: take it away, write it under tenantwire:${setting}.federated, where there is such a setting, and deploy (pulumi up), which adds it again`;
    case "web redirect URI":
      // Seen: azuread provider 6.9.1 takes over no list that is there and that it did not make.
      return redirectUris.length > 0
        ? `Or keep it: write it under tenantwire:${setting}.redirectUris, where there is such a setting, and deploy (pulumi up)`
        : `Or keep it: take it away, write it under tenantwire:${setting}.redirectUris, where there is such a setting, and deploy (pulumi up), which adds it again`;
    case "requested permission":
    case "granted permission":
      return "Or keep it: declare what needs it, and deploy (pulumi up)";
    default:
      // Nothing declares such a thing.
      return undefined;
  }
}
