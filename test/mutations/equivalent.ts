/** Faults that are none: what they change, nobody can see. */
export interface Equivalent {
  /** End of the file's path. */
  readonly file: string;
  /** Part of the line. */
  readonly line: string;
  readonly before: string;
  readonly after: string;
  readonly why: string;
}

export const equivalent: readonly Equivalent[] = [
  {
    file: "agreed.ts",
    line: "if (one === other) return true;",
    before: "one === other",
    after: "false",
    why: "what is the same object is the same by its values too",
  },
];
