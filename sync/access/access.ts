/**
 * Who comes in, as what, and who decides it: the rules applied to what is remembered. Every change is one commit with its
 * entry in the audit trail.
 *
 * @packageDocumentation
 */
import {
  accessGroup,
  entraKey,
  type Identity,
  isAnother,
  oneplanKey,
  type Person,
  roleOf,
  standingOf,
  visitorOf,
} from "../../contract/access/people.ts";
import { type AccessRequest, expiryOf, stateOf } from "../../contract/access/requests.ts";
import {
  type AccessGroup,
  type Decision,
  decideAccess,
  lastAdministrator,
  may,
  type Role,
} from "../../contract/access/rules.ts";
import { AccessDenied } from "../../contract/errors.ts";
import type { DeclaredAccess } from "../../contract/outputs/access.ts";
import { quoted } from "../../contract/words.ts";
import type { Edit, State, StateStore } from "../state/session.ts";
import { type AuditDraft, entriesFor } from "./audit.ts";
import {
  declaredEdit,
  firstEdit,
  findPerson,
  forgottenAccount,
  forgottenPerson,
  forgottenRequest,
  leftEdits,
  personEdits,
  readDeclared,
  readFirst,
  readLeft,
  readPeople,
  readPerson,
  readRequests,
  deniedEdits,
  requestEdit,
  withBook,
} from "./book.ts";
import { checkApprovable, checkLinkedRole, type Newcomer, personOf } from "./newcomers.ts";
import {
  findRequest,
  openRequest,
  newRequest,
  decided,
  saidOf,
  expiredOf,
  oldestOf,
  type RequestDecision,
} from "./requests.ts";
import { type Asked, firstPerson, keyOfIdentity, nameOf, seenAt } from "./signed-in.ts";

/** Who does something: somebody of the group, whose role is looked at again, or whoever holds the state's file. */
export interface Actor {
  readonly name: string;
  /** Key of the person. Absent: the command line, which whoever may write the state may use. */
  readonly person?: string;
}

export interface AccessOptions {
  readonly store: StateStore;
  readonly declared: DeclaredAccess;
  /** Id of the tenant. */
  readonly tenant: string;
  readonly now: () => Date;
  /** Whether the tenant's administrator has consented to what the sign-in needs; asked when it counts. */
  adminConsent(): Promise<boolean>;
  /**
   * Asks OnePlan, at the sign-in to a linked group. Absent, or nothing answered: what the last `sync access` saw counts.
   */
  askOnePlan?(identity: Identity, known: Person | undefined): Promise<Asked | undefined>;
}

interface SignedIn {
  readonly decision: Decision;
  /** As remembered; absent for somebody whom nobody knows. */
  readonly person?: Person;
  /** The open request of that person. */
  readonly request?: AccessRequest;
  /** Became the administrator just now, as the first person of the tenant. */
  readonly first?: true;
}

/** What became of somebody who was removed, for people. OnePlan's owners are administrators whatever is decided here. */
export function afterRemoval(role: Role | undefined): string {
  return role === undefined
    ? "has no access any more"
    : `is ${role} all the same, as an owner of the linked OnePlan group: change that there`;
}

export interface PersonWithRole extends Person {
  /** Undefined: no access. */
  readonly role: Role | undefined;
}

export class Access {
  readonly #options: AccessOptions;

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  get linked(): boolean {
    return this.#options.declared.oneplanConfiguration !== undefined;
  }

  /** Everybody who is remembered, with the role of now; sorted by name. */
  async people(): Promise<readonly PersonWithRole[]> {
    const { declared, store } = this.#options;
    await this.#takeInDeclared();
    const people = await readPeople(await store.read());
    return people
      .map((person) => ({ ...person, oneplan: standingOf(declared, person), role: roleOf(declared, person) }))
      .sort((one, other) => one.name.localeCompare(other.name, "en") || (one.key < other.key ? -1 : 1));
  }

