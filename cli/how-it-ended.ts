/**
 * How another program ended that did not succeed, and what it said. Pure.
 *
 * @packageDocumentation
 */
import type { ExecFileException } from "node:child_process";
import { constants } from "node:os";

/**
 * @param said what it said on standard error
 * @returns as in "was ended by SIGKILL"; `undefined` where it ended by itself and said why
 */
export function howItEnded({ signal, code }: ExecFileException, said: string): string | undefined {
  if (code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") return "printed more than is ever needed, and was ended";
  if (typeof code === "string") return `cannot be run (${code})`;
  const by = signal ?? signalOf(code);
  if (by) return `was ended by ${by}${by === "SIGKILL" ? ", as the system does where memory runs out" : ""}`;
  return said.trim() === "" ? `ended with exit code ${code ?? "unknown"}, and said nothing` : undefined;
}

/** What a shell between the two makes of a signal. */
function signalOf(code: number | null | undefined): string | undefined {
  const found = Object.entries(constants.signals).find(([, number]) => code === 128 + number);
  return found?.[0];
}

/** @param ended as in "pulumi preview was ended by SIGKILL" */
export function wordsOfEnd(ended: string, said: string): string | string[] {
  return said === "" ? `${ended}.` : linesAfter(`${ended}. It says: `, said);
}

/** What another program said, which has line breaks of its own, after words of ours. */
export function linesAfter(words: string, said: string): string[] {
  const [first = "", ...others] = said.split("\n");
  return [words + first, ...others];
}
