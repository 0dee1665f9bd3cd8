import type { Declared, Finding } from "../../../contract/rules/index.ts";

/** What is declared, and the one finding of the rule. */
export type Case = readonly [rule: string, what: string, declared: Declared, finding: Omit<Finding, "rule">];