  /** The role of somebody who has signed in before, as it is now: whoever was removed since has none. */
  async roleNow(person: string): Promise<Role | undefined> {
    const known = await readPerson(await this.#options.store.read(), person);
    return known && roleOf(this.#options.declared, known);
  }

  /** Instant at which somebody was removed, wherever that was done: sessions from before it are over. Undefined: not lately. */
  async removedAt(person: string): Promise<string | undefined> {
    return readLeft(await this.#options.store.read(), person);
  }

  /** Newest first. Whoever became an administrator later sees those of before too. */
  async requests(): Promise<readonly AccessRequest[]> {
    const now = this.#options.now();
    const requests = await readRequests(await this.#options.store.read());
    return requests.map((request) => ({ ...request, state: stateOf(request, now) })).reverse();
  }

  /**
   * Decides about somebody who has just proved who he is; remembers him, and that he was there. Whose access OnePlan has
   * taken since the last time is signed out wherever he was signed in before, and so is who had the address before.
   *
   * @param came when he came, from which on the session counts that he gets
   */
  async signIn(identity: Identity, came: Date = this.#options.now()): Promise<SignedIn> {
    const { store, now, declared } = this.#options;
    const group = await this.#group();
    const asked = group.linked ? await this.#askOnePlan(identity) : undefined;
    await this.#takeInDeclared();
    return withBook(store, async (state) => {
      const at = now();
      // The one whom OnePlan means, with what an administrator decided, though he comes for the first time.
      const known =
        asked?.oneplanId !== undefined
          ? await readPerson(state, oneplanKey(asked.oneplanId))
          : await findPerson(state, identity, group.linked);
      const before = seenAt(identity, known, asked, at, declared);
      const awaitsFirst = await this.#awaitsFirst(state);
      const decision = decideAccess({ ...group, awaitsFirst }, visitorOf(identity, before, declared));
      const first = awaitsFirst && decision.role === "Administrator" ? firstPerson(identity, at) : undefined;
      const seen = first ?? before;
      // Whom OnePlan does not know is nobody: the person of before may be somebody else's now.
      const person = asked?.standing === "absent" ? undefined : seen;
      const request = person && (await openRequest(state, person.key, at));
      const isOwn = identity.tenant?.toLowerCase() === group.tenant;
      // Strangers of other tenants could write the trail full; Entra's own sign-in log has them.
      const isOurs = person !== undefined || isOwn;
      const isDenied = decision.role === undefined;
      const entry: AuditDraft = {
        action: isDenied ? "sign-in refused" : "signed in",
        by: nameOf(identity),
        ...(person && { person: person.key }),
        details: { ...(decision.role !== undefined && { role: decision.role }), why: decision.why },
      };
      const edits = [...(seen ? personEdits(seen) : []), ...(first ? [firstEdit(first)] : [])];
      const made = first && {
        action: "administrator by self-service",
        by: entry.by,
        person: first.key,
        subject: first.key,
      };
      // Nor could somebody of the tenant who tries again and again.
      const denied = isOurs && isDenied ? await deniedEdits(state, keyOfIdentity(identity), decision.why, at) : [];
      const isNews = isOurs && (!isDenied || denied.length > 0);
      const hasLost = known && seen && roleOf(declared, known) !== undefined && roleOf(declared, seen) === undefined;
      const isOver = known && seen && (hasLost || isAnother(known, seen));
      const left = isOver ? await leftEdits(state, seen, new Date(came.getTime() - 1)) : [];
      await this.#commit(state, [...edits, ...denied, ...left], [...(made ? [made] : []), ...(isNews ? [entry] : [])]);
      return { decision, ...(person && { person }), ...(request && { request }), ...(first && { first: true }) };
    });
  }

  /**
   * Asks for access. Who has an open request has that one.
   *
   * @throws AccessDenied where the rules let nobody like that ask, or not now
   */
  async request(identity: Identity, why: string): Promise<AccessRequest> {
    const { store, now, declared } = this.#options;
    const group = await this.#group();
    return withBook(store, async (state) => {
      const at = now();
      const known = await findPerson(state, identity, group.linked);
      const decision = decideAccess(group, visitorOf(identity, known, declared));
      const { tenant, objectId } = identity;
      if (decision.role !== undefined) throw new AccessDenied(`There is access already: ${decision.why}.`);
      if (!decision.mayRequest || tenant === undefined || objectId === undefined) {
        throw new AccessDenied(`Access cannot be asked for: ${decision.why}.`);
      }
      const person = entraKey(tenant, objectId);
      const open = await openRequest(state, person, at);
      if (open) return open;
      const expires = expiryOf(at, declared.requests);
      const request = await newRequest(state, { ...identity, tenant, objectId }, why, { at, expires });
      const entry = { action: "access requested", by: nameOf(identity), person, subject: request.id };
      await this.#commit(state, [requestEdit(request)], [{ ...entry, details: { why: request.why } }]);
      return request;
    });
  }

  /**
   * Approves a request, or denies it. It is decided once.
   *
   * @param id its beginning is enough
   * @throws AccessDenied where it was decided before, is over, or `by` is no administrator (any more)
   */
  async decide(id: string, decision: RequestDecision, by: Actor): Promise<AccessRequest> {
    return this.asAdministrator(by, async (state, at) => {
      const request = await findRequest(state, id);
      const done = decided(request, decision, by.name, at);
      const before = await readPerson(state, request.person);
      if (decision.approve) checkApprovable(request, before, this.linked);
      const { person: key, name, mail, tenant, objectId } = request;
      const person = decision.approve
        ? personEdits({
            since: at.toISOString(),
            ...before,
            ...{ key, name, mail, tenant, objectId },
            given: decision.role,
            removed: undefined,
          })
        : [];
      const entry = {
        action: decision.approve ? "request approved" : "request denied",
        subject: request.id,
        details: { person: key, name, ...saidOf(decision) },
      };
      return { edits: [requestEdit(done), ...person], entries: [entry], result: done };
    });
  }

  /**
   * Adds somebody, or takes somebody back who was removed.
   *
   * @throws AccessDenied with the reason where that may not be
   */
  async add(newcomer: Newcomer, role: Role, by: Actor): Promise<Person> {
    const group = await this.#group();
    return this.asAdministrator(by, async (state, at) => {
      const person = await personOf(newcomer, role, { state, group, declared: this.#options.declared, at });
      const entry = { action: "person added", subject: person.key, details: { name: person.name, role } };
      // What was asked for is there: nobody is to decide about it once more.
      const asked = await openRequest(state, person.key, at);
      const settled = asked && requestEdit(decided(asked, { approve: true, role }, by.name, at));
      const approved = asked && {
        action: "request approved",
        subject: asked.id,
        details: { person: person.key, name: person.name, role },
      };
      return {
        edits: [...personEdits(person), ...(settled ? [settled] : [])],
        entries: [entry, ...(approved ? [approved] : [])],
        result: person,
      };
    });
  }

  /**
   * Gives somebody another role.
   *
   * @throws AccessDenied for the last administrator, and for what OnePlan decides in a linked group
   */
  async setRole(key: string, role: Role, by: Actor): Promise<Person> {
    return this.asAdministrator(by, async (state) => {
      const person = await this.#known(state, key);
      if (this.linked) checkLinkedRole(person, role, this.#options.declared);
      else if (person.given === undefined)
        throw new AccessDenied(`${quoted(person.name)} has no access: add the person.`);
      if (role !== "Administrator") await this.#expectAnother(state, person);
      const details = { name: person.name, from: roleOf(this.#options.declared, person) ?? "none", to: role };
      const changed = { ...person, given: role };
      return {
        edits: personEdits(changed),
        entries: [{ action: "role changed", subject: key, details }],
        result: changed,
      };
    });
  }

  /**
   * Takes somebody's access away at once, and ends every session of that person. See {@link afterRemoval}.
   *
   * @throws AccessDenied for the last administrator
   */
  async remove(key: string, by: Actor): Promise<void> {
    return this.asAdministrator(by, async (state, at) => {
      const person = await this.#known(state, key);
      await this.#expectAnother(state, person);
      const { given: _given, ...rest } = person;
      // Of a linked group it is remembered, since OnePlan still has the person; a password that was set is not, whether
      // the group is linked just now or not.
      const left = this.linked ? personEdits({ ...rest, removed: true }) : [forgottenPerson(person)];
      const edits = [...left, forgottenAccount(key), ...(await leftEdits(state, person, at))];
      const details = { name: person.name, role: roleOf(this.#options.declared, person) ?? "none" };
      return { edits, entries: [{ action: "person removed", subject: key, details }], result: undefined };
    });
  }

  /** Notes which requests nobody decided in time, and forgets the oldest of those that are over: the audit trail has them. */
  async endExpired(): Promise<void> {
    const { store, now } = this.#options;
    const known = await readRequests(await store.read());
    if (expiredOf(known, now()).length === 0 && oldestOf(known).length === 0) return;
    await withBook(store, async (state) => {
      // As many as one commit holds; the rest the next time.
      const requests = await readRequests(state);
      const old = oldestOf(requests).slice(0, 30);
      if (old.length > 0) await this.#commit(state, old.flatMap(forgottenRequest), []);
      const over = expiredOf(requests, now()).slice(0, 30);
      const entries = over.map(({ id, person, name }) => ({
        action: "request expired",
        by: "time",
        subject: id,
        details: { person, name },
      }));
      await this.#commit(
        state,
        over.map((request) => requestEdit({ ...request, state: "expired" })),
        entries,
      );
    });
  }

  /** Adds to the audit trail what was decided elsewhere: a session that was ended. */
  async note(draft: AuditDraft): Promise<void> {
    await withBook(this.#options.store, (state) => this.#commit(state, [], [draft]));
  }

  /** Before the lock is taken: nobody who decides waits for OnePlan. */
  async #askOnePlan(identity: Identity): Promise<Asked | undefined> {
    const known = await findPerson(await this.#options.store.read(), identity, true);
    return this.#options.askOnePlan?.(identity, known);
  }

  async #group(): Promise<AccessGroup> {
    const { declared, tenant } = this.#options;
    return accessGroup(declared, tenant, await this.#options.adminConsent());
  }

  /** Whether the first person of the tenant becomes the administrator: once, and only as long as there is none. */
  async #awaitsFirst(state: State): Promise<boolean> {
    const { declared } = this.#options;
    if (declared.selfService !== true || (await readFirst(state)) !== undefined) return false;
    return (await readPeople(state)).every((each) => roleOf(declared, each) !== "Administrator");
  }

  /** Administrators that the settings name come in once: who was removed since stays out. */
  async #takeInDeclared(): Promise<void> {
    const { store, declared, tenant, now } = this.#options;
    const known = new Set(await readDeclared(await store.read()));
    if (declared.administrators.every((id) => known.has(id.toLowerCase()))) return;
    await withBook(store, async (state) => {
      const taken = await readDeclared(state);
      const since = now().toISOString();
      const ids = declared.administrators.map((id) => id.toLowerCase()).filter((id) => !taken.includes(id));
      const edits: Edit[] = [];
      for (const objectId of ids) {
        const key = entraKey(tenant, objectId);
        const before = await readPerson(state, key);
        const person: Person = { name: objectId, since, ...before, key, tenant, objectId, given: "Administrator" };
        edits.push(...personEdits(person));
      }
      const entries = ids.map((id) => ({
        action: "administrator declared",
        by: "the settings of the stack",
        subject: entraKey(tenant, id),
      }));
      await this.#commit(state, [...edits, declaredEdit([...taken, ...ids])], entries);
    });
  }

  /** What only an administrator does; who does it is looked at in the same turn. */
  async asAdministrator<T>(
    by: Actor,
    work: (
      state: State,
      at: Date,
    ) => Promise<{
      readonly edits: readonly Edit[];
      readonly entries: readonly Omit<AuditDraft, "by" | "person">[];
      readonly result: T;
    }>,
  ): Promise<T> {
    await this.#takeInDeclared();
    return withBook(this.#options.store, async (state) => {
      if (by.person !== undefined) {
        const actor = await readPerson(state, by.person);
        const role = actor && roleOf(this.#options.declared, actor);
        if (role === undefined || !may(role, "decide about requests, add and remove people, change roles")) {
          throw new AccessDenied(`${quoted(by.name)} is no administrator of the group (any more).`);
        }
      }
      const { edits, entries, result } = await work(state, this.#options.now());
      const who = { by: by.name, ...(by.person !== undefined && { person: by.person }) };
      await this.#commit(
        state,
        edits,
        entries.map((entry) => ({ ...entry, ...who })),
      );
      return result;
    });
  }

  async #commit(state: State, edits: readonly Edit[], entries: readonly AuditDraft[]): Promise<void> {
    const all = [...edits, ...(await entriesFor(state, entries, this.#options.now()))];
    if (all.length > 0) await state.commit(all);
  }

  async #known(state: State, key: string): Promise<Person> {
    const person = await readPerson(state, key);
    if (person && !(person.removed && roleOf(this.#options.declared, person) === undefined)) return person;
    throw new AccessDenied(`Nobody of the group is called ${key}.`);
  }

  async #expectAnother(state: State, person: Person): Promise<void> {
    const people = await readPeople(state);
    const administrators = people
      .filter((each) => roleOf(this.#options.declared, each) === "Administrator")
      .map(({ key }) => key);
    const why = lastAdministrator(administrators, person.key);
    if (why !== undefined) throw new AccessDenied(`${quoted(person.name)}: ${why}.`);
  }
}
