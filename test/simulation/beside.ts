/** What may happen beside a run: another one is started, or takes it for dead. */
import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { StateLocked } from "../../contract/errors.ts";
import type { RunStep } from "./steps.ts";

export interface Beside {
  /** Where the state is. */
  readonly file: string;
  /** The other run. */
  readonly second: () => Promise<unknown>;
  /** The other run, once the lock is free for it. */
  readonly takeOver: () => Promise<void>;
  /** Is told when the other one was let in. */
  readonly violations: string[];
}

/** By the step of the run at which it happens. */
export function happenings(
  { dry, secondAt, takenOverAt }: Pick<RunStep, "dry" | "secondAt" | "takenOverAt">,
  { file, second, takeOver, violations }: Beside,
): ReadonlyMap<number, () => Promise<void>> {
  // A dry run takes no lock: others may go on beside it.
  if (dry) return new Map();
  const wherePossible = (happens: () => Promise<void>) => async () => {
    if (existsSync(file)) await happens();
  };
  if (takenOverAt !== undefined) {
    const happens = async () => {
      freeLocks(file);
      await takeOver();
    };
    return new Map([[takenOverAt, wherePossible(happens)]]);
  }
  if (secondAt === undefined) return new Map();
  const happens = async () => {
    if (!(await isLocked(second))) violations.push("two runs were under way at once");
  };
  return new Map([[secondAt, wherePossible(happens)]]);
}

async function isLocked(run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run();
    return false;
  } catch (error) {
    if (error instanceof StateLocked) return true;
    throw error;
  }
}

/** Whoever holds one is taken for dead, as a suspended machine would be: it does not know, and goes on afterwards. */
function freeLocks(file: string): void {
  const database = new DatabaseSync(file);
  database.exec("UPDATE locks SET holder = NULL");
  database.close();
}
