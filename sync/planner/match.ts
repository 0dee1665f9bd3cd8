/**
 * Which existing object of the target belongs to an object of the source that has no link yet.
 *
 * @packageDocumentation
 */
import type { Item } from "../model/types.ts";
import { counted, listed, quoted } from "../../contract/words.ts";

/** An object of the target that agrees with the source object in one attribute. */
export interface Candidate {
  readonly attribute: string;
  readonly object: Item;
  /** The object of the source that it is linked to already, if any. */
  readonly linkedTo?: { readonly sourceId: string; readonly label: string };
  /** Whether that one is gone from the source, or not wanted there any more. */
  readonly isHolderGone?: boolean;
}

export type Match =
  | { readonly kind: "none" }
  /** `replaces`: whom the object was linked to, until a person gave it the id of this one. */
  | { readonly kind: "one"; readonly candidate: Candidate; readonly replaces?: string }
  | { readonly kind: "conflict"; readonly reason: string };

/**
 * Whether weaker attributes need not be looked at any more. By the correlation id every object counts; by a weaker
 * attribute only one that nothing is linked to.
 */
export function isDecisive(candidate: Candidate, correlation: string): boolean {
  return candidate.attribute === correlation || candidate.linkedTo === undefined;
}

/**
 * Decides between candidates, which come in the order of the target's `matchBy`. The strongest attribute with a hit
 * decides; two hits are never guessed between, and neither is an object taken that carries somebody else's id.
 *
 * Somebody may have been deleted and made anew: what the one who is gone left, and the newcomer has an attribute of, is
 * a question for a person. The answer is the correlation id, written into the object by hand.
 */
export function match(source: Item, candidates: readonly Candidate[], correlation: string, targetName: string): Match {
  const decisive = candidates.find((candidate) => isDecisive(candidate, correlation));
  if (!decisive) {
    const left = candidates.find(({ isHolderGone }) => isHolderGone);
    return left?.linkedTo
      ? conflict(questionAbout(source, left, left.linkedTo, correlation, targetName))
      : { kind: "none" };
  }

  const { attribute } = decisive;
  const hits = candidates.filter((one) => one.attribute === attribute && isDecisive(one, correlation));
  if (hits.length > 1) {
    const names = listed(hits.map(({ object }) => named(object)));
    const mend = "leave it in one of them, or delete the others";
    return conflict(`${counted(hits.length, "object")} of ${targetName} have its ${attribute}: ${names}; ${mend}`);
  }
  if (decisive.linkedTo) {
    if (decisive.isHolderGone) return { kind: "one", candidate: decisive, replaces: decisive.linkedTo.sourceId };
    const holder = `${quoted(decisive.linkedTo.label)} (${decisive.linkedTo.sourceId})`;
    return conflict(
      `${named(decisive.object)} of ${targetName} carries its ${attribute}, but is linked to ${holder}; correct the ${attribute} there`,
    );
  }
  if (carriesOther(decisive.object, source.id, correlation)) {
    const carried = decisive.object.keys[correlation];
    return conflict(
      `${named(decisive.object)} of ${targetName} has its ${attribute}, but carries another ${correlation} (${carried}); clear that there if they are one, or change the ${attribute}`,
    );
  }
  return { kind: "one", candidate: decisive };
}

/** Whether an object carries the correlation id of something else. */
export function carriesOther(object: Item, sourceId: string, correlation: string): boolean {
  const carried = object.keys[correlation];
  return carried !== undefined && carried !== "" && carried !== sourceId;
}

/** Label and id of an object. */
export function named(object: { readonly label: string; readonly id: string }): string {
  return `${quoted(object.label)} (${object.id})`;
}

function questionAbout(
  source: Item,
  { attribute, object }: Candidate,
  holder: { readonly sourceId: string; readonly label: string },
  correlation: string,
  targetName: string,
): string {
  const was = named({ label: holder.label, id: holder.sourceId });
  return (
    `is this ${was} again, who left, and whose ${attribute} it has? ${named(object)} of ${targetName} belongs to that one: ` +
    `if they are the same, set the ${correlation} there to ${source.id}; if not, change the ${attribute} there`
  );
}

function conflict(reason: string): Match {
  return { kind: "conflict", reason };
}
