/** One figure: what was measured, against what, and what it should be. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly goal: number;
  /** The numbers behind it, in words. */
  readonly detail: string;
}
