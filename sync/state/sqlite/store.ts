/**
 * State in one SQLite file: what a sync remembers on a machine with a disk.
 *
 * The file holds personal data (labels and the fields last agreed on), so it and a folder made for it are for their
 * owner only. It may be shared by several syncs and processes of one machine; each sync has a lock of its own.
 *
 * @packageDocumentation
 */
import { closeSync, constants, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { StateError } from "../../../contract/errors.ts";
import { NO_LINK, checkNoLinks } from "../../local/links.ts";
import { Statements, transaction } from "./statements.ts";
import { SqliteLock } from "./lock.ts";
import { WriteAheadLog } from "./write-ahead-log.ts";
import { type Edit, type Entity, MAX_COMMIT, type State, type StateStore } from "../session.ts";
import { migrateFrom1 } from "./migrate.ts";
import type { Json } from "../../model/json-value.ts";
import { messageOf } from "../../../contract/words.ts";

/**
 * 2: links are found by both ids, and counted; no reason of a failure holds a name.
 * 3: a link may have two halves. Links of before are read as they are, and written anew when they change.
 */
const FORMAT = 3;
const PAGE = 1000;
/**
 * Pages of the log after which they are moved into the database: 16 MB. Moving them waits for the disk twice, and a page
 * that changed several times meanwhile is moved once.
 */
const LOG_PAGES = 4000;
/** How long a statement waits for another process that is writing. */
const BUSY_MS = 10_000;

const SCHEMA = `
  CREATE TABLE entities (
    partition TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (partition, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE locks (
    sync TEXT PRIMARY KEY, fence INTEGER NOT NULL, holder TEXT, since TEXT, renewed INTEGER NOT NULL
  ) STRICT;
  PRAGMA user_version = ${FORMAT};
`;

/**
 * State in a file. The file (0600) and its folder (0700) are made when a lock is first taken; until then reading
 * finds nothing, and makes nothing.
 *
 * Every method throws a StateError when the file cannot be used: damaged, something else, no right to it.
 *
 * @param location what a person is told the state is, where the file is only a working copy
 */
export function openSqliteState(file: string, location = resolve(file)): StateStore {
  const guard = guardFor(location);
  let opened: Opened | undefined;
  const ours = () => (opened ??= guard(() => open(file, location)));
  return {
    location,
    read: async () => {
      guard(() => checkNoLinks(file));
      return new SqliteState(existsSync(file) ? ours() : { database: emptyDatabase() }, guard);
    },
    lock: async (sync) => {
      const lock = guard(() => SqliteLock.take(ours().database, sync));
      return Object.assign(new SqliteState(ours(), guard, lock), {
        release: async () => guard(() => lock.release()),
      });
    },
    close: async () => {
      await opened?.log?.close();
      opened?.database.close();
    },
  };
}

interface Opened {
  readonly database: DatabaseSync;
  /** Where a file system cannot have one, SQLite goes on without, and waits for the disk itself. */
  readonly log?: WriteAheadLog;
}

function open(file: string, location: string): Opened {
  checkNoLinks(file);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // SQLite gives its side files the rights of this one, and follows no link to them.
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | NO_LINK;
  closeSync(openSync(file, flags, 0o600));
  const database = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    // It opened the path once more: a link that was put there meanwhile is one now.
    checkNoLinks(file);
    database.exec("PRAGMA synchronous = FULL");
    const hasLog = database.prepare("PRAGMA journal_mode = WAL").get()?.["journal_mode"] === "wal";
    transaction(database, "IMMEDIATE", () => prepareSchema(database, location));
    if (!hasLog) return { database };
    database.exec(`PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${LOG_PAGES}`);
    return { database, log: new WriteAheadLog(file) };
  } catch (error) {
    database.close();
    throw error;
  }
}

function emptyDatabase(): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  database.exec(SCHEMA);
  return database;
}

function prepareSchema(database: DatabaseSync, location: string): void {
  const format = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
  if (format === FORMAT) return;
  if (format > FORMAT) {
    throw new StateError(`${location} was written by a newer tenantwire (format ${format}): use that version.`);
  }
  if (format === 1) migrateFrom1(database);
  if (format > 0) {
    database.exec(`PRAGMA user_version = ${FORMAT}`);
    return;
  }
  if (database.prepare("SELECT 1 FROM sqlite_schema").get()) {
    throw new StateError(`${location} is a database of something else: name another file for the state.`);
  }
  database.exec(SCHEMA);
}

interface Asked {
  readonly partition: string;
  readonly key: string;
  readonly resolve: (value: Json | undefined) => void;
  readonly reject: (error: unknown) => void;
}

class SqliteState implements State {
  readonly #database: DatabaseSync;
  readonly #log: WriteAheadLog | undefined;
  readonly #statements: Statements;
  readonly #guard: Guard;
  readonly #lock: SqliteLock | undefined;
  readonly #asked: Asked[] = [];

  constructor({ database, log }: Opened, guard: Guard, lock?: SqliteLock) {
    this.#database = database;
    this.#log = log;
    this.#statements = new Statements(database);
    this.#guard = guard;
    this.#lock = lock;
  }

