/**
 * The reads of users that the sync makes.
 *
 * @packageDocumentation
 */
import { batchGet, type Call, type GraphClient, pages } from "../../connectors/graph/index.ts";
import { ConnectionError } from "../../../contract/errors.ts";
import type { GraphUser } from "./mapping.ts";
import { queryFor } from "./select.ts";

/** The largest page that Graph gives. */
const PAGE_SIZE = 999;

/** A delta link for "from now", without data. */
export async function latestLink(client: GraphClient, select: readonly string[], call: Call): Promise<string> {
  // Documented: $select counts in the first call only, and the link keeps it.
  const path = `/users/delta?$deltatoken=latest&$select=${select.join(",")}`;
  let link: string | undefined;
  for await (const page of pages(client, path, call)) link = page.deltaLink;
  if (link === undefined) throw noLink(client);
  return link;
}

/** Everybody, page by page. */
export async function* allUsers(
  client: GraphClient,
  select: readonly string[],
  call: Call,
): AsyncGenerator<readonly GraphUser[], void, void> {
  const path = `/users?${queryFor(select)}&$top=${PAGE_SIZE}`;
  for await (const { value } of pages(client, path, call)) yield usersIn(value);
}

/** Users that changed since the link was given, page by page; returns the next link. */
export async function* changedUsers(
  client: GraphClient,
  link: string,
  call: Call,
): AsyncGenerator<readonly GraphUser[], string, void> {
  let next: string | undefined;
  for await (const { value, deltaLink } of pages(client, link, call)) {
    next = deltaLink;
    yield usersIn(value);
  }
  if (next === undefined) throw noLink(client);
  return next;
}

/** Single users; `undefined` for those that Graph does not have. */
export async function usersById(
  client: GraphClient,
  ids: readonly string[],
  select: readonly string[],
  call: Call,
): Promise<readonly (GraphUser | undefined)[]> {
  const paths = ids.map((id) => `/users/${id}?${queryFor(select)}`);
  return (await batchGet(client, paths, call)) as (GraphUser | undefined)[];
}

/**
 * The users that a person's words stand for: an object id, a user principal name, or a mail address, which several may
 * have.
 */
export async function usersNamed(
  client: GraphClient,
  asked: string,
  select: readonly string[],
  call: Call,
): Promise<readonly GraphUser[]> {
  if (isGuid(asked)) {
    const [user] = await usersById(client, [asked], select, call);
    return user === undefined ? [] : [user];
  }
  const value = asked.replaceAll("'", "''");
  const filter = encodeURIComponent(`mail eq '${value}' or userPrincipalName eq '${value}'`);
  const found: GraphUser[] = [];
  for await (const page of pages(client, `/users?$filter=${filter}&${queryFor(select)}`, call)) {
    found.push(...usersIn(page.value));
  }
  return found;
}

function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** Only the id is checked: a hundred thousand users go through here, and the mapping believes no value anyway. */
function usersIn(value: readonly unknown[]): readonly GraphUser[] {
  for (const user of value as readonly Partial<GraphUser>[]) {
    if (typeof user?.id !== "string") throw new ConnectionError("Microsoft Graph gave a user without an id.");
  }
  return value as readonly GraphUser[];
}

function noLink(client: GraphClient): ConnectionError {
  return new ConnectionError(`${client.host} ended a list of changed users without a link to the next ones.`);
}
