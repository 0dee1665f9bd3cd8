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

const HALVES = "a link has both halves, and without one there is neither";

export const equivalent: readonly Equivalent[] = [
  { file: "plan-link.ts", line: "if (!link || !input.toHalf)", before: "||", after: "&&", why: HALVES },
  { file: "plan-link.ts", line: "if (!link || !fromHalf || !toHalf)", before: "||", after: "&&", why: HALVES },
  {
    file: "plan-link.ts",
    line: "if (!link || !fromHalf || !toHalf)",
    before: "!link || !fromHalf || !toHalf",
    after: "false",
    why: "reading the halves of no link throws a TypeError, too",
  },
  {
    file: "agreed.ts",
    line: "if (one === other) return true;",
    before: "one === other",
    after: "false",
    why: "what is the same object is the same by its values too",
  },
];
