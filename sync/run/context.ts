import type { Partitions } from "../state/partitions.ts";
import type { Scratch } from "../scratch/index.ts";
import type { State } from "../state/session.ts";
import type { Sleep } from "../model/sleep.ts";
import type { Grants, Rules, SideName, Source, Target } from "../model/types.ts";

/** What a run is doing, for a person who waits. */
export interface Progress {
  readonly phase: "recover" | "read" | "list" | "plan" | "write" | "verify";
  readonly done: number;
  readonly total?: number;
}

/** What every step of one run works with. */
export interface Run {
  /** The side that is written. */
  readonly side: SideName;
  /** The other one, which it comes from. */
  readonly source: Source;
  readonly target: Target;
  readonly rules: Rules;
  /** A value that makes somebody an administrator, where there is one. */
  readonly grants?: Grants;
  readonly state: State;
  readonly partitions: Partitions;
  readonly scratch: Scratch;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly sleep: Sleep;
  readonly progress: (progress: Progress) => void;
  /** Told before a set that is named now counts as allowed. */
  readonly allowing: (set: { readonly hash: string; readonly why: string }) => Promise<void>;
  /** What the report should say besides its numbers. */
  readonly note: (text: string) => void;
  /** How many links there are: how large the target is, as far as this sync knows it. */
  readonly known: number;
  /** Somebody asks for the objects that are run: what waits for a word is done. */
  readonly asked: boolean;
}

/** Below this many objects each is asked for, however small the target is. */
const LIST_FROM = 50;
/** What a listing costs, in look-ups by id: the share of all that it lists for each one. */
const LIST_SHARE = 0.05;

/**
 * From how many objects on one listing of the target is cheaper than asking for each.
 *
 * @param known how many the target has
 */
export function listFrom(known: number): number {
  return Math.max(LIST_FROM, Math.ceil(known * LIST_SHARE));
}
