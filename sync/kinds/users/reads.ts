/**
 * How users are read: which of their properties, and how a delta becomes whole users again.
 *
 * @packageDocumentation
 */
import { TenantwireError } from "../../../contract/errors.ts";
import { DIRECTORY_EXTENSION, PAGER, userProperty } from "../../../contract/user-properties.ts";
import {
  type Call,
  type GraphClient,
  GraphError,
  type GraphUser,
  type Purpose,
  usersById,
} from "../../connectors/graph/index.ts";
import type { Mapping } from "./mapping.ts";
import { pagerExtension } from "./pager.ts";
import type { UserScope } from "./scope-rules.ts";

/** Always read: who it is, for reports; whether the account is enabled. */
const always = ["id", "displayName", "mail", "userPrincipalName", "accountEnabled"];

/**
 * What is read of a user for the mapped properties; sorted, since a delta link remembers it. A delta selects all of
 * it; elsewhere see `queryFor` of the connector.
 */
export function selectFor(properties: Iterable<string>): readonly string[] {
  const selected = new Set(always);
  for (const property of properties) {
    const known = userProperty(property);
    if (known) selected.add(known.select);
  }
  return [...selected].sort();
}

/** Application permissions of Microsoft Graph that reading the mapped properties needs. */
export function permissionsFor(properties: Iterable<string>): readonly string[] {
  const permissions = new Set(["User.Read.All"]);
  for (const property of properties) {
    const permission = userProperty(property)?.permission;
    if (permission !== undefined) permissions.add(permission);
  }
  return [...permissions];
}

/** How users are read and mapped. */
export interface Reading {
  readonly mapping: Mapping;
  readonly select: readonly string[];
  readonly purpose: Purpose;
}

export interface ReadingRequest {
  readonly client: GraphClient;
  readonly mapping: Mapping;
  /** Properties of the user that are looked at. */
  readonly properties: readonly string[];
  /** Where the users of the target are in the settings, for messages. */
  readonly setting: string;
  readonly signal: AbortSignal;
}

/** @throws TenantwireError when it cannot be known which directory extension `pager` is */
export async function readingOf({ client, mapping, properties, setting, signal }: ReadingRequest): Promise<Reading> {
  const pager = properties.includes(PAGER) ? await pagerExtension(client, setting, signal) : undefined;
  const read = properties.map((property) => (property === PAGER && pager !== undefined ? pager : property));
  return {
    mapping: pager === undefined ? mapping : mapping.withPager(pager),
    select: selectFor(read),
    purpose: { doing: "read users", needs: permissionsFor(read) },
  };
}

/** Documented: one object may come several times in a round, each time with what changed: merged, never overwritten. */
export function mergeById(changes: readonly GraphUser[]): Map<string, GraphUser> {
  const merged = new Map<string, GraphUser>();
  for (const change of changes) {
    const earlier = merged.get(change.id);
    const fresh = earlier === undefined || change["@removed"] !== undefined || earlier["@removed"] !== undefined;
    merged.set(change.id, fresh ? change : { ...earlier, ...change });
  }
  return merged;
}

export interface Completing {
  readonly client: GraphClient;
  readonly select: readonly string[];
  readonly call: Call;
  readonly people: UserScope;
  readonly isLinked: (id: string) => Promise<boolean>;
}

/**
 * The users of a delta as they are now. A change carries at least what changed (documented), so that members of whom
 * something is missing are read; of others not everything needs to be there.
 *
 * @returns `gone`: ids of those that were deleted
 */
export async function completed(
  changes: readonly GraphUser[],
  { client, select, call, people, isLinked }: Completing,
): Promise<{ readonly whole: readonly GraphUser[]; readonly gone: readonly string[] }> {
  const gone: string[] = [];
  const partial: GraphUser[] = [];
  const whole: GraphUser[] = [];
  for (const user of changes) {
    // Documented: reason "changed" is a deletion that can be taken back, "deleted" one that cannot.
    if (user["@removed"] !== undefined) gone.push(user.id);
    else if (people.isMember(user.id) && select.some((property) => !(property in user))) partial.push(user);
    else whole.push(user);
  }
  const found = await usersById(
    client,
    partial.map(({ id }) => id),
    select,
    call,
  );
  for (const [index, user] of partial.entries()) {
    const now = found[index];
    if (now !== undefined) whole.push(now);
    else if (await isLinked(user.id)) gone.push(user.id);
    // Documented: a new object can be missing for a while where it is read by id; its first change holds all it has.
    else whole.push(user);
  }
  return { whole, gone };
}

/** Graph refuses to select a directory extension that nobody registered. Any other error is none of ours. */
export function missingExtension(error: unknown, select: readonly string[]): TenantwireError | undefined {
  if (!(error instanceof GraphError) || error.status !== 400) return undefined;
  const name = select.find((each) => DIRECTORY_EXTENSION.test(each) && error.message.includes(each));
  if (name === undefined) return undefined;
  return new TenantwireError(
    `Entra has no directory extension "${name}", which users.cardNumber.source or tenantwire:sync.users.filter names. ` +
      `Its name is extension_, the id of the application that owns it without hyphens, and _pager: correct it there.`,
    { cause: error },
  );
}
