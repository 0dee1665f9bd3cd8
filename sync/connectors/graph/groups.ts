/**
 * The reads of groups, administrative units and their members that the syncs make.
 *
 * @packageDocumentation
 */
import { ConnectionError } from "../../../contract/errors.ts";
import { chunks } from "../../model/chunks.ts";
import { batchGet, batchRead } from "./batch.ts";
import type { Call, GraphClient } from "./client.ts";
import { isGuid } from "./guid.ts";
import { pages } from "./pages.ts";

/** What has members that decide who is in scope. */
export type Collection = "group" | "administrative unit";

const paths: Readonly<Record<Collection, string>> = {
  group: "/groups",
  "administrative unit": "/directory/administrativeUnits",
};

/** What is a member of something, by the set of the directory that it is found in. */
export type MemberSet = "users" | "groups";

/** A group or unit. */
export interface Group {
  readonly id: string;
  readonly displayName: string;
  /** `HiddenMembership`: whoever lacks a further permission sees nobody in it (documented: Member.Read.Hidden). */
  readonly visibility?: string | null;
}

/** A group in an answer of `groups/delta` with `$select=members`. */
export interface GroupChange {
  readonly id: string;
  readonly "@removed"?: unknown;
  readonly "members@delta"?: readonly MemberChange[];
}

export interface MemberChange {
  readonly id: string;
  readonly "@odata.type"?: string;
  readonly "@removed"?: unknown;
}

export function pathOf(collection: Collection, id: string): string {
  return `${paths[collection]}/${id}`;
}

/** Documented: `groups/delta` filters by at most 50 ids. */
export const GROUPS_PER_DELTA = 50;
/** Pages of the tenant's groups that are looked through for the nearest names. */
const PAGES_FOR_NAMES = 5;

/**
 * What the directory has for each name, in their order, all in one request; a name that is an id stands for what has
 * that id. Graph may compare names more loosely than by every character.
 */
export async function groupsNamed(
  client: GraphClient,
  collection: Collection,
  names: readonly string[],
  call: Call,
): Promise<readonly (readonly Group[])[]> {
  const path = paths[collection];
  const filter = (name: string) => encodeURIComponent(`displayName eq '${name.replaceAll("'", "''")}'`);
  const select = "$select=id,displayName,visibility";
  const asked = names.map((name) =>
    isGuid(name) ? `${path}/${name.toLowerCase()}?${select}` : `${path}?$filter=${filter(name)}&${select}`,
  );
  const answers = await batchGet(client, asked, call);
  return names.map((name, index) => {
    if (!isGuid(name)) return groupsIn(answers[index]);
    return answers[index] === undefined ? [] : [answers[index] as Group];
  });
}

/** Single ones; `undefined` for what the directory does not have. */
export async function groupsById(
  client: GraphClient,
  collection: Collection,
  ids: readonly string[],
  call: Call,
): Promise<readonly (Group | undefined)[]> {
  const asked = ids.map((id) => `${pathOf(collection, id)}?$select=id,displayName,visibility`);
  return (await batchGet(client, asked, call)) as (Group | undefined)[];
}

/** Some thousands of them, for the nearest names. */
export async function someGroups(client: GraphClient, collection: Collection, call: Call): Promise<readonly Group[]> {
  const some: Group[] = [];
  let seen = 0;
  for await (const page of pages(client, `${paths[collection]}?$select=id,displayName&$top=999`, call)) {
    some.push(...groupsIn(page));
    if (++seen === PAGES_FOR_NAMES) break;
  }
  return some;
}

/** Names of groups, in the order of their ids; the id where there is no such group any more. */
export async function groupNames(client: GraphClient, ids: readonly string[], call: Call): Promise<readonly string[]> {
  const found = await groupsById(client, "group", ids, call);
  return ids.map((id, index) => found[index]?.displayName ?? id);
}

/**
 * Members of groups: all of them, where the groups are given, or what changed since a link was; returns the link to
 * what changes from then on.
 *
 * @param from at most {@link GROUPS_PER_DELTA} ids, or a link
 */
export async function* memberChanges(
  client: GraphClient,
  from: readonly string[] | string,
  call: Call,
): AsyncGenerator<readonly GroupChange[], string, void> {
  const filter = (ids: readonly string[]) => encodeURIComponent(ids.map((id) => `id eq '${id}'`).join(" or "));
  const path = typeof from === "string" ? from : `/groups/delta?$filter=${filter(from)}&$select=members`;
  let link: string | undefined;
  for await (const { value, deltaLink } of pages(client, path, call)) {
    link = deltaLink;
    yield value as readonly GroupChange[];
  }
  if (link !== undefined) return link;
  throw new ConnectionError(`${client.host} ended a list of members without a link to the next.`);
}

/** Who is in an administrative unit, page by page. */
export async function* unitMembers(
  client: GraphClient,
  id: string,
  call: Call,
): AsyncGenerator<readonly MemberChange[], void, void> {
  const path = `${pathOf("administrative unit", id)}/members?$select=id&$top=999`;
  for await (const { value } of pages(client, path, call)) yield value as readonly MemberChange[];
}

/** Documented: so many ids in one question. */
const MOST_CHECKED = 20;

/**
 * In which of the groups and administrative units that are asked about people or groups are, directly or through other
 * groups. What is not there any more is in none.
 *
 * @param asked ids by the id of the member, and so is the answer
 */
export async function membershipsIn(
  client: GraphClient,
  members: MemberSet,
  asked: ReadonlyMap<string, readonly string[]>,
  call: Call,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const questions = [...asked].flatMap(([member, ids]) =>
    chunks(ids, MOST_CHECKED).map((some) => ({ member, ids: some })),
  );
  const reads = questions.map(({ member, ids }) => ({
    url: `/${members}/${member}/checkMemberObjects`,
    body: { ids },
  }));
  const answers = await batchRead(client, reads, call);
  const found = new Map<string, readonly string[]>();
  for (const [index, { member }] of questions.entries()) {
    const { value = [] } = (answers[index] ?? {}) as { readonly value?: readonly string[] };
    if (value.length > 0) found.set(member, [...(found.get(member) ?? []), ...value]);
  }
  return found;
}

function groupsIn(page: unknown): readonly Group[] {
  return (page as { value?: readonly Group[] } | undefined)?.value ?? [];
}
