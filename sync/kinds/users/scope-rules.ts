/**
 * Who of the members is in scope, by rules that all have to be met, and what becomes of each user by that. Pure.
 *
 * @packageDocumentation
 */
import type { Item } from "../../model/types.ts";
import { matches, propertiesOf } from "./filter.ts";
import type { Filter } from "./filter-parser.ts";
import { type GraphUser, type Mapping, propertyValue } from "./mapping.ts";
import type { Membership } from "./members.ts";

export interface ScopeSettings {
  /** Only people who meet it. */
  readonly filter?: Filter;
  /** Whether guests can be in scope. */
  readonly guests: boolean;
  /** Ids, user principal names and mail addresses of people who are never in scope, in any letter case. */
  readonly exclude: readonly string[];
  /** Where each of these is in the settings. */
  readonly placeOf: (setting: "filter" | "guests" | "exclude") => string;
}

export interface ScopeRules {
  /** Properties of the user that the rules look at, beyond those that are always read. */
  readonly properties: readonly string[];
  /** Why somebody is out of scope, in words that name the rule; `undefined` for somebody in scope. */
  whyNot(user: GraphUser): string | undefined;
}

export function scopeRules({ filter, guests, exclude, placeOf }: ScopeSettings): ScopeRules {
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

/** The same rules, and nobody of these. */
export function excluding(rules: ScopeRules, ids: ReadonlySet<string>, setting: string): ScopeRules {
  return {
    ...rules,
    whyNot: (user) => (ids.has(user.id) ? `excluded by ${setting}` : rules.whyNot(user)),
  };
}

/** What becomes of each user, by groups and units, by the rules, and by the mapping. */
export class UserScope {
  readonly #mapping: Mapping;
  readonly #rules: ScopeRules;
  readonly #membership: Membership;

  constructor(mapping: Mapping, rules: ScopeRules, membership: Membership) {
    this.#mapping = mapping;
    this.#rules = rules;
    this.#membership = membership;
  }

  /** As far as groups and units decide it. */
  isMember(id: string): boolean {
    return this.#membership.has(id);
  }

  /** Rules are for members alone: of others not everything that the rules look at may be known. */
  isInScope(user: GraphUser): boolean {
    return this.isMember(user.id) && this.#rules.whyNot(user) === undefined;
  }

  object(user: GraphUser): Item {
    if (this.isInScope(user)) return this.#mapping.inScope(user);
    return this.#mapping.outOfScope(user, this.#membership.whyNot(user.id) ?? this.#rules.whyNot(user));
  }

  deleted(id: string): Item {
    return this.#mapping.deleted(id);
  }
}
