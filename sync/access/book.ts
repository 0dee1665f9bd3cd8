/**
 * Where the group's people and their requests are kept: in the state that the syncs have, under the lock of the sync
 * `access`, so that nobody decides while OnePlan's side is being applied.
 *
 * @packageDocumentation
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Identity, Person } from "../../contract/access/people.ts";
import { entraKey, objectIdOf, oneplanKey } from "../../contract/access/people.ts";
import type { AccessRequest } from "../../contract/access/requests.ts";
import { DAY_MS } from "../../contract/days.ts";
import { StateLocked } from "../../contract/errors.ts";
import type { Json } from "../model/json-value.ts";
import { fromJson, toJson } from "../model/json.ts";
import { Turns } from "../model/turns.ts";
import {
  type Edit,
  entitiesIn,
  holding,
  objectsIn,
  readObject,
  type Session,
  type State,
  type StateStore,
} from "../state/session.ts";

/** Name of the sync, and of the lock. */
export const ACCESS_SYNC = "access";
const PEOPLE = "access-people";
/** Object id -> key of the person of OnePlan who had it last; whether that is still so, the person says. */
const OBJECT_IDS = "access-object-ids";
const ACCOUNTS = "access-accounts";
const REQUESTS = "access-requests";
const DECLARED = "access-declared";
/** Key of somebody who was removed -> instant. */
const LEFT = "access-left";
/** Key of somebody who was refused -> when and why that was written down. */
const DENIED = "access-refused";
/** Request -> who was mailed of it, and when. */
export const MAILED = "access-told";

/** How long somebody waits for another who decides, or for a sync of access. */
const PATIENCE_MS = 20_000;
const RETRY_MS = 50;
/** Where the lock is a lease of a blob, each try is a request. */
const LONGEST_RETRY_MS = 1_000;

/** Those of one process come one after another. */
const turns = new WeakMap<StateStore, Turns>();

/**
 * Changes the book: one at a time, in this process and in all.
 *
 * @throws StateLocked when another has it for longer than somebody waits
 */
export function withBook<T>(store: StateStore, work: (state: Session) => Promise<T>): Promise<T> {
  const own = turns.get(store) ?? new Turns();
  turns.set(store, own);
  return own.alone(() => holding(locked(store), work));
}

async function locked(store: StateStore): Promise<Session> {
  const began = performance.now();
  for (let pause = RETRY_MS; ; pause = Math.min(2 * pause, LONGEST_RETRY_MS)) {
    try {
      return await store.lock(ACCESS_SYNC);
    } catch (error) {
      if (!(error instanceof StateLocked) || performance.now() - began >= PATIENCE_MS) throw error;
      await wait(pause);
    }
  }
}

export function readPeople(state: Pick<State, "list">): Promise<readonly Person[]> {
  return objectsIn<Person>(state, PEOPLE);
}

export function readPerson(state: Pick<State, "get">, key: string): Promise<Person | undefined> {
  return readObject<Person>(state, PEOPLE, key);
}

/** Whom somebody who signs in is remembered as: of a linked group as OnePlan's, else as Entra's. */
export async function findPerson(
  state: Pick<State, "get">,
  { tenant, objectId, oneplanId }: Identity,
  linked: boolean,
): Promise<Person | undefined> {
  if (oneplanId !== undefined) return readPerson(state, oneplanKey(oneplanId));
  if (tenant === undefined || objectId === undefined) return undefined;
  if (!linked) return readPerson(state, entraKey(tenant, objectId));
  const key = await state.get(OBJECT_IDS, objectId.toLowerCase());
  const person = typeof key === "string" ? await readPerson(state, key) : undefined;
  return person && objectIdOf(person) === objectId.toLowerCase() ? person : undefined;
}

export function personEdits(person: Person): readonly Edit[] {
  const { key, oneplanId } = person;
  const objectId = objectIdOf(person);
  return [
    { partition: PEOPLE, key, value: toJson(withoutUndefined(person)) },
    ...(oneplanId !== undefined && objectId !== undefined
      ? [{ partition: OBJECT_IDS, key: objectId, value: key }]
      : []),
  ];
}

export function forgottenPerson({ key }: Person): Edit {
  return { partition: PEOPLE, key };
}

/** Older than any session of the console can be; after that it is of no use. */
const LEFT_MS = DAY_MS;
/** For so long the same denial is not written down again. */
const DENIED_MS = DAY_MS;
/** Of those, so many are forgotten with one removal. */
const MOST_FORGOTTEN = 50;

