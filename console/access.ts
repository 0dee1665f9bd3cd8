/** Who comes to the console, and what a page asks of them. @packageDocumentation */
import { entraKey, type Identity, oneplanKey } from "../contract/access/people.ts";
import type { Action, Role } from "../contract/access/rules.ts";

export type { Role } from "../contract/access/rules.ts";

/** Somebody whom a token of Entra was checked of, or who signed in by a form. */
export interface Person {
  /** Object id; of an account of forms the id in OnePlan. */
  readonly id: string;
  /** Id of the tenant that the token is of; absent: an account of forms. */
  readonly tenant?: string;
  /** As the token says, or OnePlan; shown, and decides nothing. */
  readonly name: string;
  readonly userName: string;
  /** A guest, whom somebody else than the tenant gave name and user name. */
  readonly external?: true;
}

/** What a route asks of whoever comes: nothing, to be signed in, or to be allowed to do something. */
export type Needs = "nobody" | "signed in" | Action;

export function identityOf({ id, tenant, name, userName, external }: Person): Identity {
  const named = { name: name || userName || id, ...(userName && { mail: userName }) };
  if (tenant === undefined) return { signedInBy: "forms", oneplanId: id, ...named };
  return { signedInBy: "office365", tenant, objectId: id, ...named, ...(external && { external }) };
}

/** What the group knows somebody by whom it does not know yet. */
export function keyOf({ id, tenant }: Person): string {
  return tenant === undefined ? oneplanKey(id) : entraKey(tenant, id);
}

/** Who does something, for the audit trail. */
export interface Doer {
  readonly person: Person | null;
  readonly session: { readonly signedIn?: { readonly key?: string } };
}

export function actorOf({ person, session }: Doer): { readonly name: string; readonly person: string } {
  if (!person) throw new TypeError("Nobody is signed in here.");
  return { name: person.userName || person.name || person.id, person: session.signedIn?.key ?? keyOf(person) };
}

export type RoleNow = (key: string) => Promise<Role | undefined>;
