/** Who owns registrations, and who administers the people of the stack's group. Pure. @packageDocumentation */
import type { Preview, Step } from "../preview.ts";
import { typeOf } from "../preview.ts";
import { type Change, difference, textOf, textsOf, types } from "./resources.ts";
import type { OutputDifference } from "../outputs/difference.ts";
import type { Difference, Owner, Person, Somebody } from "./types.ts";

/** Object id, in small letters -> what the directory says of it. */
export type People = ReadonlyMap<string, Person>;

/** Object ids of those who own something of the stack before the deployment. */
export function ownersBefore({ steps }: Preview): ReadonlySet<string> {
  return new Set(steps.flatMap((step) => ownersIn(step, "oldState")));
}

/** Object ids of those who come to own something. */
export function newOwners(preview: Preview): string[] {
  const known = ownersBefore(preview);
  return [...new Set(preview.steps.flatMap((step) => ownersIn(step, "newState")))]
    .filter((id) => !known.has(id))
    .sort();
}

/** Object ids of those who become administrators of the group. */
export function newAdministrators(outputs: readonly OutputDifference[]): readonly string[] {
  return outputs.find(isOfAdministrators)?.added ?? [];
}

export function isOfAdministrators({ path }: Pick<OutputDifference, "path">): boolean {
  return path.join(".") === "integrations.access.administrators";
}

export function described(id: string, people: People): Somebody {
  const person = people.get(id.toLowerCase());
  return { id, ...(person && { person }) };
}

export function ownersOf(changes: readonly Change[], known: ReadonlySet<string>, people: People): Difference<Owner> {
  const { added, removed } = difference(
    changes.flatMap((change) => ownersIn(change, "oldState")),
    changes.flatMap((change) => ownersIn(change, "newState")),
  );
  const owners = (ids: readonly string[]) =>
    [...new Set(ids)].sort().map((id): Owner => ({ ...described(id, people), known: known.has(id) }));
  return { added: owners(added), removed: owners(removed) };
}

/** A guest, somebody who is switched off, or nobody at all: grave even where everything is new. */
export function isSuspect({ person }: Somebody): boolean {
  return person !== undefined && (person.guest || person.disabled || person.displayName === undefined);
}

/** Owners of the application and of its service principal alike. */
function ownersIn(step: Step, when: "oldState" | "newState"): string[] {
  const state = step[when];
  switch (typeOf(step.urn)) {
    case types.owner: {
      const id = textOf(state, "ownerObjectId");
      return id === undefined ? [] : [id];
    }
    case types.principal:
      return textsOf(state, "owners");
    default:
      return [];
  }
}