/** Remembers that what somebody began up to now is over, in every browser; and forgets of whom that is long ago. */
export async function leftEdits(state: Pick<State, "list">, { key }: Person, at: Date): Promise<readonly Edit[]> {
  const isOld = (value: Json) => typeof value !== "string" || at.getTime() - Date.parse(value) > LEFT_MS;
  return [{ partition: LEFT, key, value: at.toISOString() }, ...(await oldIn(state, LEFT, key, isOld))];
}

/** Instant at which somebody was removed, for a day. */
export async function readLeft(state: Pick<State, "get">, key: string): Promise<string | undefined> {
  const value = await state.get(LEFT, key);
  return typeof value === "string" ? value : undefined;
}

/**
 * Remembers that somebody was refused, and why; and forgets of whom that is long ago.
 *
 * @returns nothing where it was written down within a day, with that reason
 */
export async function deniedEdits(
  state: Pick<State, "get" | "list">,
  key: string,
  why: string,
  at: Date,
): Promise<readonly Edit[]> {
  const isOld = (value: Json) => Math.abs(at.getTime() - Date.parse(fromJson<Denial>(value).at)) > DENIED_MS;
  const known = await state.get(DENIED, key);
  if (known !== undefined && !isOld(known) && fromJson<Denial>(known).why === why) return [];
  const denial: Denial = { at: at.toISOString(), why };
  return [{ partition: DENIED, key, value: toJson(denial) }, ...(await oldIn(state, DENIED, key, isOld))];
}

/** What forgets the old ones of a partition, but for `key`. */
async function oldIn(
  state: Pick<State, "list">,
  partition: string,
  key: string,
  isOld: (value: Json) => boolean,
): Promise<readonly Edit[]> {
  const old = (await entitiesIn(state, partition)).filter((each) => each.key !== key && isOld(each.value));
  return old.slice(0, MOST_FORGOTTEN).map(({ key: other }) => ({ partition, key: other }));
}

interface Denial {
  /** Instant. */
  readonly at: string;
  readonly why: string;
}

interface Link {
  readonly hash: string;
  readonly mail?: string | undefined;
  readonly made: string;
  readonly until: string;
}

/** An account of forms. */
export interface Account {
  /** Key of the person, who is of OnePlan: the mail address that is signed in with is that one's. */
  readonly person: string;
  /** As it is kept; absent: none was set yet. */
  readonly password?: string | undefined;
  /** Instants at which somebody asked for a link by the form, within the last day. */
  readonly asked?: readonly string[] | undefined;
  /** The one link that sets it, by the hash of its token; for as long as the person has the mail address it was made for. */
  readonly link?: Link | undefined;
  /** Instants. */
  readonly since: string;
  readonly setAt?: string | undefined;
}

export function readAccounts(state: Pick<State, "list">): Promise<readonly Account[]> {
  return objectsIn<Account>(state, ACCOUNTS);
}

export function accountEdit(account: Account): Edit {
  return { partition: ACCOUNTS, key: account.person, value: toJson(withoutUndefined(account)) };
}

export function forgottenAccount(person: string): Edit {
  return { partition: ACCOUNTS, key: person };
}

/** Oldest first. */
export function readRequests(state: Pick<State, "list">): Promise<readonly AccessRequest[]> {
  return objectsIn<AccessRequest>(state, REQUESTS);
}

export function readRequest(state: Pick<State, "get">, id: string): Promise<AccessRequest | undefined> {
  return readObject<AccessRequest>(state, REQUESTS, id);
}

export function requestEdit(request: AccessRequest): Edit {
  return { partition: REQUESTS, key: request.id, value: toJson(withoutUndefined(request)) };
}

export function forgottenRequest({ id }: AccessRequest): readonly Edit[] {
  return [
    { partition: REQUESTS, key: id },
    { partition: MAILED, key: id },
  ];
}

/** Object ids of declared administrators that the book has taken in. */
export async function readDeclared(state: Pick<State, "get">): Promise<readonly string[]> {
  const value = await state.get(DECLARED, "administrators");
  return Array.isArray(value) ? value.map(String) : [];
}

export function declaredEdit(administrators: readonly string[]): Edit {
  return { partition: DECLARED, key: "administrators", value: administrators };
}

/** Key of who became the administrator as the first person; it is decided once. */
export async function readFirst(state: Pick<State, "get">): Promise<string | undefined> {
  const value = await state.get(DECLARED, "first");
  return typeof value === "string" ? value : undefined;
}

export function firstEdit({ key }: Person): Edit {
  return { partition: DECLARED, key: "first", value: key };
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}
