/**
 * Tries everything that a deployed stack lives on.
 *
 * @packageDocumentation
 */
import type { Outputs } from "../../stacks/outputs.ts";
import { Access } from "./access.ts";
import { assumptionChecks } from "./assumptions.ts";
import { type Check, type Finding, runChecks } from "./check.ts";
import { entraChecks } from "./entra.ts";
import { productChecks, type Remembered } from "./products.ts";

export { type Finding, type Status } from "./check.ts";
export { renderFindings } from "./terminal.ts";

export interface Trying extends Remembered {
  /** Where the proof of the sync identity and of whoever is at work here is found. */
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Called before each check. */
  readonly onCheck?: (check: Check) => void;
}

/** Nothing is written anywhere. */
export async function tryDeployment(outputs: Outputs, trying: Trying): Promise<Finding[]> {
  const { environment, signal, onCheck } = trying;
  const access = new Access(outputs, environment);
  const findings = await runChecks([...entraChecks(access), ...productChecks(access, trying)], signal, onCheck);
  return [...findings, ...(await runChecks(assumptionChecks(outputs, findings), signal, onCheck))];
}
