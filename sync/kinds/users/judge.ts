/**
 * What becomes of each user, by groups and units, by the rules, and by the mapping. Pure.
 *
 * @packageDocumentation
 */
import type { SourceObject } from "../../model/types.ts";
import type { GraphUser, Mapping } from "./mapping.ts";
import type { Membership } from "./membership.ts";
import type { ScopeRules } from "./scope-rules.ts";

export class Judge {
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

  object(user: GraphUser): SourceObject {
    if (this.isInScope(user)) return this.#mapping.inScope(user);
    return this.#mapping.outOfScope(user, this.#membership.whyNot(user.id) ?? this.#rules.whyNot(user));
  }

  deleted(id: string): SourceObject {
    return this.#mapping.deleted(id);
  }
}
