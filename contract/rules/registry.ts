import {
  avoidableKey,
  federatedSubject,
  givenKeyExpiry,
  secretInsteadOfFederation,
  secretLifetime,
} from "./credentials.ts";
import { consentBeyondDeclared, mailboxReach, tierZeroPermission, writePermission } from "./permissions.ts";
import type { Rule, RuleDescription } from "./rule.ts";
import { implicitGrant, redirectUris, singleTenant } from "./sign-in.ts";
import { ownersOfControl, protectedRegistrations, purgeProtection, twoOwners } from "./stack.ts";

/** Every rule that judges what is declared, in the order of its findings. */
export const rules: readonly Rule[] = [
  tierZeroPermission,
  writePermission,
  mailboxReach,
  consentBeyondDeclared,
  secretLifetime,
  secretInsteadOfFederation,
  federatedSubject,
  givenKeyExpiry,
  avoidableKey,
  redirectUris,
  singleTenant,
  implicitGrant,
  twoOwners,
  ownersOfControl,
  protectedRegistrations,
  purgeProtection,
];

/** It judges the exceptions that the others did not need, and can be set like them. */
export const staleException: RuleDescription = {
  id: "stale-exception",
  level: "advisory",
  title: "Every exception is needed",
  docs: "Exceptions that match nothing: what they were for is gone, or misspelt. Take them away. Rules that are disabled are left aside.",
};

/** What settings may name. */
export const ruleIds: readonly string[] = [...rules, staleException].map(({ id }) => id);
