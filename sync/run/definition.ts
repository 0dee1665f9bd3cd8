/** What is run, and how. @packageDocumentation */
import type { Sleep } from "../model/sleep.ts";
import type { Grants, Rules, Side, SideName, Source, Target } from "../model/types.ts";
import type { RunLimits } from "../planner/limits.ts";
import type { State, StateStore } from "../state/session.ts";
import type { Progress } from "./context.ts";
import type { RunReport } from "./report.ts";

/** A sync that goes one way. */
export interface SyncDefinition {
  /** Its name in commands, locks and reports: `users`. */
  readonly sync: string;
  readonly source: Source;
  readonly target: Target;
  /** Names of the target's fields that are mapped. */
  readonly fields: readonly string[];
  /** Whether some of them refer to other objects of the source; by default none does. */
  readonly hasReferences?: boolean;
  readonly limits: RunLimits;
  /** A value of a field of the target that makes somebody an administrator, where there is one. */
  readonly grants?: Grants;
  /** Fingerprint of scope and mapping: when it changes, everything is read again. */
  readonly scopeHash: string;
  /** How old the last full run may be, in milliseconds, for a delta run to be enough; 0 where the source has no delta. */
  readonly fullEveryMs: number;
}

/** A sync whose sides are both read, and both written. */
export interface BothWaysDefinition extends Pick<SyncDefinition, "sync" | "scopeHash" | "fullEveryMs"> {
  /** Read first, and written last. */
  readonly a: Side;
  readonly b: Side;
  readonly rules: Rules;
  /** Of the writes on each side. */
  readonly limits: RunLimits;
  /** Whose item an id is of that somebody asks for; by default one of `a`. */
  readonly sideOf?: (id: string) => SideName;
}

export type Definition = SyncDefinition | BothWaysDefinition;

export function goesBothWays(definition: Definition): definition is BothWaysDefinition {
  return "rules" in definition;
}

/** A set that a limit stopped, and that an administrator lets through now. */
interface Allowed {
  readonly sync: string;
  readonly hash: string;
  /** What the limit says of it. */
  readonly why: string;
  /** That the run works with. */
  readonly state: State;
}

export interface RunOptions {
  readonly store: StateStore;
  /** Reads in full though a delta would do. */
  readonly mode?: "full";
  /** Everything but writing: neither the target nor the state is changed. */
  readonly dryRun?: boolean;
  /** The plan that somebody looked at, none where nothing was planned: where it is another one now, nothing is written or allowed. */
  readonly looked?: Pick<RunReport, "plan">;
  /** Hash of a limited set that an administrator allows. */
  readonly allow?: string;
  /** Told that `allow` lets a set through, before it counts and before anything of it is written; what it throws ends the run. */
  readonly onAllow?: (allowed: Allowed) => Promise<void>;
  /** What started it; default `manual`. */
  readonly trigger?: string;
  /** Who did. */
  readonly by?: string;
  /** Only these objects, by id: of the source, or of either side of a sync that goes both ways; after a full run that ended well. */
  readonly only?: readonly string[];
  /** The command line that runs this sync, for messages that say what to run; default `tenantwire sync <sync>`. */
  readonly command?: string;
  /** Requests that were sent so far, by system. */
  readonly requests?: () => Readonly<Record<string, number>>;
  readonly now?: () => Date;
  readonly sleep?: Sleep;
  /** Ends the run before the next write. */
  readonly signal?: AbortSignal;
  /** Told the state that the run works with, once it is open. */
  readonly onState?: (state: Pick<State, "get">) => void;
  readonly onProgress?: (progress: Progress) => void;
}
