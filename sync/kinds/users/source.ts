/**
 * Users of Entra as a source: everybody, or what changed since the last run.
 *
 * @packageDocumentation
 */
import { CursorExpired, FullReadCheaper, TenantwireError } from "../../../contract/errors.ts";
import { counted, listed } from "../../../contract/words.ts";
import {
  allUsers,
  changedUsers,
  countUsers,
  type GraphUser,
  groupNames,
  isExpiredLink,
  latestLink,
  usersById,
  usersNamed,
} from "../../connectors/graph/index.ts";
import type { Json } from "../../model/json-value.ts";
import type { Place, OnlyRead, OnlyRequest, ReadRequest, ReadResult, Item } from "../../model/types.ts";
import type { State } from "../../state/session.ts";
import { CardNumberCount } from "./card-number.ts";
import { type Cursor, parseCursor } from "./cursor.ts";
import { everybody } from "./members.ts";
import { type NamedPeople, readNamed } from "./named-people.ts";
import { ownPartitions } from "./own-partitions.ts";
import { readProtectedMembers } from "./protected-members.ts";
import { completed, mergeById, missingExtension, type Reading, readingOf } from "./reads.ts";
import { excluding, UserScope } from "./scope-rules.ts";
import { followScope, forGroups, readScope, type ScopeFollowed, type ScopeNames, type ScopeRead } from "./scope.ts";
import type { Prepared, UsersSource, UsersSourceOptions } from "./source-types.ts";
import { kindsOf } from "./scope-names.ts";
import { dropMembers } from "./stored-members.ts";
import { tenantPlace } from "./tenant.ts";

/** How many objects of a delta are handed on at once. */
const CHUNK = 100;

/** Which of them is meant only a person knows. */
export function severalUsers(users: readonly { readonly id: string }[], asked: string): TenantwireError {
  const ids = listed(users.map(({ id }) => id));
  return new TenantwireError(
    `${counted(users.length, "user")} answer to ${asked}: give the object id of one (${ids}).`,
  );
}

type OfRun = Pick<ReadRequest, "state" | "dryRun" | "signal">;

export type { UsersSource, UsersSourceOptions } from "./source-types.ts";

export function createUsersSource(options: UsersSourceOptions): UsersSource {
  return new EntraUsers(options);
}

class EntraUsers implements UsersSource {
  readonly name = "Entra";
  readonly #options: UsersSourceOptions;
  readonly #names: ScopeNames;
  #reading: Promise<Reading> | undefined;
  /** By the read of this run. */
  #people: UserScope | undefined;
  #know: ScopeRead["know"] = async () => undefined;

  constructor(options: UsersSourceOptions) {
    const { groups, units, excludedGroups, protectedGroups } = options;
    this.#options = options;
    this.#names = { groups, units, excludedGroups, protectedGroups };
  }