  get(partition: string, key: string): Promise<Json | undefined> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ partition, key, resolve, reject });
      if (this.#asked.length === 1) queueMicrotask(() => this.#answer());
    });
  }

  /** What is asked for in one turn is read in one transaction: one for each costs as much again as reading does. */
  #answer(): void {
    const asked = this.#asked.splice(0);
    if (asked.length === 0) return;
    const statement = "SELECT value FROM entities WHERE partition = ? AND key = ?";
    try {
      const rows = this.#guard(() =>
        transaction(this.#database, "DEFERRED", () =>
          asked.map(({ partition, key }) => this.#statements.of(statement).get(partition, key)),
        ),
      );
      for (const [index, { resolve }] of asked.entries()) {
        const row = rows[index];
        resolve(row && (JSON.parse(String(row["value"])) as Json));
      }
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }

  async *list(partition: string): AsyncGenerator<readonly Entity[], void, void> {
    let last = "";
    for (;;) {
      const page = this.#guard(() =>
        this.#statements
          .of("SELECT key, value FROM entities WHERE partition = ? AND key > ? ORDER BY key LIMIT ?")
          .all(partition, last, PAGE)
          .map(entityOf),
      );
      if (page.length > 0) yield page;
      if (page.length < PAGE) return;
      last = page.at(-1)?.key ?? last;
    }
  }

  async newest(partition: string, limit: number): Promise<readonly Entity[]> {
    return this.#guard(() =>
      this.#statements
        .of("SELECT key, value FROM entities WHERE partition = ? ORDER BY key DESC LIMIT ?")
        .all(partition, limit)
        .map(entityOf),
    );
  }

  async count(partition: string): Promise<number> {
    return this.#guard(() => {
      const row = this.#statements.of("SELECT count(*) AS n FROM entities WHERE partition = ?").get(partition);
      return Number(row?.["n"]);
    });
  }

  async commit(edits: readonly Edit[]): Promise<void> {
    await this.#commit([edits]);
  }

  async commitTogether(commits: readonly (readonly Edit[])[]): Promise<void> {
    await this.#commit(commits);
  }

  async #commit(commits: readonly (readonly Edit[])[]): Promise<void> {
    if (commits.some(({ length }) => length > MAX_COMMIT)) {
      throw new RangeError(`A commit holds at most ${MAX_COMMIT} changes.`);
    }
    await this.#change((statements) => {
      const put = statements.of("INSERT OR REPLACE INTO entities (partition, key, value) VALUES (?, ?, ?)");
      const remove = statements.of("DELETE FROM entities WHERE partition = ? AND key = ?");
      // Of several of one entity the last one counts, since it comes last.
      for (const { partition, key, value } of commits.flat()) {
        if (value === undefined) remove.run(partition, key);
        else put.run(partition, key, JSON.stringify(value));
      }
    });
  }

  async clear(partition: string): Promise<void> {
    await this.#change((statements) => statements.of("DELETE FROM entities WHERE partition = ?").run(partition));
  }

  /**
   * Everything that changes the state happens with the lock's fence checked in the same transaction, and counts once it
   * is on the disk: an intent has to be there before the write that it announces.
   */
  async #change(work: (statements: Statements) => void): Promise<void> {
    const lock = this.#lock;
    if (!lock) throw new TypeError("This state was opened for reading only.");
    // What was asked for before sees what was there before.
    this.#answer();
    this.#guard(() =>
      transaction(this.#database, "IMMEDIATE", () => {
        lock.check();
        work(this.#statements);
      }),
    );
    const failed = await this.#log?.onDisk().catch((error: unknown) => ({ error }));
    if (failed) throw this.#guard.inWords(failed.error);
  }
}

function entityOf({ key, value }: Readonly<Record<string, SQLOutputValue>>): Entity {
  return { key: String(key), value: JSON.parse(String(value)) as Json };
}

/** Turns what SQLite and the file system say into one sentence with the file and the mend. */
interface Guard {
  <T>(work: () => T): T;
  inWords(error: unknown): unknown;
}

function guardFor(file: string): Guard {
  function inWords(error: unknown): unknown {
    const said = sentenceFor(error, file);
    return said === undefined ? error : new StateError(said, { cause: error });
  }
  function guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw inWords(error);
    }
  }
  return Object.assign(guard, { inWords });
}

function sentenceFor(error: unknown, file: string): string | undefined {
  const { code, errcode } = error as { code?: string; errcode?: number };
  if (code === "ERR_SQLITE_ERROR" && errcode !== undefined) {
    // The low byte is the primary code (https://www.sqlite.org/rescode.html).
    switch (errcode & 0xff) {
      case 5: // SQLITE_BUSY
        return `${file} is being written by another process for longer than ${BUSY_MS / 1000} s: try again.`;
      case 11: // SQLITE_CORRUPT
      case 26: // SQLITE_NOTADB
        return `${file} is damaged or not a state file: put back a copy, or move it away and run again (a sync then adopts what it made by the ids in the target and disables nothing in that run).`;
      case 10: // SQLITE_IOERR
        return `${file} cannot be used as state (${messageOf(error)}): look whether its disk is full, or fails.`;
      case 13: // SQLITE_FULL
        return `${file} cannot grow, the disk is full: make room and run again.`;
      default:
        return `${file} cannot be used as state (${messageOf(error)}): check the file, its folder and their rights.`;
    }
  }
  if (code !== undefined && /^E[A-Z]+$/.test(code)) {
    return `${file} cannot be used as state (${messageOf(error)}): check the file, its folder and their rights.`;
  }
  return undefined;
}
