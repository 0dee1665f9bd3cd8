/**
 * Limits: how much one run may take away, and how much of it may fail, before a person has to look at it. Pure.
 *
 * @packageDocumentation
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { ReadMode } from "../model/types.ts";
import { counted, duration, listed } from "../../contract/words.ts";
import { DAY_MS } from "../../contract/days.ts";

/** For how long what an administrator allowed passes. */
export const ALLOWED_FOR_MS = 3 * DAY_MS;

const count = z.int().min(0).describe("a whole number, at least 0");
const percent = z.number().min(0).max(100).describe("a number from 0 to 100");
/** There may be more new ones than there are. */
const growth = z.number().min(0).describe("a number of percent");
const minimumPopulation = z.int().min(1).default(20).describe("a whole number, at least 1");

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
const DisableLimit = z
  .strictObject({ count: count.default(500), percent: percent.default(10), minimumPopulation })
  .describe("settings: count, percent, minimumPopulation");
export type DisableLimit = z.infer<typeof DisableLimit>;

/**
 * How many linked objects one run may empty values of, likewise: a source that lost a property looks like that. What the
 * run links counts too: a first sync, of what people filled in by hand before, has nothing else.
 */
const ClearLimit = DisableLimit;

/**
 * How many objects one run may create, likewise, once there are some: a first sync creates everybody, and is one until a
 * run has read everything and come to its end, however often it was killed before. By default 10,000, and as many as
 * there are.
 */
const CreateLimit = z
  .strictObject({ count: count.default(10_000), percent: growth.default(100), minimumPopulation })
  .describe("settings: count, percent, minimumPopulation");

/**
 * How many people one run may give an administrator's role: by default 5, however many there are. Of what syncs no roles
 * there is none.
 */
export const GrantLimit = z
  .strictObject({ count: count.default(5), percent: growth.default(100), minimumPopulation })
  .describe("settings: count, percent, minimumPopulation");

/**
 * When a run stops trying: after `count` (default 20) writes of one kind in a row that failed, with none in between that
 * succeeded, the rest of that kind is put aside.
 */
export const FailureLimit = z
  .strictObject({ count: z.int().min(1).default(20).describe("a whole number, at least 1") })
  .describe("settings: count");
export type FailureLimit = z.infer<typeof FailureLimit>;

/** Limits of a sync. */
export const Limits = z
  .strictObject({
    disable: DisableLimit.prefault({}),
    clear: ClearLimit.prefault({}),
    create: CreateLimit.prefault({}),
    failures: FailureLimit.prefault({}),
  })
  .describe("settings: disable, clear, create, failures");
export type Limits = z.infer<typeof Limits>;

/** With what only some syncs have. */
export type RunLimits = Limits & { readonly grant?: DisableLimit };

/** Kinds of change that are limited. */
const limitedKinds = ["disable", "clear", "create", "grant"] as const;
export type LimitedKind = (typeof limitedKinds)[number];

export interface Planned {
  readonly readMode: ReadMode;
  /** Wanted, active objects that the read gave. */
  readonly inScope: number;
  /** Linked objects before the run, active or not. */
  readonly linked: number;
  /** Linked objects that are active before the run. */
  readonly population: number;
  /** Objects that are there already, and would be linked by the run: also of these values can be emptied. */
  readonly linking: number;
  /** How many would be changed in each way, those left out that an earlier run planned already and could not do. */
  readonly changes: Readonly<Record<Exclude<LimitedKind, "grant">, number>> & { readonly grant?: number };
  /** No run has read everything and come to its end yet. */
  readonly firstSync: boolean;
  /** Linked objects that would be active after the run. */
  readonly remaining: number;
  readonly sourceName: string;
}

/** What of a plan is over the limits. */
export interface OverLimit {
  /** The kinds that are; all that take away where nobody would be left. */
  readonly kinds: readonly LimitedKind[];
  /** In words. */
  readonly why: string;
}

