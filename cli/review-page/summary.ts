/** The line that is read first. Pure. @packageDocumentation */
import type { Permission, Review } from "../../review/changes/index.ts";
import { counted, tierWords } from "../../review/changes/words.ts";
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
  if (review.count === 0) return "Nothing changes";
  return `${review.firstDeployment ? "First deployment: " : ""}${whatChanges(review)}`;
}

function whatChanges(review: Review): string {
  const { registrations, secrets, destroyed, roleAssignments, count: changes } = review;
  const of = (change: string) => registrations.filter((each) => each.change === change).length;
  const added = registrations.flatMap(({ permissions }) => permissions.added);
  const removed = registrations.flatMap(({ permissions }) => permissions.removed);
  const renewed = secrets.filter(({ change }) => change !== "revoked").length;
  const parts = [
    count(of("created"), "registration", "created"),
    count(of("replaced"), "registration", "replaced"),
    count(of("deleted"), "registration", "deleted"),
    count(of("changed"), "registration", "changed"),
    added.length > 0 ? `${counted(added.length, "permission")} added (${highest(added)})` : "",
    count(removed.length, "permission", "removed"),
    count(renewed, "secret", "made"),
    count(roleAssignments.length, "role assignment", "changed"),
    count(destroyed.length, "resource", "destroyed or replaced"),
  ].filter((part) => part !== "");
  return `${parts.length > 0 ? `${parts.join(", ")}; ` : ""}${counted(changes, "change")} in all`;
}

function count(number: number, one: string, what: string): string {
  return number === 0 ? "" : `${counted(number, one)} ${what}`;
}

/** The tier that matters most, and a tier that nobody knows before all. */
function highest(permissions: readonly Permission[]): string {
  const tiers = permissions.map(({ tier }) => tier);
  if (tiers.includes("not classified")) return "one not classified";
  const [tier = 2] = [...tiers].sort();
  return `${permissions.length > 1 ? "highest: " : ""}${tierWords(tier)}`;
}
