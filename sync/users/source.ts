/**
 * Users of Entra as a source: everybody, or what changed since the last run.
 *
 * @packageDocumentation
 */
import { type Call, type GraphClient, isExpiredLink, type Purpose } from "../connectors/graph/index.ts";
import { CursorExpired } from "../engine/errors.ts";
import type { State } from "../engine/state.ts";
import type { Json, Place, ReadRequest, ReadResult, Source, SourceObject } from "../engine/types.ts";
import { type CardNumber, CardNumberCount } from "./card-number.ts";
import { type Cursor, parseCursor } from "./cursor.ts";
import { groupNames } from "./graph-groups.ts";
import { allUsers, changedUsers, latestLink, usersById, usersNamed } from "./graph-users.ts";
import { either, type GraphUser, type Mapping } from "./mapping.ts";
import { mergeById } from "./merge.ts";
import { missingExtension } from "./missing-extension.ts";
import { USERS_SYNC } from "./name.ts";
import { ownPartitions } from "./own-partitions.ts";
import { type Protected, resolveProtected } from "./protected.ts";
import { followScope, readScope, type ScopeFollowed, type ScopeRead, type ScopeRequest } from "./scope-reading.ts";
import { noRules, type ScopeRules } from "./scope-rules.ts";
import { kindsOf } from "./scope.ts";
import { permissionsFor, selectFor } from "./select.ts";
import { dropMembers } from "./stored-members.ts";
import { type ExpectedTenant, tenantPlace } from "./tenant.ts";

export interface UsersSourceOptions {
  readonly client: GraphClient;
  /** Where the users of the target are in the settings, for messages; by default `tenantwire:oneplan.users`. */
  readonly setting?: string;
  /** Name of the sync, which what is stored carries; by default `users`. */
  readonly sync?: string;
  readonly mapping: Mapping;
  /** Properties of the user that the mapping reads. */
  readonly properties: readonly string[];
  /** Names of the groups whose members are in scope; none: everybody. */
  readonly groups: readonly string[];
  /** Names or ids of administrative units that people in scope are in too; by default any or none. */
  readonly units?: readonly string[];
  /** A name of `groups` may stand for another group than in the last run: a person said so. */
  readonly acceptReplacedGroups: boolean;
  /** The tenant that Graph has to answer for; by default whichever it does. */
  readonly tenant?: ExpectedTenant;
  /** What members have to meet besides; by default nothing. */
  readonly rules?: ScopeRules;
  /** Names of accounts that are never disabled in the target; by default none. */
  readonly protected?: readonly string[];
  /** What a full read counts the values of. */
  readonly cardNumber?: CardNumber;
}

/** How many objects of a delta are handed on at once. */
const CHUNK = 100;

const readUnits: Purpose = {
  doing: "read administrative units and their members",
  needs: ["AdministrativeUnit.Read.All"],
};
const readGroups: Purpose = { doing: "read groups and their members", needs: ["GroupMember.Read.All"] };

type ScopeOfRead = Pick<ReadRequest, "state" | "dryRun" | "signal">;
/** Who is in scope as far as groups and units decide it. */
interface Members {
  has(id: string): boolean;
  /** Whether groups are no reason not to be. */
  isMember(id: string): boolean;
}
const everybody: Members = { has: () => true, isMember: () => true };

function membersOf(scope: ScopeRead | undefined): Members {
  return scope ? { has: (id) => scope.users.has(id), isMember: scope.isMember } : everybody;
}

export interface Prepared {
  /** The groups of the settings and everybody in them; absent where everybody is a member. */
  readonly scope?: ScopeRead;
  /** Ids of accounts that are never disabled. */
  readonly protected?: ReadonlySet<string>;
}

/** Users as a source, and what explaining one of them needs besides. */
export interface UsersSource extends Source {
  /**
   * The users that an object id, mail address or user principal name stands for: more than one where several have the
   * address.
   */
  lookUp(asked: string, signal: AbortSignal): Promise<readonly GraphUser[]>;
  /**
   * Reads who is in scope and who is protected as a full read does, and nothing else; `fetch` then tells of single
   * users what a run would. Stores nothing.
   *
   * @throws ScopeError as `read`
   */
  prepare(state: State, signal: AbortSignal): Promise<Prepared>;
  /** Names of groups, in the order of their ids; the id where there is no such group any more. */
  groupNames(ids: readonly string[], signal: AbortSignal): Promise<readonly string[]>;
}

export function createUsersSource(options: UsersSourceOptions): UsersSource {
  return new EntraUsers(options);
}

class EntraUsers implements UsersSource {
  readonly name = "Entra";
  readonly #options: UsersSourceOptions;
  readonly #select: readonly string[];
  readonly #rules: ScopeRules;
  readonly #readUsers: Purpose;
  /** Who is in scope, by the read of this run. */
  #members: Members | undefined;

