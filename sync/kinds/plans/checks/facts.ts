/**
 * What an organization and a OnePlan group have, as far as a mapping depends on it.
 *
 * @packageDocumentation
 */
import type { OnePlanField, WorkItemField } from "../fields.ts";
import type { BacklogLevel } from "../levels.ts";

export interface ProjectFacts {
  readonly name: string;
  /** Types of its process, by name. */
  readonly types: ReadonlyMap<string, TypeFacts>;
  /** Backlogs, outermost first. */
  readonly levels: readonly BacklogLevel[];
}

export interface TypeFacts {
  /** Reference name of a field that the type has -> values that it takes; empty: any. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

export interface OrganizationFacts {
  readonly projects: readonly ProjectFacts[];
  /** By reference name. */
  readonly fields: ReadonlyMap<string, WorkItemField>;
}

export interface OnePlanFacts {
  /** Those of the wanted types that are there, letter by letter. */
  readonly planTypes: readonly string[];
  /** Undefined: there is no plan yet that they could be asked of. */
  readonly taskTypes?: readonly string[];
  /** By internal name. */
  readonly planFields: ReadonlyMap<string, OnePlanField>;
  readonly taskFields: ReadonlyMap<string, OnePlanField>;
}