/**
 * What of a plan is over the limits; `undefined` when nothing is.
 *
 * Where nobody is in scope, or nobody would be left active, that is over in every kind of read, however few there were:
 * it is never what was meant, and who meant it can say so, once: where nobody is active any more and nothing would
 * change, nothing is over.
 */
export function overLimit(limits: RunLimits, planned: Planned): OverLimit | undefined {
  const { readMode, inScope, linked, population, linking, remaining, changes, sourceName } = planned;
  // All who were synced are inactive already, as somebody allowed: there is nothing left to allow.
  const isSettled = linked > 0 && population === 0 && limitedKinds.every((kind) => (changes[kind] ?? 0) === 0);
  if (isSettled) return undefined;
  if (readMode === "full" && inScope === 0) {
    return { kinds: ["disable"], why: `${sourceName} gave nobody who should be active` };
  }
  if (remaining === 0 && population > 0 && changes.disable > 0) {
    const who =
      population === 1
        ? "the only active object would not be"
        : `nobody of ${counted(population, "active object")} would be`;
    return { kinds: ["disable"], why: `${who} left active` };
  }
  // A first sync has nothing to compare with.
  const limited = limitedKinds.filter((kind) => kind !== "create" || !planned.firstSync);
  const over = limited.flatMap((kind) => {
    const limit = limits[kind];
    const there = kind === "clear" ? population + linking : population;
    const why = limit && overOne(kind, limit, changes[kind] ?? 0, there);
    return why === undefined ? [] : [{ kind, why }];
  });
  if (over.length === 0) return undefined;
  return { kinds: over.map(({ kind }) => kind), why: listed(over.map(({ why }) => why)) };
}

const words: Readonly<Record<LimitedKind, readonly [string, string]>> = {
  disable: ["disable", "disables"],
  clear: ["object with values emptied", "objects with values emptied"],
  create: ["create", "creates"],
  grant: ["grant of an administrator's role", "grants of an administrator's role"],
};

function overOne(kind: LimitedKind, limit: DisableLimit, changes: number, population: number): string | undefined {
  // Neither have a few who were there to try it.
  if (kind === "create" && population < limit.minimumPopulation) return undefined;
  const many = counted(changes, ...words[kind]);
  if (changes > limit.count) return `${many}, more than the ${limit.count.toLocaleString("en-US")} that one run may do`;
  // 2.3 times 3,000 is a little less than 6,900 here.
  const most = Number((limit.percent * population).toPrecision(12));
  if (population < limit.minimumPopulation || changes * 100 <= most) return undefined;
  const share = shareOver((changes * 100) / population, limit.percent);
  const are = changes === 1 ? "is" : "are";
  return `${many} ${are} ${share} % of ${population} active, more than the ${limit.percent} % that one run may do`;
}

/** With as many digits as show that it is more. */
function shareOver(share: number, percent: number): number {
  for (let digits = 1; digits < 12; digits++) {
    const shown = Math.floor(share * 10 ** digits) / 10 ** digits;
    if (shown > percent) return shown;
  }
  return share;
}

/**
 * One line of a limited set: an object, and what is done with it.
 *
 * @param fields which values of it are emptied
 */
export function limitedLine(kind: string, id: string, fields?: readonly string[]): string {
  return [kind, id, ...(fields ? [JSON.stringify(fields)] : [])].join(" ");
}

/** A line for each value that is emptied; of other changes there is one. */
export function partsOf(line: string): readonly string[] {
  const [, kind = "", id = "", fields] = /^(\S+) (.+?)(?: (\[".*"\]))?$/.exec(line) ?? [];
  if (fields === undefined) return [line];
  return (JSON.parse(fields) as readonly string[]).map((name) => limitedLine(kind, id, [name]));
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

/** What a person can do about a run that was stopped, and with which command; what is kept of it names nobody. */
export function overLimitMessage(why: string, command: string, hash: string): string {
  return (
    `Nothing was written: ${why}. ${command} --dry-run says whom it is about. If that is right, run ${command} --allow ${hash} ` +
    `(it also passes later runs that do no more than this, for ${duration(ALLOWED_FOR_MS)}); if not, look at the source first.`
  );
}
