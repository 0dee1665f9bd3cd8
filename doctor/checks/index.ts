/**
 * Tries everything that a deployed stack lives on.
 *
 * @packageDocumentation
 */
import type { Outputs } from "../../contract/outputs.ts";
import type { BookableRoom } from "../../sync/kinds/rooms/bookings.ts";
import { Access } from "./access.ts";
import { assumptionChecks } from "./assumptions.ts";
import { bookingChecks } from "./bookings.ts";
import { type Check, type CheckResult, runChecks } from "./check.ts";
import { entraChecks } from "./entra.ts";
import { productChecks, type Remembered } from "./products.ts";

export { type CheckResult, type Status } from "./check.ts";

export interface Trying extends Remembered {
  /** Where the proof of the sync identity and of whoever is at work here is found. */
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** The clock of the world. */
  readonly now: () => Date;
  /** Reads the rooms in scope; left out where none are synced. */
  readonly rooms?: ((signal: AbortSignal) => Promise<BookableRoom[]>) | undefined;
  /** Called before each check. */
  readonly onCheck?: (check: Check) => void;
}

/** Nothing is written anywhere. */
export async function tryDeployment(outputs: Outputs, trying: Trying): Promise<CheckResult[]> {
  const { environment, signal, onCheck, rooms, now } = trying;
  const access = new Access(outputs, environment);
  const findings = await runChecks(
    [
      ...entraChecks(access, new Date(`${trying.today}T00:00:00Z`)),
      ...productChecks(access, trying),
      ...bookingChecks(access, rooms, now),
    ],
    signal,
    onCheck,
  );
  return [...findings, ...(await runChecks(assumptionChecks(outputs, findings), signal, onCheck))];
}
