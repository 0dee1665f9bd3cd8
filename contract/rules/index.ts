/**
 * What a company wants of registrations, as pure functions: a preview and a review ask them, and a policy pack can.
 *
 * @packageDocumentation
 */
export type { Declared, JudgedRegistration } from "../registrations.ts";
export { judge, judgement } from "./judge.ts";
export type { AtOf, Excused, Finding, Judgement, Relaxed } from "./judge.ts";
export { ruleFaults } from "./rule-faults.ts";
export { ruleIds, rules, staleException } from "./registry.ts";
export type { FindingLevel, Rule, RuleDescription } from "./rule.ts";
