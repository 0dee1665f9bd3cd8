/** What a run records for the next one. @packageDocumentation */
import type { OpKind } from "./types.ts";

export interface Retry {
  /** Failures in a row. */
  readonly attempts: number;
  /** Instant of the first of them. */
  readonly since: string;
  /** Not tried again before this instant, unless the source reports a change. */
  readonly next: string;
  /** Without what anybody is called. */
  readonly reason: string;
  /** What could not be done. */
  readonly kind?: OpKind;
  /** Of it, what limits count besides its kind, as {@link limitedBesides} says it; absent: nothing. */
  readonly limited?: readonly string[];
  /** The target answered success and stayed as it was. */
  readonly refused?: true;
  /** How often it was made, answered with success, and never shown. */
  readonly unshown?: number;
  /** The {@link fieldsHash} of what was made last and not shown. */
  readonly made?: string;
}

export interface Intent {
  readonly kind: OpKind;
  readonly label: string;
  /** Instant before the write. */
  readonly at: string;
  /** Unknown while a create has no answer. */
  readonly targetId?: string;
  /** The create was answered with success. */
  readonly answered?: true;
  /** Whose link ends with this one. */
  readonly replaces?: string;
}
