/**
 * Something that is tried on a deployed tenant, and what came of it.
 *
 * @packageDocumentation
 */
import { NewHost, PermissionError, TenantwireError } from "../../contract/errors.ts";
import { printable, printableLines } from "../../contract/text/printable.ts";

/** `skipped` was not tried, and the text says why. */
export type Status = "ok" | "failed" | "warning" | "skipped";

export interface Verdict {
  readonly status: Status;
  /** What was found and, unless it is ok, what to do about it: one or a few sentences. */
  readonly text: string;
  /** Who looked lacked a right. One that was given minutes ago may not hold yet. Left out where that is not so. */
  readonly lacksRight?: true;
  /** Something came before what was to be found out, which nothing is known of. Left out where that is not so. */
  readonly untried?: true;
  /** Nobody could find it out here, whatever their rights. Left out where that is not so. */
  readonly unknowable?: true;
}

export interface Check {
  /** What is checked and of what: `permissions/ones`. */
  readonly id: string;
  /** What is tried, as in "sign in as the sync identity". */
  readonly tried: string;
  run(signal: AbortSignal): Promise<Verdict>;
}

export interface CheckResult extends Verdict {
  readonly id: string;
  readonly tried: string;
}

/** It could not be tried; `message` says what is missing, and how to come by it. */
export class NotChecked extends TenantwireError {
  override name = "NotChecked";
}

/** One line, or its lines: a line break of somebody else's in one is told as its escape. */
type Text = string | readonly string[];

export const ok = (text: Text): Verdict => ({ status: "ok", text: printableLines(text) });
export const failed = (text: Text): Verdict => ({ status: "failed", text: printableLines(text) });
export const warning = (text: Text): Verdict => ({ status: "warning", text: printableLines(text) });
export const skipped = (text: Text): Verdict => ({ status: "skipped", text: printableLines(text) });
export const unknowable = (text: Text): Verdict => ({ ...skipped(text), unknowable: true });

/**
 * Tries everything, one after another: what one check signs in to the next one uses.
 *
 * @param onCheck called before each of them
 */
export async function runChecks(
  checks: readonly Check[],
  signal: AbortSignal,
  onCheck: (check: Check) => void = () => {},
): Promise<CheckResult[]> {
  const findings: CheckResult[] = [];
  /** What was thrown -> the check that told it: a reason that several share is one failure. */
  const namedBy = new Map<string, string>();
  for (const check of checks) {
    signal.throwIfAborted();
    const { id } = check;
    const tried = printable(check.tried);
    onCheck({ ...check, tried });
    findings.push({ id, tried, ...(await verdictOf(check, signal, namedBy)) });
  }
  return findings;
}

/** What was thrown on purpose says what is wrong and how to mend it; anything else is a defect. */
async function verdictOf(check: Check, signal: AbortSignal, namedBy: Map<string, string>): Promise<Verdict> {
  try {
    return await check.run(signal);
  } catch (error) {
    const lacksRight = [error, (error as Error).cause].some((each) => each instanceof PermissionError);
    const why = lacksRight ? ({ lacksRight } as const) : {};
    if (error instanceof NotChecked) return { ...skipped(error.message.split("\n")), ...why };
    if (error instanceof TenantwireError) {
      const before = namedBy.get(error.message);
      if (before !== undefined) return { ...skipped(`For the same reason: see ${before}.`), untried: true, ...why };
      namedBy.set(error.message, check.id);
      const untried = lacksRight || error instanceof NewHost ? ({ untried: true } as const) : {};
      return { ...failed(error.message.split("\n")), ...untried, ...why };
    }
    throw error;
  }
}
