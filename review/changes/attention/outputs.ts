/** What the approver must not overlook of what the syncs and the vendors' forms live on. Pure. @packageDocumentation */
import { isOfSyncs } from "../../outputs/differences.ts";
import { type OutputDifference } from "../../outputs/difference.ts";
import { hostOf } from "../../../contract/redirect-uris.ts";
import { isOfAdministrators, isSuspect } from "../people.ts";
import type { Attention, Review, Somebody } from "../types.ts";
import { counted, listed, quoted, whoWords } from "../words.ts";
import { danger, notice } from "./level.ts";
import { command, fill } from "../../../contract/this-stack.ts";

export function outputsAttention(
  { outputs, administrators }: Pick<Review, "outputs" | "administrators">,
  first: boolean,
): Attention[] {
  const differences = outputs.filter(isOfSyncs);
  const dangers = outputs.flatMap((difference) => {
    if (difference.danger === undefined) return [];
    const whom = isOfAdministrators(difference) && administrators.length > 0 ? `: ${people(administrators)}` : "";
    return [danger(`${quoted(place(difference))}: ${difference.danger}${whom}.`)];
  });
  const others = differences.filter(({ danger }) => danger === undefined);
  if (first) return [...named(differences), ...firstAdministrators(administrators), ...firstComer(outputs)];
  const all = [...dangers, ...begun(differences)];
  if (others.length === 0) return all;
  return [...all, notice(`${counted(others.length, "change")} of what the syncs do: see below.`)];
}

/** A guest is named even where everything is new. */
function firstAdministrators(administrators: readonly Somebody[]): Attention[] {
  const { suspect = [], others = [] } = Object.groupBy(administrators, (each) =>
    isSuspect(each) ? "suspect" : "others",
  );
  return [
    ...(suspect.length > 0 ? [danger(`It makes administrators of ${people(suspect)}.`)] : []),
    ...(others.length > 0 ? [notice(`It makes administrators of ${people(others)}.`)] : []),
  ];
}

/** Grave even where everything is new: nobody is named who it is. */
function firstComer(outputs: readonly OutputDifference[]): Attention[] {
  const allows = outputs.some((each) => place(each) === "integrations.access.selfService" && each.after === true);
  return allows ? [danger("It makes whoever of the tenant signs in first the administrator of the group.")] : [];
}

function people(them: readonly Somebody[]): string {
  return listed(them.map(whoWords));
}

const WHO: Readonly<Record<string, string>> = { users: "people", rooms: "meeting rooms" };

/** What begins to go to a target that was not synced to before. */
function begun(differences: readonly OutputDifference[]): Attention[] {
  const mapped = differences.flatMap(({ path, after, begins }) => {
    const [top, target, part, fields] = path;
    const who = WHO[part ?? ""];
    const isField = begins && top === "integrations" && fields === "fields" && typeof after === "string";
    return isField && who !== undefined ? [{ target: String(target), who, property: after }] : [];
  });
  return [...Map.groupBy(mapped, ({ target, who }) => `${target} ${who}`).values()].flatMap((own) => {
    const [one] = own;
    if (!one) return [];
    const properties = listed([...new Set(own.map(({ property }) => property))].sort().map(quoted));
    return [
      danger(
        `What Entra knows of ${one.who} begins to go to ${quoted(one.target)}: ${properties}. To a new host nothing goes before somebody names it (${command("sync", "--allow-host", fill("host"))}).`,
      ),
    ];
  });
}

export function place({ path }: Pick<OutputDifference, "path">): string {
  return path.join(".");
}

/** Where a first deployment reaches, and whom. */
function named(differences: readonly OutputDifference[]): Attention[] {
  const texts = differences.flatMap(({ after }) => (typeof after === "string" ? [after] : []));
  const mailServers = differences.flatMap(({ path, after }) =>
    path.slice(-2).join(".") === "mail.host" && typeof after === "string" ? [after] : [],
  );
  const addresses = texts.flatMap((text) => (text.includes("://") ? (hostOf(text) ?? []) : []));
  const hosts = [...new Set([...addresses, ...mailServers])].sort();
  const paths = differences.flatMap(({ path, after }) =>
    path.at(-1) === "path" && typeof after === "string" ? [after] : [],
  );
  const groups = differences.flatMap(({ path, added = [] }) => (/groups$/i.test(path.at(-1) ?? "") ? added : []));
  const everybody = differences.filter(
    ({ path, after }) => path.join(".").endsWith(".users.groups") && Array.isArray(after) && after.length === 0,
  );
  const at = (place: RegExp) =>
    differences.flatMap((difference) => (place.test(difference.path.join(".")) ? (difference.added ?? []) : []));
  const parts: [string, readonly string[]][] = [
    ["It works with the hosts", hosts],
    ["It writes into the files", paths],
    ["It is about the groups", [...new Set(groups)].sort()],
    ["Everybody is in scope at", everybody.map(place)],
    ["It alerts", [...new Set(at(/^integrations\.alerts\.channels\.[^.]+\.(mail|graph)\.to$/))].sort()],
  ];
  return parts.flatMap(([what, names]) =>
    names.length === 0 ? [] : [notice(`${what} ${listed(names.map(quoted))}.`)],
  );
}
