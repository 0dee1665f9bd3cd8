/**
 * Tries everything that a deployed stack lives on.
 *
 * @packageDocumentation
 */
import type { Outputs } from "../../contract/outputs.ts";
import type { BookableRoom } from "../../sync/kinds/rooms/bookings.ts";
import { Access, type Part, parts } from "./access.ts";
import { assumptionChecks } from "./assumptions.ts";
import { bookingChecks } from "./bookings.ts";
import { type Check, type CheckResult, runChecks } from "./check.ts";
import { directoryChecks, secretChecks, signInCheck, tenantCheck } from "./entra.ts";
import { azureDevOpsChecks, expiryChecks, productChecks } from "./products.ts";
import type { Remembered } from "./targets.ts";

export { type Part, parts } from "./access.ts";
export { type CheckResult, type Status } from "./check.ts";

export interface Trying extends Remembered {
  /** Where the proof of the sync identity and of whoever is at work here is found. */
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** The UTC day. */
  readonly today: string;
  /** The clock of the world. */
  readonly now: () => Date;
  /** Reads the rooms in scope; left out where none are synced. */
  readonly rooms?: ((signal: AbortSignal) => Promise<BookableRoom[]>) | undefined;
  /** What is looked at alone, where no identity may look at everything. Default: everything. */
  readonly part?: Part | undefined;
  /** Called before each check. */
  readonly onCheck?: (check: Check) => void;
}

/** Nothing is written anywhere. */
export async function tryDeployment(outputs: Outputs, trying: Trying): Promise<CheckResult[]> {
  const { environment, signal, onCheck, part } = trying;
  const access = new Access(outputs, environment, part);
  const checks = checksOf(access, trying);
  const wanted = part === undefined ? parts.flatMap((each) => checks[each]) : checks[part];
  // Where there is nothing to look at, nobody has to sign in.
  const findings = await runChecks(wanted.length > 0 ? [tenantCheck(access), ...wanted] : [], signal, onCheck);
  const assumed = part === undefined || part === "syncs" ? assumptionChecks(outputs, findings) : [];
  return [...findings, ...(await runChecks(assumed, signal, onCheck))];
}

function checksOf(access: Access, trying: Trying): Readonly<Record<Part, readonly Check[]>> {
  const { today, now, rooms } = trying;
  const { syncIdentity, credentials } = access.outputs;
  const [forVendors, forSyncs] = [true, false].map((vendors) => ({
    secrets: credentials.secrets.filter(({ vault }) => (vault === "vendors") === vendors),
    given: credentials.given.filter(({ vault }) => (vault === "vendors") === vendors),
  }));
  return {
    directory: directoryChecks(access, new Date(`${today}T00:00:00Z`)),
    syncs: [
      ...(syncIdentity === undefined ? [] : [signInCheck(access)]),
      ...secretChecks(access, forSyncs?.secrets ?? []),
      ...productChecks(access, trying),
      ...expiryChecks(forSyncs?.given ?? [], today),
    ],
    vendors: [
      ...secretChecks(access, forVendors?.secrets ?? []),
      ...azureDevOpsChecks(access),
      ...bookingChecks(access, rooms, now),
      ...expiryChecks(forVendors?.given ?? [], today),
    ],
  };
}
