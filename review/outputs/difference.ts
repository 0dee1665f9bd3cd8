/** A value of the outputs that will be another one. */
export interface OutputDifference {
  /** Where it is in the outputs, by names: `integrations.ones.rooms.scope`. */
  readonly path: readonly string[];
  /** Undefined: it was not there, or is not there any more. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** Of a list whose order means nothing. */
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
  /** Of a target or form that was not there before; after a first deployment alone. */
  readonly begins?: true;
  /** Why the approver has to think about it, as a clause: "a new host". */
  readonly danger?: string;
}
