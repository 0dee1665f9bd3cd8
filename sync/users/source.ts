/**
 * Users of Entra as a source: everybody, or what changed since the last run.
 *
 * @packageDocumentation
 */
import { type Call, type GraphClient, isExpiredLink, type Purpose } from "../connectors/graph/index.ts";
import { CursorExpired } from "../engine/errors.ts";
import type { Json, ReadRequest, ReadResult, Source, SourceObject } from "../engine/types.ts";
import { type Cursor, parseCursor } from "./cursor.ts";
import { allUsers, changedUsers, latestLink, usersById } from "./graph-users.ts";
import type { GraphUser, Mapping } from "./mapping.ts";
import { followScope, readScope, type ScopeFollowed, type ScopeRead, type ScopeRequest } from "./scope-reading.ts";
import { permissionsFor, selectFor } from "./select.ts";
import { dropMembers } from "./stored-members.ts";

export interface UsersSourceOptions {
  readonly client: GraphClient;
  readonly mapping: Mapping;
  /** Properties of the user that the mapping reads. */
  readonly properties: readonly string[];
  /** Names of the groups whose members are in scope; none: everybody. */
  readonly groups: readonly string[];
  /** A name of `groups` may stand for another group than in the last run: a person said so. */
  readonly acceptReplacedGroups: boolean;
}

/** How many objects of a delta are handed on at once. */
const CHUNK = 100;

type Members = Pick<ReadonlySet<string>, "has">;
const everybody: Members = { has: () => true };

export function createUsersSource(options: UsersSourceOptions): Source {
  return new UsersSource(options);
}

class UsersSource implements Source {
  readonly name = "Entra";
  readonly #options: UsersSourceOptions;
  readonly #select: readonly string[];
  readonly #readUsers: Purpose;
  /** Who is in scope, by the read of this run. */
  #members: Members | undefined;

  constructor(options: UsersSourceOptions) {
    this.#options = options;
    this.#select = selectFor(options.properties);
    this.#readUsers = { doing: "read users", needs: permissionsFor(options.properties) };
  }

  async *read(request: ReadRequest): AsyncGenerator<readonly SourceObject[], ReadResult, void> {
    try {
      const cursor = yield* request.mode === "full" ? this.#readFull(request) : this.#readDelta(request);
      return { complete: true, cursor: cursor as unknown as Json, notes: [] };
    } catch (error) {
      if (request.mode === "full" || !isExpiredLink(error)) throw error;
      throw new CursorExpired("Microsoft Graph no longer accepts the position of the last run.", { cause: error });
    }
  }

