/** In which mode a run reads, and why. Pure. */
import type { ReadMode } from "../model/types.ts";
import type { Json } from "../model/json-value.ts";
import { duration } from "../../contract/words.ts";

/** What the last run that ended well left. */
export interface Position {
  readonly cursor: Json;
  /** Fingerprint of scope and mapping that the cursor was made under. */
  readonly scopeHash: string;
  /** Instant of the start of the last complete full run. */
  readonly fullAt: string;
}

export interface ModeQuestion {
  readonly asked: ReadMode | undefined;
  readonly position: Position | undefined;
  /** Objects that are linked. */
  readonly links: number;
  readonly scopeHash: string;
  readonly fullEveryMs: number;
  readonly now: Date;
}

/** A delta read needs a reason to be enough; whatever is in doubt is read in full. */
export function decideMode(question: ModeQuestion): { readonly mode: ReadMode; readonly reason: string } {
  const { asked, position, links, scopeHash, fullEveryMs, now } = question;
  if (!position) return full(links === 0 ? "it is the first run" : "no full run has ended well yet");
  if (asked === "full") return full("it was asked for");
  if (links === 0) return full("nothing is linked yet");
  if (position.scopeHash !== scopeHash) return full("scope or mapping have changed");
  if (fullEveryMs === 0) return full("its source has no other");
  const age = now.getTime() - Date.parse(position.fullAt);
  if (age < 0) return full("the last full run is told to be in the future, by a clock that was ahead");
  if (age >= fullEveryMs) return full(`the last full run was ${duration(age)} ago`);
  return { mode: "delta", reason: `the last full run was ${duration(age)} ago` };
}

function full(reason: string): { readonly mode: "full"; readonly reason: string } {
  return { mode: "full", reason };
}
