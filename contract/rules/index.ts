/**
 * What a company wants of registrations, as pure functions: a preview and a review ask them, and a policy pack can.
 *
 * @packageDocumentation
 */
export type { Declared, KnownRegistration } from "../registrations.ts";
export { applyRules, findingsOf } from "./apply.ts";
export type { AtOf, Excused, Finding, RuleFindings, Relaxed } from "./apply.ts";
export { ruleFaults } from "./rule-faults.ts";
export { ruleIds, rules, staleException } from "./registry.ts";
export type { FindingLevel, Rule, RuleDescription } from "./rule.ts";
