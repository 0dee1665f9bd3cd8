/**
 * A registration as a list of facts, so that what is declared, what is there and what was there before are compared in
 * one way. Pure.
 *
 * @packageDocumentation
 */

/** What can be true of a registration, in the order in which it is told. */
export const aspects = [
  "secret",
  "certificate",
  "owner",
  "trust",
  "web redirect URI",
  "single-page redirect URI",
  "public client redirect URI",
  "reply address",
  "setting",
  "tag",
  "token claim",
  "add-in",
  "identifier URI",
  "app role",
  "exposed permission",
  "pre-authorized application",
  "known client application",
  "managing application",
  "requested permission",
  "granted permission",
  "directory role",
  "role-assignable group",
  "Azure role",
] as const;
export type Aspect = (typeof aspects)[number];

/** Both make up a registration: each has credentials and owners of its own. */
export type Part = "application" | "service principal";

export interface Fact {
  readonly aspect: Aspect;
  readonly on: Part;
  /** What it is known by among the facts of its aspect: the same for what is declared and what is there. */
  readonly id: string;
  /** What it is called for a person, as it comes from outside. */
  readonly label: string;
  /** What may change while it stays the same thing: until when a secret lives, what an identity's tokens say. */
  readonly value?: string;
  /** Of what is declared: it may be there and need not be. */
  readonly optional?: true;
  /** Ends it, or takes it away; on what is there. */
  readonly takeAway?: string;
  /** Brings it back; on what is declared. */
  readonly putBack?: string;
  /** Where nothing puts it back: how it is declared no more. */
  readonly letGo?: string;
}

export interface Difference {
  /** `surplus` is there and not declared, `missing` the other way round, `changed` has another value. */
  readonly kind: "surplus" | "missing" | "changed";
  readonly aspect: Aspect;
  readonly on: Part;
  readonly id: string;
  readonly label: string;
  /** As declared, or as it was. */
  readonly before?: string;
  readonly after?: string;
  /** What makes it as declared again. */
  readonly undo?: string;
  /** Where nothing undoes it: how it is declared no more. */
  readonly letGo?: string;
}

/**
 * @param before what is declared, or what was there
 * @param after what is there
 * @returns in the order of the aspects
 */
export function compareFacts(before: readonly Fact[], after: readonly Fact[]): Difference[] {
  const known = new Map(before.map((fact) => [keyOf(fact), fact]));
  const there = new Map(after.map((fact) => [keyOf(fact), fact]));
  const differences: Difference[] = [];
  for (const [key, fact] of there) {
    const was = known.get(key);
    if (was === undefined) differences.push({ ...about(fact, "surplus"), ...afterOf(fact), ...undoOf(fact.takeAway) });
    else if (was.value !== fact.value) {
      const undo = undoOf(was.putBack ?? fact.takeAway);
      differences.push({ ...about(fact, "changed"), ...beforeOf(was), ...afterOf(fact), ...undo });
    }
  }
  for (const [key, fact] of known) {
    if (!there.has(key) && !fact.optional)
      differences.push({ ...about(fact, "missing"), ...beforeOf(fact), ...undoOf(fact.putBack), ...letGoOf(fact) });
  }
  const place = ({ aspect }: Difference) => aspects.indexOf(aspect);
  return differences.sort((one, other) => place(one) - place(other));
}

function keyOf({ aspect, on, id }: Fact): string {
  return JSON.stringify([aspect, on, id]);
}

function about({ aspect, on, id, label }: Fact, kind: Difference["kind"]): Omit<Difference, "before" | "after"> {
  return { kind, aspect, on, id, label };
}

function beforeOf({ value }: Fact): Pick<Difference, "before"> {
  return value === undefined ? {} : { before: value };
}

function afterOf({ value }: Fact): Pick<Difference, "after"> {
  return value === undefined ? {} : { after: value };
}

function letGoOf({ letGo }: Fact): Pick<Difference, "letGo"> {
  return letGo === undefined ? {} : { letGo };
}

function undoOf(undo: string | undefined): Pick<Difference, "undo"> {
  return undo === undefined ? {} : { undo };
}
