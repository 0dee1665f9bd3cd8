import type { Path } from "../path.ts";
import type { Declared, KnownRegistration } from "../registrations.ts";

/** Levels of a finding, by the names of Pulumi's policies. */
export type FindingLevel = "advisory" | "mandatory";

/** What a rule found. */
export interface Violation {
  /** Name of the registration, where it is about one. */
  readonly registration?: string;
  /** What of it, such as the name of a permission: exceptions name it. */
  readonly subject?: string;
  /** Of the setting that can mend it. */
  readonly path: Path;
  /** What is wrong, and what to do. */
  readonly text: string;
}

/** What is told of a rule. */
export interface RuleDescription {
  /** What settings and exceptions call it. Kebab-case. */
  readonly id: string;
  /** Where settings say nothing else. */
  readonly level: FindingLevel;
  /** What is to be so, in a few words. */
  readonly title: string;
  /** What it looks at and what to do, for its documentation. */
  readonly docs: string;
}

export interface Rule extends RuleDescription {
  /** Pure. Undefined where what it judges is not known: nothing can be said then, of exceptions neither. */
  readonly find: (declared: Declared) => readonly Violation[] | undefined;
}

/** A rule's findings for all registrations, one after another. */
export function inEach(find: (registration: KnownRegistration) => readonly Violation[]): Rule["find"] {
  return ({ registrations }) => registrations.flatMap(find);
}
