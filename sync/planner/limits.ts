/**
 * Limits: how much one run may take away, and how much of it may fail, before a person has to look at it. Pure.
 *
 * @packageDocumentation
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { ReadMode } from "../model/types.ts";
import { counted, duration, grouped } from "../../contract/words.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** For how long what an administrator allowed passes. */
export const ALLOWED_FOR_MS = 3 * DAY_MS;

/**
 * How many linked, active objects one run may disable.
 *
 * - `count` (default 500): more than this is over, however large the directory. 500 is what Entra's own provisioning
 *   starts with for accidental deletions.
 * - `percent` (default 10): more than this share of the active linked objects is over. Half of what Okta starts with,
 *   since a disable here is undone by a person, one by one in the worst case.
 * - `minimumPopulation` (default 20): below this many the share says nothing (one leaver of five is 20 %), and only
 *   `count` holds.
 */
export const DisableLimit = z
  .strictObject({
    count: z.int().min(0).default(500).describe("a whole number, at least 0"),
    percent: z.number().min(0).max(100).default(10).describe("a number from 0 to 100"),
    minimumPopulation: z.int().min(1).default(20).describe("a whole number, at least 1"),
  })
  .describe("settings: count, percent, minimumPopulation");
export type DisableLimit = z.infer<typeof DisableLimit>;

/**
 * How many of a run's writes may fail before it stops: then the fault is hardly with the objects.
 *
 * - `percent` (default 10): more than this share of the objects that were written so far is too many;
 * - `count` (default 20): fewer failures than this are never too many.
 */
export const FailureLimit = z
  .strictObject({
    percent: z.number().min(0).max(100).default(10).describe("a number from 0 to 100"),
    count: z.int().min(1).default(20).describe("a whole number, at least 1"),
  })
  .describe("settings: percent, count");
export type FailureLimit = z.infer<typeof FailureLimit>;

/** Limits of a sync. */
export const Limits = z
  .strictObject({ disable: DisableLimit.prefault({}), failures: FailureLimit.prefault({}) })
  .describe("settings: disable, failures");
export type Limits = z.infer<typeof Limits>;

export interface Planned {
  readonly readMode: ReadMode;
  /** Wanted, active objects that the read gave. */
  readonly inScope: number;
  /** Linked objects that are active before the run. */
  readonly population: number;
  readonly disables: number;
  readonly sourceName: string;
}

/**
 * Why a plan is over the limits, in words; `undefined` when it is not.
 *
 * A full read that found nobody in scope is over even where nothing would be disabled: it is never what was meant.
 */
export function overLimit(limits: Limits, planned: Planned): string | undefined {
  if (planned.readMode === "full" && planned.inScope === 0) {
    return `${planned.sourceName} gave nobody who should be active`;
  }
  const { count, percent, minimumPopulation } = limits.disable;
  const { disables, population } = planned;
  if (disables > count) return `${counted(disables, "disable")}, more than the ${count} that one run may do`;
  if (population < minimumPopulation || disables * 100 <= percent * population) return undefined;
  const share = Math.floor((disables * 1000) / population) / 10;
  const are = disables === 1 ? "is" : "are";
  return `${counted(disables, "disable")} ${are} ${share} % of ${population} active, more than the ${percent} % that one run may do`;
}

export interface Written {
  /** Objects whose write was tried, the failed ones among them. */
  readonly written: number;
  readonly failed: number;
  readonly targetName: string;
}

/** Why a run has to stop before its next write, in words; `undefined` while it may go on. */
export function tooManyFailures(
  { count, percent }: FailureLimit,
  { written, failed, targetName }: Written,
): string | undefined {
  if (failed < count || failed * 100 <= percent * written) return undefined;
  return `${grouped(failed)} of ${counted(written, "write")} to ${targetName} failed, more than the ${percent} % that may fail in one run`;
}

/** One line of a limited set. */
export function limitedLine(kind: string, id: string): string {
  return `${kind} ${id}`;
}

/**
 * The name of a limited set: the first 16 hexadecimal digits of the SHA-256 of its sorted lines, short enough to be
 * pasted and long enough never to name two sets of one sync. The order of the lines does not matter.
 */
export function limitedHash(lines: Iterable<string>): string {
  const hash = createHash("sha256");
  for (const line of [...lines].sort()) hash.update(`${line}\n`);
  return hash.digest("hex").slice(0, 16);
}

/** Whether what was allowed then still passes now. */
export function isAllowanceValid(allowedAt: Date, now: Date): boolean {
  const age = now.getTime() - allowedAt.getTime();
  return age >= 0 && age <= ALLOWED_FOR_MS;
}

/** What a person can do about a run that was stopped, and with which command. */
export function overLimitMessage(why: string, command: string, hash: string): string {
  return (
    `Nothing was written: ${why}. If that is right, run ${command} --allow ${hash} ` +
    `(it also passes later runs that do no more than this, for ${duration(ALLOWED_FOR_MS)}); if not, look at the source first.`
  );
}