  async fetch(ids: readonly string[], signal: AbortSignal): Promise<readonly SourceObject[]> {
    const members = this.#members;
    if (members === undefined) throw new TypeError("Single users are read after the read of the run.");
    const found = await usersById(this.#options.client, ids, this.#select, { ...this.#readUsers, signal });
    const { mapping } = this.#options;
    return ids.map((id, index) => {
      const user = found[index];
      if (user === undefined) return mapping.deleted(id);
      return members.has(id) ? mapping.inScope(user) : mapping.outOfScope(user);
    });
  }

  async *#readFull(request: ReadRequest): AsyncGenerator<readonly SourceObject[], Cursor, void> {
    const { client } = this.#options;
    const call = { ...this.#readUsers, signal: request.signal };
    // The link first: what changes while the pages are read comes again with the next delta.
    const link = await latestLink(client, this.#select, call);
    const scope = await this.#readScope(request);
    const members = (this.#members = scope?.users ?? everybody);
    let read = 0;
    for await (const page of allUsers(client, this.#select, call)) {
      read += page.length;
      request.onProgress({ read });
      yield await this.#map(page, members, request);
    }
    return this.#cursor(link, scope);
  }

  async #readScope(request: ReadRequest): Promise<ScopeRead | undefined> {
    const { groups, acceptReplacedGroups } = this.#options;
    if (groups.length > 0) return readScope(this.#scopeRequest(request), acceptReplacedGroups);
    if (!request.dryRun) await dropMembers(request.state);
    return undefined;
  }

  async *#readDelta(request: ReadRequest): AsyncGenerator<readonly SourceObject[], Cursor, void> {
    const cursor = parseCursor(request.cursor);
    const { client, groups } = this.#options;
    const sameSelect = cursor.select.join() === this.#select.join();
    if (!sameSelect || groups.length > 0 !== (cursor.scope !== undefined)) {
      throw new CursorExpired("The settings are others than in the last run.");
    }
    const scope = cursor.scope && (await followScope(this.#scopeRequest(request), cursor.scope));
    const members = (this.#members = scope?.users ?? everybody);
    const call = { ...this.#readUsers, signal: request.signal };

    const told = new Set<string>();
    const changes = changedUsers(client, cursor.users, call);
    let page = await changes.next();
    for (; !page.done; page = await changes.next()) {
      const merged = mergeById(page.value);
      for (const id of merged.keys()) told.add(id);
      request.onProgress({ read: told.size });
      yield await this.#mapChanged([...merged.values()], members, request);
    }
    if (scope) yield* this.#moved(scope, told, request);
    return this.#cursor(page.value, scope);
  }

  /** Those whose membership changed, and who did not change themselves. */
  async *#moved(
    scope: ScopeFollowed,
    told: ReadonlySet<string>,
    request: ReadRequest,
  ): AsyncGenerator<readonly SourceObject[], void, void> {
    const entered = scope.entered.filter((id) => !told.has(id));
    for (let start = 0; start < entered.length; start += CHUNK) {
      yield await this.fetch(entered.slice(start, start + CHUNK), request.signal);
    }
    const left = scope.left.filter((id) => !told.has(id)).map((id) => ({ id }));
    for (let start = 0; start < left.length; start += CHUNK) {
      yield await this.#map(left.slice(start, start + CHUNK), scope.users, request);
    }
  }

  /** Whole users. Somebody out of scope is worth a word only where a link says that he was in it. */
  async #map(users: readonly GraphUser[], members: Members, { isLinked }: ReadRequest): Promise<SourceObject[]> {
    const { mapping } = this.#options;
    const objects: SourceObject[] = [];
    for (const user of users) {
      if (members.has(user.id)) objects.push(mapping.inScope(user));
      else if (await isLinked(user.id)) objects.push(mapping.outOfScope(user));
    }
    return objects;
  }

  /** Users of a delta: removed ones, and others of which not everything needs to be there. */
  async #mapChanged(changes: readonly GraphUser[], members: Members, request: ReadRequest): Promise<SourceObject[]> {
    const { mapping, client } = this.#options;
    const objects: SourceObject[] = [];
    const partial: GraphUser[] = [];
    const whole: GraphUser[] = [];
    for (const user of changes) {
      if (user["@removed"] !== undefined) {
        // Documented: reason "changed" is a deletion that can be taken back, "deleted" one that cannot.
        if (await request.isLinked(user.id)) objects.push(mapping.deleted(user.id));
      } else if (members.has(user.id) && this.#select.some((property) => !(property in user))) partial.push(user);
      else whole.push(user);
    }
    const ids = partial.map(({ id }) => id);
    const completed = await usersById(client, ids, this.#select, { ...this.#readUsers, signal: request.signal });
    for (const [index, user] of partial.entries()) {
      const found = completed[index];
      if (found !== undefined) whole.push(found);
      else if (await request.isLinked(user.id)) objects.push(mapping.deleted(user.id));
      // Documented: a new object can be missing for a while where it is read by id; its first change holds all it has.
      else whole.push(user);
    }
    return [...objects, ...(await this.#map(whole, members, request))];
  }

  #cursor(users: string, scope: ScopeRead | undefined): Cursor {
    return { users, select: [...this.#select], ...(scope && { scope: scope.cursor }) };
  }

  #scopeRequest({ state, dryRun, signal }: ReadRequest): ScopeRequest {
    const call: Call = { doing: "read groups and their members", needs: ["GroupMember.Read.All"], signal };
    return { client: this.#options.client, groups: this.#options.groups, state, dryRun, call };
  }
}

/** Documented: one object may come several times in a round, each time with what changed: merged, never overwritten. */
function mergeById(changes: readonly GraphUser[]): Map<string, GraphUser> {
  const merged = new Map<string, GraphUser>();
  for (const change of changes) {
    const earlier = merged.get(change.id);
    const fresh = earlier === undefined || change["@removed"] !== undefined || earlier["@removed"] !== undefined;
    merged.set(change.id, fresh ? change : { ...earlier, ...change });
  }
  return merged;
}
