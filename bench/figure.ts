/** One figure: what was measured, against what, and what it should be at most. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** Not to be exceeded; without one the figure is shown as it is. */
  readonly goal?: number;
  /** The numbers behind it, in words. */
  readonly detail: string;
}
