/** Who lets through what a limit stopped, in the audit trail before it counts: a kill in between loses no entry. @packageDocumentation */
import type { RunOptions } from "../run/definition.ts";
import type { StateStore } from "../state/session.ts";
import { entriesFor } from "./audit.ts";
import { ACCESS_SYNC, withBook } from "./book.ts";

/** Of a run, what it is to do before a set that is named counts as allowed. */
export function noteAllowed({
  store,
  now,
  by,
}: {
  readonly store: StateStore;
  readonly now: () => Date;
  /** Who started the run. */
  readonly by: string;
}): NonNullable<RunOptions["onAllow"]> {
  return async ({ sync, hash, why, state }) => {
    const entry = { action: "plan allowed", by, subject: hash, details: { sync, why } };
    const noted = async (within: typeof state) => within.commit(await entriesFor(within, [entry], now()));
    // The run has the lock of the group's book itself then, and would wait for itself.
    await (store.oneLock === true || sync === ACCESS_SYNC ? noted(state) : withBook(store, noted));
  };
}
