/**
 * Sessions, kept on the server: what a browser has is a random id, and what is stored goes by its hash. Those of people
 * who are signed in are in the state; a sign-in under way is in memory alone, so that nobody fills a disk with them.
 *
 * @packageDocumentation
 */
import { createHash } from "node:crypto";
import type { SessionStore } from "@fastify/session";
import type { Session } from "fastify";
import { fromJson, toJson } from "../../sync/model/json.ts";
import { entitiesIn, type State } from "../../sync/state/session.ts";
import type { Person } from "../access.ts";

/** Without a request for so long a session is over; and so long after the sign-in in any case. */
export const IDLE_MS = 60 * 60 * 1000;
export const LONGEST_MS = 12 * 60 * 60 * 1000;
/** Sessions of one person. */
export const MOST_OF_ONE = 20;
/** Sign-ins under way that are remembered; of more, the oldest begin anew. */
const MOST_PENDING = 1_000;
/** Ids that ended and are remembered: many more than there are requests under way. */
const MOST_GONE = 10_000;

const SESSIONS = "console-sessions";
const ENDED = "console-ended";

/** Instants by the clock of the world. */
export interface SignedIn {
  readonly person: Person;
  /** What the group knows the person by; absent: it knows nobody like that. */
  readonly key?: string;
  readonly since: string;
  /** The last request, give or take a minute. */
  readonly seen: string;
  /** There where access was not given at the sign-in. */
  readonly refused?: { readonly why: string; readonly mayRequest: boolean };
}

/** A sign-in that was begun: what the answer has to fit to. */
export interface Begun {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  /** Where the person wanted to go. */
  readonly to: string;
  readonly at: string;
}

/** What the next page says of what was done. */
export interface Notice {
  readonly tone: "good" | "bad";
  readonly text: string;
}

declare module "fastify" {
  interface Session {
    signedIn?: SignedIn;
    /** By the state of each: a person can sign in in several tabs at once. */
    begun?: Readonly<Record<string, Begun>>;
    notice?: Notice;
  }
}

export function isOver({ since, seen }: SignedIn, now: Date): boolean {
  const at = now.getTime();
  // By a clock that was put back since nobody knows for how long it has been.
  return Math.abs(at - Date.parse(seen)) > IDLE_MS || Math.abs(at - Date.parse(since)) > LONGEST_MS;
}

/** A place for entities, written by one process: a session of the state's lock. */
export type Kept = Pick<State, "get" | "list" | "commit">;

export class Sessions implements SessionStore {
  readonly #kept: Kept;
  readonly #now: () => Date;
  readonly #pending = new Map<string, string>();
  /** What a request that began before the end writes down of such a session would bring it back. */
  readonly #gone = new Set<string>();

  constructor(kept: Kept, now: () => Date) {
    this.#kept = kept;
    this.#now = now;
  }

  get(id: string, done: (error: unknown, session?: Session | null) => void): void {
    const key = hashOf(id);
    const pending = this.#pending.get(key);
    if (pending !== undefined) return done(null, JSON.parse(pending) as Session);
    this.#kept
      .get(SESSIONS, key)
      .then((value) => done(null, value === undefined ? null : fromJson<Session>(value)), done);
  }

  set(id: string, session: Session, done: (error?: unknown) => void): void {
    const key = hashOf(id);
    if (this.#gone.has(key)) return done();
    // As it is stored: the library's own object has ways to itself.
    const text = JSON.stringify(session);
    if (!session.signedIn) {
      this.#pending.set(key, text);
      keepNewest(this.#pending, MOST_PENDING);
      return done();
    }
    this.#pending.delete(key);
    this.#kept
      .commit([{ partition: SESSIONS, key, value: toJson(JSON.parse(text) as object) }])
      .then(() => done(), done);
  }

  destroy(id: string, done: (error?: unknown) => void): void {
    const key = hashOf(id);
    this.#pending.delete(key);
    this.#gone.add(key);
    keepNewest(this.#gone, MOST_GONE);
    this.#kept.commit([{ partition: SESSIONS, key }]).then(() => done(), done);
  }

  /** Every session of a person that began up to now is over, in whatever browser it is, also one that is answered just now. */
  async endAll({ id }: Pick<Person, "id">): Promise<void> {
    const now = this.#now().toISOString();
    await this.#kept.commit([{ partition: ENDED, key: id, value: now }]);
    await this.#remove(({ person }) => person.id === id);
  }

  async endedAt({ id }: Pick<Person, "id">): Promise<string | undefined> {
    const value = await this.#kept.get(ENDED, id);
    return typeof value === "string" ? value : undefined;
  }

  /** Forgets what is over, and of whom it was ended so long ago that no session can be as old. */
  async tidy(): Promise<void> {
    const now = this.#now();
    await this.#remove((signedIn) => isOver(signedIn, now));
    for (const { key, value } of await entitiesIn(this.#kept, ENDED)) {
      const isOld = typeof value !== "string" || Math.abs(now.getTime() - Date.parse(value)) > LONGEST_MS;
      if (isOld) await this.#kept.commit([{ partition: ENDED, key }]);
    }
  }

  /** Of more sessions of one person than anybody has, the oldest end: who signs in again and again fills no disk. */
  async makeRoom({ id }: Pick<Person, "id">): Promise<void> {
    const found = (await entitiesIn(this.#kept, SESSIONS)).flatMap(({ key, value }) => {
      const { signedIn } = fromJson<Session>(value);
      return signedIn?.person.id === id ? [{ key, since: signedIn.since }] : [];
    });
    const oldest = found.toSorted((one, other) => (one.since < other.since ? -1 : 1)).slice(0, 1 - MOST_OF_ONE);
    for (const { key } of oldest) await this.#kept.commit([{ partition: SESSIONS, key }]);
  }

  async #remove(which: (signedIn: SignedIn) => boolean): Promise<void> {
    for (const { key, value } of await entitiesIn(this.#kept, SESSIONS)) {
      const { signedIn } = fromJson<Session>(value);
      if (!signedIn || which(signedIn)) await this.#kept.commit([{ partition: SESSIONS, key }]);
    }
  }
}

/** The same in memory, where the state is one that syncs hold as a whole: people sign in again after a restart. */
export function inMemory(): Kept {
  const entities = new Map<string, Map<string, ReturnType<typeof toJson>>>();
  const of = (partition: string) => entities.get(partition) ?? new Map<string, ReturnType<typeof toJson>>();
  return {
    get: async (partition, key) => of(partition).get(key),
    async *list(partition) {
      yield [...of(partition)].map(([key, value]) => ({ key, value }));
    },
    async commit(edits) {
      for (const { partition, key, value } of edits) {
        const entries = of(partition);
        entities.set(partition, entries);
        if (value === undefined) entries.delete(key);
        else entries.set(key, value);
      }
    },
  };
}

function keepNewest(keys: Map<string, unknown> | Set<string>, most: number): void {
  for (const oldest of keys.keys()) {
    if (keys.size <= most) return;
    keys.delete(oldest);
  }
}

function hashOf(id: string): string {
  return createHash("sha256").update(id).digest("hex");
}
