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
  {
    file: "plan-link.ts",
    line: "if (present.active && isEmptyMerge(merged) && !unmarked)",
    before: "present.active && isEmptyMerge(merged) && !unmarked",
    after: "false",
    why: "a shorter way for what nearly every pair is: with nothing to write, the rest comes to the same op",
  },
  {
    file: "plan-link.ts",
    line: 'const other = typeof to === "object" ? to : undefined;',
    before: 'typeof to === "object"',
    after: "true",
    why: "only its type and when it was changed are asked for, and the word `unknown` has neither",
  },
  {
    file: "limits.ts",
    line: "for (let digits = 1; digits < 12; digits++)",
    before: "<",
    after: "<=",
    why: "of as many people as there are, a share that is over shows it within eleven digits",
  },
  {
    file: "difference.ts",
    line: "Math.abs(wanted - value) < 10 ** -decimals",
    before: "<",
    after: "<=",
    why: "what is away by just one of the last decimal has as many decimals, and is asked for on the same line",
  },
  {
    file: "plan-link.ts",
    line: "return Number.isNaN(inB) || inA > inB",
    before: ">",
    after: ">=",
    why: "two that are the same have been left undecided on the line before",
  },
];
