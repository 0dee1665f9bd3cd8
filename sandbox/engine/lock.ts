import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

const SQLITE_BUSY = 5;
const RETRY_MS = 250;

/**
 * Runs `work` while no other process does so with the same file.
 *
 * The lock is the one that SQLite takes on its (always empty) database file. The operating system gives it back when
 * its owner ends, however it ends, so there is no stale lock to recognise and no process id that belongs to somebody
 * else by now.
 */
export async function withLock<T>(
  file: string,
  waiting: (wait: () => Promise<void>) => Promise<void>,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    if (!tryLock(lock)) await waiting(() => untilLocked(lock, signal));
    return await work();
  } finally {
    lock.close();
  }
}

async function untilLocked(lock: DatabaseSync, signal: AbortSignal): Promise<void> {
  do await sleep(RETRY_MS, undefined, { signal });
  while (!tryLock(lock));
}

function tryLock(lock: DatabaseSync): boolean {
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return false;
    throw error;
  }
}
