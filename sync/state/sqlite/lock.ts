/**
 * The lock of one sync in a SQLite state file: a holder, a lease that the holder renews, and a number that rises
 * whenever the lock changes hands. A write checks that number in its own transaction, so that a run which was
 * suspended for longer than its lease cannot write behind the back of the run that took over.
 *
 * @packageDocumentation
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { StateLocked } from "../../../contract/errors.ts";
import { isDead, thisProcess, type ProcessIdentity } from "../process-identity.ts";
import { transaction } from "./statements.ts";
import { StateFenced } from "../session.ts";
import { duration } from "../../../contract/words.ts";

/** A holder on another machine that gave no sign of life for this long has lost the lock. */
export const LEASE_MS = 2 * 60 * 1000;
const RENEW_MS = 20 * 1000;

interface LockRow {
  readonly fence: number;
  readonly holder: string | null;
  readonly since: string;
  readonly renewed: number;
}

export class SqliteLock {
  readonly #database: DatabaseSync;
  readonly #sync: string;
  readonly #fence: number;
  readonly #fenceNow: StatementSync;
  readonly #heartbeat: NodeJS.Timeout;

  private constructor(database: DatabaseSync, sync: string, fence: number) {
    this.#database = database;
    this.#sync = sync;
    this.#fence = fence;
    this.#fenceNow = database.prepare("SELECT fence FROM locks WHERE sync = ?");
    this.#heartbeat = setInterval(() => this.#renew(), RENEW_MS);
    this.#heartbeat.unref();
  }

  /** @throws StateLocked when a run that may be alive holds it */
  static take(database: DatabaseSync, sync: string, now = Date.now()): SqliteLock {
    const fence = transaction(database, "IMMEDIATE", () => {
      const row = database.prepare("SELECT fence, holder, since, renewed FROM locks WHERE sync = ?").get(sync) as
        LockRow | undefined;
      if (row?.holder != null) checkHolder(sync, row, JSON.parse(row.holder) as ProcessIdentity, now);
      const next = (row?.fence ?? 0) + 1;
      database
        .prepare("INSERT OR REPLACE INTO locks (sync, fence, holder, since, renewed) VALUES (?, ?, ?, ?, ?)")
        .run(sync, next, JSON.stringify(thisProcess()), new Date(now).toISOString(), now);
      return next;
    });
    return new SqliteLock(database, sync, fence);
  }

  /** @throws StateFenced when another run has taken the lock since */
  check(): void {
    const row = this.#fenceNow.get(this.#sync);
    if (row?.["fence"] === this.#fence) return;
    throw new StateFenced(`Another run of "${this.#sync}" has taken over; this one stops.`);
  }

  /** Gives the lock back. Leaves it alone when it belongs to another run by now. */
  release(): void {
    clearInterval(this.#heartbeat);
    this.#database.prepare("UPDATE locks SET holder = NULL WHERE sync = ? AND fence = ?").run(this.#sync, this.#fence);
  }

  #renew(): void {
    try {
      this.#database
        .prepare("UPDATE locks SET renewed = ? WHERE sync = ? AND fence = ?")
        .run(Date.now(), this.#sync, this.#fence);
    } catch {
      // Busy, or a failing disk: the next beat tries again, and the next write of the run meets the fault and tells it.
    }
  }
}

function checkHolder(sync: string, row: LockRow, holder: ProcessIdentity, now: number): void {
  const silent = now - row.renewed;
  // A sign of life from the future is of a clock that was ahead, and counts as past.
  if (isDead(holder) || Math.abs(silent) > LEASE_MS) return;
  const who = `since ${row.since} (process ${holder.pid} on ${holder.host})`;
  throw new StateLocked(
    `A run of "${sync}" is under way ${who}: wait until it ends. ` +
      `If that machine is gone, the lock is free in ${duration(LEASE_MS - silent)}.`,
    who,
  );
}