  constructor(options: UsersSourceOptions) {
    this.#options = options;
    this.#rules = options.rules ?? noRules;
    const properties = [...options.properties, ...this.#rules.properties];
    this.#select = selectFor(properties);
    this.#readUsers = { doing: "read users", needs: permissionsFor(properties) };
  }

  place(signal: AbortSignal): Promise<Place> {
    return tenantPlace(this.#options.client, this.#options.tenant, signal);
  }

  async *read(asked: ReadRequest): AsyncGenerator<readonly SourceObject[], ReadResult, void> {
    const request = { ...asked, state: this.#ownState(asked.state) };
    const { cardNumber } = this.#options;
    const cards = cardNumber && request.mode === "full" ? new CardNumberCount(cardNumber) : undefined;
    try {
      const kept = await this.#readProtected(request);
      const cursor = yield* request.mode === "full" ? this.#readFull(request, cards) : this.#readDelta(request);
      return {
        complete: true,
        cursor: cursor as unknown as Json,
        notes: [...(kept ? kept.notes : []), ...(cards ? [cards.note()] : [])],
        ...(kept && { protected: kept.ids }),
      };
    } catch (error) {
      const missing = missingExtension(error, this.#select);
      if (missing !== undefined) throw missing;
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
      return user === undefined ? mapping.deleted(id) : this.#mapOne(user, members);
    });
  }

  lookUp(asked: string, signal: AbortSignal): Promise<readonly GraphUser[]> {
    return usersNamed(this.#options.client, asked, this.#select, { ...this.#readUsers, signal });
  }

  async prepare(state: State, signal: AbortSignal): Promise<Prepared> {
    const request = { state: this.#ownState(state), signal, dryRun: true };
    const kept = await this.#readProtected(request);
    const scope = await this.#readScope(request);
    this.#members = membersOf(scope);
    return { ...(scope && { scope }), ...(kept && { protected: kept.ids }) };
  }

  /** Several syncs of users, each with a scope of its own, remember things of the same name. */
  #ownState(state: State): State {
    return ownPartitions(state, this.#options.sync ?? USERS_SYNC);
  }

  async #readProtected({ state, dryRun, signal }: ScopeOfRead): Promise<Protected | undefined> {
    const { protected: names = [], client } = this.#options;
    if (names.length === 0) return undefined;
    const call = { doing: "look up the protected accounts", needs: ["User.Read.All"], signal };
    return resolveProtected({ client, call, names, state, dryRun });
  }

  groupNames(ids: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    return groupNames(this.#options.client, ids, { ...readGroups, signal });
  }

  async *#readFull(
    request: ReadRequest,
    cards: CardNumberCount | undefined,
  ): AsyncGenerator<readonly SourceObject[], Cursor, void> {
    const { client } = this.#options;
    const call = { ...this.#readUsers, signal: request.signal };
    // The link first: what changes while the pages are read comes again with the next delta.
    const link = await latestLink(client, this.#select, call);
    const scope = await this.#readScope(request);
    const members = (this.#members = membersOf(scope));
    let read = 0;
    for await (const page of allUsers(client, this.#select, call)) {
      read += page.length;
      request.onProgress({ read });
      const objects = await this.#map(page, members, request);
      for (const object of objects) cards?.add(object);
      yield objects;
    }
    return this.#cursor(link, scope);
  }

  async #readScope(request: ScopeOfRead): Promise<ScopeRead | undefined> {
    if (this.#isLimited) return readScope(this.#scopeRequest(request), this.#options.acceptReplacedGroups);
    if (!request.dryRun) await dropMembers(request.state);
    return undefined;
  }

  /** Whether groups or units say who is in scope. */
  get #isLimited(): boolean {
    const { groups, units = [] } = this.#options;
    return groups.length + units.length > 0;
  }

  async *#readDelta(request: ReadRequest): AsyncGenerator<readonly SourceObject[], Cursor, void> {
    const cursor = parseCursor(request.cursor);
    const { client } = this.#options;
    const sameSelect = cursor.select.join() === this.#select.join();
    if (!sameSelect || this.#isLimited !== (cursor.scope !== undefined)) {
      throw new CursorExpired("The settings are others than in the last run.");
    }
    const scope = cursor.scope && (await followScope(this.#scopeRequest(request), cursor.scope));
    const members = (this.#members = membersOf(scope));
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
      yield await this.#map(left.slice(start, start + CHUNK), membersOf(scope), request);
    }
  }

  /** Whole users. Somebody out of scope is worth a word only where a link says that he was in it. */
  async #map(users: readonly GraphUser[], members: Members, { isLinked }: ReadRequest): Promise<SourceObject[]> {
    const objects: SourceObject[] = [];
    for (const user of users) {
      if (this.#isInScope(user, members) || (await isLinked(user.id))) objects.push(this.#mapOne(user, members));
    }
    return objects;
  }

  #mapOne(user: GraphUser, members: Members): SourceObject {
    const { mapping } = this.#options;
    if (this.#isInScope(user, members)) return mapping.inScope(user);
    if (members.has(user.id)) return mapping.outOfScope(user, this.#rules.whyNot(user));
    const { units = [] } = this.#options;
    return mapping.outOfScope(
      user,
      members.isMember(user.id) ? `not in administrative unit ${either(units)}` : undefined,
    );
  }

  /** Rules are for members alone: of others not everything that the rules look at may be known. */
  #isInScope(user: GraphUser, members: Members): boolean {
    return members.has(user.id) && this.#rules.whyNot(user) === undefined;
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

  #scopeRequest({ state, dryRun, signal }: ScopeOfRead): ScopeRequest {
    const call: Call = { ...readGroups, signal };
    const { client, groups, units = [] } = this.#options;
    const kinds = kindsOf(this.#options.setting ?? "tenantwire:oneplan.users");
    return { client, groups, units, kinds, state, dryRun, call, unitCall: { ...readUnits, signal } };
  }
}
