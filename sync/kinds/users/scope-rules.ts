/**
 * Who of the members is in scope: all rules have to be met. Pure.
 *
 * @packageDocumentation
 */
import { matches, propertiesOf } from "./filter.ts";
import type { Filter } from "./filter-parser.ts";
import { type GraphUser, propertyValue } from "./mapping.ts";

export interface ScopeSettings {
  /** Only people who meet it. */
  readonly filter?: Filter;
  /** Whether guests can be in scope. */
  readonly guests: boolean;
  /** Ids, user principal names and mail addresses of people who are never in scope, in any letter case. */
  readonly exclude: readonly string[];
  /** Where each of these is in the settings; by default among those for all targets. */
  readonly placeOf?: (setting: "filter" | "guests" | "exclude") => string;
}

export interface ScopeRules {
  /** Properties of the user that the rules look at, beyond those that are always read. */
  readonly properties: readonly string[];
  /** Why somebody is out of scope, in words that name the rule; `undefined` for somebody in scope. */
  whyNot(user: GraphUser): string | undefined;
}

/** Nobody is out of scope. */
export const noRules: ScopeRules = { properties: [], whyNot: () => undefined };

export function scopeRules({ filter, guests, exclude, placeOf = forAll }: ScopeSettings): ScopeRules {
  const excluded = new Set(exclude.map((name) => name.toLowerCase()));
  const isExcluded = (user: GraphUser) =>
    [user.id, user["mail"], user["userPrincipalName"]].some(
      (name) => typeof name === "string" && excluded.has(name.trim().toLowerCase()),
    );
  return {
    properties: [...(filter ? propertiesOf(filter) : []), ...(guests ? [] : ["userType"])],
    whyNot(user) {
      if (excluded.size > 0 && isExcluded(user)) return `excluded by ${placeOf("exclude")}`;
      // Accounts of before Entra told members and guests apart have no type: they are members.
      if (!guests && user["userType"] === "Guest") return `a guest, and ${placeOf("guests")} is false`;
      if (filter && !matches(filter, (property) => propertyValue(user, property))) {
        return `does not meet ${placeOf("filter")}`;
      }
      return undefined;
    },
  };
}

function forAll(setting: string): string {
  return `tenantwire:sync.users.${setting}`;
}