  place(signal: AbortSignal): Promise<Place> {
    return tenantPlace(this.#options.client, this.#options.tenant, signal);
  }

  async *read(asked: ReadRequest): AsyncGenerator<readonly Item[], ReadResult, void> {
    const request = { ...asked, state: this.#ownState(asked.state) };
    const { cardNumber } = this.#options;
    const cards = cardNumber && request.mode === "full" ? new CardNumberCount(cardNumber) : undefined;
    const reading = await this.#readingOf(request.signal);
    try {
      const read =
        request.mode === "full" ? this.#readFull(request, reading, cards) : this.#readDelta(request, reading);
      const { cursor, kept, excluded, missing } = yield* read;
      return {
        complete: missing === undefined,
        cursor: cursor as unknown as Json,
        notes: [
          ...(kept ? kept.notes : []),
          ...(excluded ? excluded.notes : []),
          ...(cards ? [cards.note()] : []),
          ...(missing === undefined ? [] : [missing]),
        ],
        ...(kept && { protected: kept.ids }),
      };
    } catch (error) {
      const missing = missingExtension(error, reading.select);
      if (missing !== undefined) throw missing;
      if (request.mode === "full" || !isExpiredLink(error)) throw error;
      throw new CursorExpired("Microsoft Graph no longer accepts the position of the last run.", { cause: error });
    }
  }

  async fetch(ids: readonly string[], signal: AbortSignal): Promise<readonly Item[]> {
    const people = this.#people;
    if (people === undefined) throw new TypeError("Single users are read after the read of the run.");
    const { select, purpose } = await this.#readingOf(signal);
    await this.#know(ids);
    const found = await usersById(this.#options.client, ids, select, { ...purpose, signal });
    return ids.map((id, index) => (found[index] === undefined ? people.deleted(id) : people.object(found[index])));
  }

  async readOnly(words: readonly string[], { isLinked, state, signal }: OnlyRequest): Promise<OnlyRead> {
    const ids: string[] = [];
    const unknown: string[] = [];
    for (const word of words) {
      const found = await this.lookUp(word, signal);
      if (found.length > 1) throw severalUsers(found, word);
      // Whoever left is known by the id alone.
      const id = found[0]?.id ?? ((await isLinked(word)) ? word : undefined);
      if (id === undefined) unknown.push(word);
      else ids.push(id);
    }
    const { protected: kept } = await this.prepare(state, signal);
    const items = await this.fetch(ids, signal);
    return { items, unknown, ...(kept && { protected: kept }) };
  }

  async lookUp(asked: string, signal: AbortSignal): Promise<readonly GraphUser[]> {
    const { select, purpose } = await this.#readingOf(signal);
    return usersNamed(this.#options.client, asked, select, { ...purpose, signal });
  }

  async prepare(state: State, signal: AbortSignal): Promise<Prepared> {
    const request = { state: this.#ownState(state), signal, dryRun: true };
    const scope = await this.#readScope(request);
    const kept = await this.#readProtected(request, scope);
    await this.#peopleBy(scope, await this.#readExcluded(request), signal);
    return { ...(scope && { scope }), ...(kept && { protected: kept.ids }) };
  }

  groupNames(ids: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    return groupNames(this.#options.client, ids, { ...forGroups, signal });
  }

  /** Several syncs of users, each with a scope of its own, remember things of the same name. */
  #ownState(state: State): State {
    return ownPartitions(state, this.#options.sync);
  }

  /** What the directory extension of `pager` is called is asked once. */
  #readingOf(signal: AbortSignal): Promise<Reading> {
    const { client, mapping, properties, rules, setting } = this.#options;
    const read = [...properties, ...rules.properties];
    return (this.#reading ??= readingOf({ client, mapping, properties: read, setting, signal }));
  }

  async #peopleBy(
    scope: ScopeRead | undefined,
    excluded: NamedPeople | undefined,
    signal: AbortSignal,
  ): Promise<UserScope> {
    const { rules, excludedSetting } = this.#options;
    const { mapping } = await this.#readingOf(signal);
    if (scope) this.#know = (ids) => scope.know(ids);
    const own = excluded ? excluding(rules, excluded.ids, excludedSetting) : rules;
    return (this.#people = new UserScope(mapping, own, scope?.membership ?? everybody));
  }

  #readExcluded(request: OfRun): Promise<NamedPeople | undefined> {
    const { client, excluded: names, excludedSetting: setting } = this.#options;
    return readNamed({ ...request, client, as: "excluded", names, setting });
  }

  async #readProtected(request: OfRun, scope: ScopeRead | undefined): Promise<NamedPeople | undefined> {
    const { client, protected: names, protectedSetting: setting } = this.#options;
    const named = await readNamed({ ...request, client, as: "protected", names, setting });
    const ids = scope?.cursor.protected.map(({ id }) => id) ?? [];
    const groups = scope && ids.length > 0 ? { ids, members: scope.membership.protected, know: scope.know } : undefined;
    const members = await readProtectedMembers({ ...request, client }, groups);
    if (!members) return named;
    return { ids: new Set([...(named?.ids ?? []), ...members]), notes: named?.notes ?? [] };
  }

  async *#readFull(
    request: ReadRequest,
    { select, purpose }: Reading,
    cards: CardNumberCount | undefined,
  ): AsyncGenerator<readonly Item[], ReadUsers, void> {
    const { client } = this.#options;
    const call = { ...purpose, signal: request.signal };
    // The link first: what changes while the pages are read comes again with the next delta.
    const [link, count] = await Promise.all([latestLink(client, select, call), countUsers(client, call)]);
    const scope = await this.#readScope(request);
    const kept = await this.#readProtected(request, scope);
    const excluded = await this.#readExcluded(request);
    const people = await this.#peopleBy(scope, excluded, request.signal);
    let read = 0;
    for await (const page of allUsers(client, select, call)) {
      read += page.length;
      request.onProgress({ read });
      const objects = await this.#objects(page, people, request);
      for (const object of objects) cards?.add(object);
      yield objects;
    }
    return {
      cursor: cursorOf(link, select, scope, read),
      kept,
      excluded,
      missing: missingOf(read, count) ?? scope?.missing,
    };
  }

  async #readScope(request: OfRun): Promise<ScopeRead | undefined> {
    if (this.#hasNames) return readScope(this.#scopeRequest(request), this.#options.acceptReplacedGroups);
    if (!request.dryRun) await dropMembers(request.state);
    return undefined;
  }

  get #hasNames(): boolean {
    return Object.values(this.#names).some((names: readonly string[]) => names.length > 0);
  }

  #scopeRequest({ state, dryRun, signal }: OfRun) {
    const { client } = this.#options;
    return { client, names: this.#names, kinds: kindsOf(this.#options.setting), state, dryRun, signal };
  }

  async *#readDelta(
    request: ReadRequest,
    { select, purpose }: Reading,
  ): AsyncGenerator<readonly Item[], ReadUsers, void> {
    const cursor = parseCursor(request.cursor);
    const { client } = this.#options;
    if (cursor.select.join() !== select.join() || this.#hasNames !== (cursor.scope !== undefined)) {
      throw new CursorExpired("The settings are others than in the last run.");
    }
    const scope = cursor.scope && (await followScope(this.#scopeRequest(request), cursor.scope));
    const kept = await this.#readProtected(request, scope);
    const excluded = await this.#readExcluded(request);
    const people = await this.#peopleBy(scope, excluded, request.signal);
    const call = { ...purpose, signal: request.signal };
    const seen = new Set<string>();
    const changes = changedUsers(client, cursor.users, call);
    const most = cursor.people === undefined ? Infinity : mostChanges(cursor.people);
    let page = await changes.next();
    for (; !page.done; page = await changes.next()) {
      const merged = mergeById(page.value);
      for (const id of merged.keys()) seen.add(id);
      if (seen.size > most) {
        throw new FullReadCheaper(`more than ${most} people changed, and reading everybody costs less`);
      }
      request.onProgress({ read: seen.size });
      await this.#know([...merged.keys()]);
      const { whole, gone } = await completed([...merged.values()], { ...request, client, select, call, people });
      const deleted = await linkedOf(gone, request);
      yield [...deleted.map((id) => people.deleted(id)), ...(await this.#objects(whole, people, request))];
    }
    if (scope) yield* this.#moved(scope, seen, people, request);
    return { cursor: cursorOf(page.value, select, scope, cursor.people), kept, excluded, missing: scope?.missing };
  }

  /** Those whose membership changed, and who did not change themselves. */
  async *#moved(
    scope: ScopeFollowed,
    seen: ReadonlySet<string>,
    people: UserScope,
    request: ReadRequest,
  ): AsyncGenerator<readonly Item[], void, void> {
    const isNew = (id: string) => !seen.has(id);
    const unprotected = await linkedOf(scope.unprotected.filter(isNew), request);
    const again = [...new Set([...scope.entered.filter(isNew), ...unprotected])];
    for (let start = 0; start < again.length; start += CHUNK) {
      yield await this.fetch(again.slice(start, start + CHUNK), request.signal);
    }
    const left = scope.left.filter((id) => isNew(id) && !again.includes(id)).map((id) => ({ id }));
    for (let start = 0; start < left.length; start += CHUNK) {
      yield await this.#objects(left.slice(start, start + CHUNK), people, request);
    }
  }

  /** Whole users. Somebody out of scope is worth a word only where a link says that he was in it. */
  async #objects(users: readonly GraphUser[], people: UserScope, { isLinked }: ReadRequest): Promise<Item[]> {
    const objects: Item[] = [];
    for (const user of users)
      if (people.isInScope(user) || (await isLinked(user.id))) objects.push(people.object(user));
    return objects;
  }
}

/** How a read ended. */
interface ReadUsers {
  readonly cursor: Cursor;
  readonly kept: NamedPeople | undefined;
  readonly excluded: NamedPeople | undefined;
  /** What says that not everybody was given, in words. */
  readonly missing: string | undefined;
}

/** People come and go while a list is read, and Graph's count is behind by some minutes. */
const MISCOUNTED = 0.01;

function missingOf(read: number, count: number | undefined): string | undefined {
  if (count === undefined || count - read <= count * MISCOUNTED) return undefined;
  return `Microsoft Graph counts ${counted(count, "user")} and listed ${read.toLocaleString("en-US")}: the list is not taken for whole.`;
}

function cursorOf(
  users: string,
  select: readonly string[],
  scope: ScopeRead | undefined,
  people: number | undefined,
): Cursor {
  return { users, select: [...select], ...(people !== undefined && { people }), ...(scope && { scope: scope.cursor }) };
}

/** A full read is a request for 999 people, what changed is asked for by 20 in one. */
function mostChanges(people: number): number {
  return Math.max(LEAST_CHANGES, Math.ceil((people / 999) * 20));
}

/** So many are never worth a full read. */
const LEAST_CHANGES = 1_000;

async function linkedOf(ids: readonly string[], { isLinked }: ReadRequest): Promise<string[]> {
  const linked: string[] = [];
  for (const id of ids) if (await isLinked(id)) linked.push(id);
  return linked;
}
