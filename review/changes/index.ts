/**
 * What a deployment would change, for the person who must approve it. Pure: a preview, the settings and the outputs of
 * the last deployment in, a review out. No value comes out that could be a secret.
 *
 * @packageDocumentation
 */
import type { Outputs, VendorConsent } from "../../contract/outputs.ts";
import type { BroughtKey } from "../../contract/registrations.ts";
import type { DeclaredRegistration } from "../../contract/registrations.ts";
import { messagesOf, type Preview } from "../preview.ts";
import type { RuleFindings } from "../../contract/rules/index.ts";
import type { OutputDifference } from "../outputs/difference.ts";
import type { PolicyChange } from "../policy.ts";
import { attentionOf } from "./attention/index.ts";
import { roleAssignmentChanges } from "./azure.ts";
import { consentLinks } from "./consent-links.ts";
import { destructions, others, resourceChange, unprotected } from "./generic.ts";
import { described, newAdministrators, ownersBefore, type People } from "./people.ts";
import { registrationChange, registrationGroups } from "./registrations.ts";
import { changesOf, countOf, everyChange } from "./resources.ts";
import { dueCredentials, otherKeys, secretChanges, vaultSecretChanges } from "./secrets.ts";
import { type Origin, type Review, REVIEW_VERSION } from "./types.ts";

export { newAdministrators, newOwners, type People } from "./people.ts";
export type {
  Attention,
  Origin,
  Owner,
  Permission,
  Person,
  PropertyChange,
  RegistrationChange,
  ResourceChange,
  Review,
} from "./types.ts";

export interface ReviewInput {
  readonly stack: string;
  readonly preview: Preview;
  /** The preview was stopped by a mandatory rule. */
  readonly refused: boolean;
  /** What the settings say, as they are now. */
  readonly declared: {
    readonly registrations: readonly DeclaredRegistration[];
    readonly given: readonly BroughtKey[];
    readonly consents: readonly VendorConsent[];
  };
  readonly ruleFindings: RuleFindings;
  readonly rulesFrom?: string | undefined;
  readonly policyChanges: readonly PolicyChange[];
  readonly outputs: readonly OutputDifference[];
  readonly origin?: Origin | undefined;
  /** Of the last deployment; undefined: there was none, or they are not understood. */
  readonly last: Outputs | undefined;
  /** What the directory says of object ids; by default nobody was asked. */
  readonly people?: People;
  /** Files that the pull request changes beside the settings. */
  readonly otherFiles?: readonly string[];
  /** What else the approver should know, in sentences. */
  readonly notes: readonly string[];
  /** The UTC day, `2026-03-31`. */
  readonly today: string;
  readonly withinDays: number;
}

export function reviewOf(input: ReviewInput): Review {
  const { stack, preview, refused, declared, ruleFindings, last, notes, today, withinDays } = input;
  const { findings, excused, relaxed } = ruleFindings;
  const changes = changesOf(preview);
  const groups = [...registrationGroups(preview, changes, last).values()];
  const known = {
    declared: declared.registrations,
    people: input.people ?? new Map(),
    owners: ownersBefore(preview),
  };
  const registrations = groups
    .map((group) => registrationChange(group, known))
    .filter((change) => change !== undefined);
  const secrets = secretChanges(groups, declared.registrations, last?.credentials.secrets ?? [], today);
  const contents = {
    firstDeployment: preview.steps.every(({ oldState }) => oldState === undefined),
    findings,
    excused,
    relaxed,
    policyChanges: input.policyChanges,
    otherFiles: input.otherFiles ?? [],
    outputs: input.outputs,
    administrators: newAdministrators(input.outputs).map((id) => described(id, known.people)),
    registrations,
    secrets,
    due: dueCredentials(declared, last?.credentials, secrets, today, withinDays),
    vaultSecrets: vaultSecretChanges(changes),
    otherKeys: otherKeys(declared.given, changes),
    roleAssignments: roleAssignmentChanges(preview, changes),
    consentLinks: consentLinks(registrations, declared.consents, last),
    destroyed: destructions(changes),
    unprotected: unprotected(preview),
    others: others(changes),
    changes: everyChange(preview).map(resourceChange),
    count: countOf(preview),
  };
  // The program warns of findings too, which are told as such.
  const warnings = messagesOf(preview, "warning").filter(
    (warning) => !findings.some(({ text }) => warning.includes(text)),
  );
  const attention = attentionOf(contents, [...warnings, ...notes]);
  const { origin = {}, rulesFrom } = input;
  const from = { origin, ...(rulesFrom !== undefined && { rulesFrom }) };
  return { version: REVIEW_VERSION, stack, today, withinDays, refused, ...from, attention, ...contents };
}
