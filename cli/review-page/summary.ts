/** The line that is read first. Pure. @packageDocumentation */
import type { Permission, Review } from "../../review/changes/index.ts";
import { counted, permissionKey, tierWords } from "../../review/changes/words.ts";
import { isOfSyncs } from "../../review/outputs/differences.ts";
import type { Page } from "./blocks.ts";

export function summaryOf(review: Review): Pick<Page, "summary" | "tone"> {
  const { attention, findings, due } = review;
  const mandatory = findings.filter(({ level }) => level === "mandatory").length;
  const advisory = findings.length - mandatory;
  const sentences = [
    `${whatHappens(review)}.`,
    ...(due.length > 0 ? [`${counted(due.length, "secret")} to see to.`] : []),
    ...(mandatory > 0 ? [`${counted(mandatory, "mandatory finding")}.`] : []),
    ...(advisory > 0 ? [`${counted(advisory, "advisory finding")}.`] : []),
  ];
  const danger = attention.some(({ level }) => level === "danger");
  const tone = danger ? "danger" : attention.length > 0 ? "notice" : "plain";
  return { summary: sentences.join(" "), tone };
}

function whatHappens(review: Review): string {
  if (review.refused) return "The rules refuse these settings, so that nobody knows what they would change";
  const parts = [...gravest(review), ...whatChanges(review)].filter((part) => part !== "");
  if (review.count === 0 && parts.length === 0) {
    return review.outputs.length > 0 ? "No resource changes, only what the outputs tell" : "Nothing changes";
  }
  const all = review.count === 0 ? "no resource changes" : `${counted(review.count, "change")} in all`;
  return `${review.firstDeployment ? "First deployment: " : ""}${[parts.join(", "), all].filter(Boolean).join("; ")}`;
}

/** What nobody must overlook, whatever else there is: it may come without any change of a resource. */
function gravest({ registrations, secrets, unprotected, policyChanges, relaxed, outputs }: Review): string[] {
  const opened = registrations.filter(({ audience }) => audience !== undefined && audience.after !== "AzureADMyOrg");
  const hosts = new Set(registrations.flatMap(({ newHosts }) => newHosts));
  const unheard = relaxed.filter((each) => each.unheard.length > 0);
  const reasons = [...new Set(outputs.flatMap(({ danger = [] }) => danger))];
  const begun = new Set(outputs.flatMap(({ path, begins }) => (begins && isTarget(path) ? [path[1]] : [])));
  return [
    count(begun.size, "target", "synced to for the first time"),
    count(unprotected.length, "resource", "protected no longer"),
    count(secrets.filter(({ endsCurrent }) => endsCurrent).length, "credential", "in use ended"),
    count(policyChanges.length, "rule", "changed"),
    count(unheard.length, "rule", "switched off that would find something"),
    count(opened.length, "registration", "opened to other tenants"),
    count(hosts.size, "host", "more that people are sent to"),
    ...reasons.slice(0, MOST_REASONS),
    ...(reasons.length > MOST_REASONS ? [`${reasons.length - MOST_REASONS} more of this kind`] : []),
  ];
}

/** What people or rooms are mapped to is synced to. */
function isTarget([top, , part, fields]: readonly string[]): boolean {
  return top === "integrations" && (part === "users" || part === "rooms") && fields === "fields";
}

/** Reasons that are written out: a line that is read first is short. */
const MOST_REASONS = 2;

function whatChanges(review: Review): string[] {
  const { registrations, secrets, destroyed, roleAssignments, outputs } = review;
  const of = (change: string) => registrations.filter((each) => each.change === change).length;
  const lists = (which: "permissions" | "consent", change: "added" | "removed") =>
    registrations.flatMap((registration) => registration[which][change]);
  const [added, removed] = [lists("permissions", "added"), lists("permissions", "removed")];
  // What is asked for in the same deployment is counted there.
  const granted = registrations.flatMap((each) => without(each.consent.added, each.permissions.added));
  const ungranted = registrations
    .filter(({ change }) => change !== "deleted")
    .flatMap((each) => without(each.consent.removed, each.permissions.removed));
  const owners = (change: "added" | "removed") =>
    new Set(registrations.flatMap((registration) => registration.owners[change].map(({ id }) => id))).size;
  const trusts = (change: "added" | "removed") => registrations.flatMap((each) => each.trusts[change]).length;
  const roles = (change: string) => roleAssignments.filter((each) => each.change === change).length;
  const renewed = secrets.filter(({ change }) => change !== "revoked").length;
  const others = outputs.filter((difference) => isOfSyncs(difference) && difference.danger === undefined).length;
  return [
    count(of("created"), "registration", "created"),
    count(of("replaced"), "registration", "replaced"),
    count(of("deleted"), "registration", "deleted"),
    count(of("changed"), "registration", "changed"),
    added.length > 0 ? `${counted(added.length, "permission")} added (${highest(added)})` : "",
    granted.length > 0 ? `${counted(granted.length, "permission")} granted (${highest(granted)})` : "",
    count(removed.length, "permission", "removed"),
    count(ungranted.length, "permission", "no longer granted"),
    count(owners("added"), "owner", "added"),
    count(owners("removed"), "owner", "removed"),
    count(trusts("added"), "trusted identity", "added", "trusted identities"),
    count(trusts("removed"), "trusted identity", "removed", "trusted identities"),
    count(renewed, "secret", "made"),
    count(roles("added"), "role assignment", "added"),
    count(roles("replaced"), "role assignment", "replaced"),
    count(roles("removed"), "role assignment", "removed"),
    count(destroyed.length, "resource", "destroyed or replaced"),
    review.firstDeployment ? "" : count(others, "change", "of what the syncs do"),
  ];
}

function without(list: readonly Permission[], others: readonly Permission[]): Permission[] {
  const keys = others.map(permissionKey);
  return list.filter((each) => !keys.includes(permissionKey(each)));
}

function count(number: number, one: string, what: string, many = `${one}s`): string {
  return number === 0 ? "" : `${counted(number, one, many)} ${what}`;
}
/** The tier that matters most, and a tier that nobody knows before all. */
function highest(permissions: readonly Permission[]): string {
  const tiers = permissions.map(({ tier }) => tier);
  if (tiers.includes("not classified")) return "one not classified";
  const [tier = 2] = [...tiers].sort();
  return `${permissions.length > 1 ? "highest: " : ""}${tierWords(tier)}`;
}
