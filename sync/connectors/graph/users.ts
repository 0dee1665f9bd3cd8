/**
 * The reads of users that the syncs make.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { ConnectionError } from "../../../contract/errors.ts";
import { MANAGER } from "../../../contract/user-properties.ts";
import { batchGet } from "./batch.ts";
import type { Call, GraphClient } from "./client.ts";
import { GraphError, isBadRequest } from "./errors.ts";
import { isGuid } from "./guid.ts";
import { pages } from "./pages.ts";

/** A user as Graph gives it; which properties are there depends on `$select`, and in a delta on what changed. */
export interface GraphUser {
  readonly id: string;
  readonly [property: string]: unknown;
}

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

/** What a service answers that does not count. */
const UNCOUNTED: ReadonlySet<number> = new Set([400, 404, 405, 501]);

/**
 * How many users Graph counts, which may be behind by some minutes; `undefined` where it does not say.
 *
 * Documented: it answers in plain text, and only with this header.
 */
export async function countUsers(client: GraphClient, call: Call): Promise<number | undefined> {
  try {
    const said = await client.get("/users/$count", { ...call, headers: { ConsistencyLevel: "eventual" } });
    const count = Number(said);
    return Number.isInteger(count) && count >= 0 ? count : undefined;
  } catch (error) {
    if (error instanceof GraphError && UNCOUNTED.has(error.status)) return undefined;
    throw error;
  }
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

/** What may be an object id: Graph takes a name in its place, and a path would be one of something else. */
const MAY_BE_ID = /^[\w-]+$/;

/**
 * Single users, by their object ids; `undefined` for those that Graph does not have. What cannot be an object id is not
 * asked for: an id that a target carries may be anything that somebody wrote there.
 */
export async function usersById(
  client: GraphClient,
  ids: readonly string[],
  select: readonly string[],
  call: Call,
): Promise<readonly (GraphUser | undefined)[]> {
  const asked = ids.filter((id) => MAY_BE_ID.test(id));
  const paths = asked.map((id) => `/users/${id}?${queryFor(select)}`);
  const answers = await batchGet(client, paths, call);
  const found = new Map(
    asked.map((id, index) => [id, answers[index] === undefined ? undefined : userIn(answers[index])]),
  );
  return ids.map((id) => found.get(id));
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
  const found: GraphUser[] = [];
  for await (const page of pages(client, `/users?${addressFilter(asked)}&${queryFor(select)}`, call)) {
    found.push(...usersIn(page.value));
  }
  return found;
}

/** Ids of the users who have each of the mail addresses or user principal names, in their order. */
export async function idsWithAddress(
  client: GraphClient,
  addresses: readonly string[],
  call: Call,
): Promise<readonly (readonly string[])[]> {
  const paths = addresses.map((address) => `/users?${addressFilter(address)}&$select=id`);
  const answers = (await batchGet(client, paths, call)) as { value?: readonly { id: string }[] }[];
  return answers.map((answer) => (answer.value ?? []).map(({ id }) => id));
}

const Mailbox = z.looseObject({ id: z.string(), displayName: z.string().nullish(), mail: z.string().nullish() });

/** An account as the owner of a mailbox. */
export interface Mailbox {
  readonly id: string;
  readonly displayName: string;
  /** As it was asked for. */
  readonly address: string;
}

/** @returns in the order of the addresses; `undefined` for what is no address, does not exist or has another mail address */
export async function mailboxesAt(
  client: GraphClient,
  addresses: readonly string[],
  call: Call,
): Promise<readonly (Mailbox | undefined)[]> {
  const paths = addresses.map((address) => `/users/${encodeURIComponent(address)}?$select=id,displayName,mail`);
  const found = await batchGet(client, paths, call, isBadRequest);
  return addresses.map((address, index) => {
    const user = Mailbox.safeParse(found[index]).data;
    if (user?.mail?.toLowerCase() !== address) return undefined;
    return { id: user.id, displayName: user.displayName ?? address, address };
  });
}

/**
 * The query options that read what is selected. The manager is a relation: elsewhere than in a delta, which tells of it
 * by id but knows no `$expand` (documented), it has to be expanded, at the cost of one resource unit more a request.
 */
export function queryFor(select: readonly string[]): string {
  const properties = `$select=${select.filter((name) => name !== MANAGER).join(",")}`;
  return select.includes(MANAGER) ? `${properties}&$expand=${MANAGER}($select=id)` : properties;
}

function addressFilter(address: string): string {
  const text = `'${address.replaceAll("'", "''")}'`;
  return `$filter=${encodeURIComponent(`mail eq ${text} or userPrincipalName eq ${text}`)}`;
}

/** Only the id is checked: a hundred thousand users go through here, and the mapping believes no value anyway. */
function usersIn(value: readonly unknown[]): readonly GraphUser[] {
  for (const user of value) userIn(user);
  return value as readonly GraphUser[];
}

function userIn(user: unknown): GraphUser {
  if (typeof (user as Partial<GraphUser> | null)?.id === "string") return user as GraphUser;
  throw new ConnectionError("Microsoft Graph gave a user without an id.");
}

function noLink(client: GraphClient): ConnectionError {
  return new ConnectionError(`${client.host} ended a list of changed users without a link to the next ones.`);
}
