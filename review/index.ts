/**
 * What people judge a deployment by.
 *
 * @packageDocumentation
 */
import { declaredRegistrations } from "../stacks/registrations.ts";
import { declaredKeys, vendorConsents } from "../stacks/vendors.ts";
import { SettingsError } from "../contract/errors.ts";
import type { Settings } from "../stacks/settings.ts";
import { expectedByOutputs, expectedBySettings } from "../stacks/expected.ts";
import {
  newAdministrators,
  newOwners,
  type Origin,
  type People,
  type Review,
  type ReviewInput,
  reviewOf,
} from "./changes/index.ts";
import { isBootstrap, lastOutputsOf, settingsOf } from "./inputs.ts";
import { type Live, withFacts } from "./changes/facts.ts";
import type { OutputDifference } from "./outputs/difference.ts";
import { outputDifferences } from "./outputs/differences.ts";
import { policyChanges, type PolicySource } from "./policy.ts";
import { messagesOf, type Preview } from "./preview.ts";
import { declaredOf } from "../stacks/declared.ts";
import { type AtOf, findingsOf, applyRules } from "../contract/rules/index.ts";
import type { LineOf } from "../contract/settings-lines.ts";

export type { Origin, People, Person, Review } from "./changes/index.ts";
export { parsePolicy, type PolicySource } from "./policy.ts";
export type { Live, LiveFacts } from "./changes/facts.ts";
export { lastOutputsOf, stackOf } from "./inputs.ts";
export { parsePreview, type Preview } from "./preview.ts";

/** How a preview is reviewed. */
export interface Reviewing {
  readonly stack: string;
  /** The UTC day. */
  readonly today: string;
  /** Secrets that fall due in so many days are told. */
  readonly withinDays: number;
  /** Undefined: the rules are those of the settings under review. */
  readonly base?: PolicySource | undefined;
  /** File and line of a setting under review, where they are known. */
  readonly atOf?: AtOf;
  readonly people?: People | undefined;
  /** Registrations as they are in the tenant. Undefined: what only the tenant knows is not judged. */
  readonly live?: Live;
  readonly origin?: Origin | undefined;
  /** Files that the pull request changes beside the settings. */
  readonly otherFiles?: readonly string[];
  /** What else the approver should know, in sentences. */
  readonly notes?: readonly string[];
}

/**
 * Reviews a preview. One that a mandatory rule stopped has findings, and no changes.
 *
 * @throws SettingsError when the preview was made with settings that this version refuses
 */
export function reviewPreview(preview: Preview, reviewing: Reviewing): Review {
  const settings = settingsUnder(preview, reviewing.stack);
  const looked = settings === undefined ? ofAnotherStack(preview) : ofTenant(settings, preview, reviewing);
  return reviewOf({
    ...reviewing,
    ...looked,
    notes: [...(reviewing.notes ?? []), ...looked.notes],
    preview,
    refused: messagesOf(preview, "error").length > 0,
    people: reviewing.people ?? new Map(),
    rulesFrom: reviewing.base?.file,
  });
}

type Looked = Pick<ReviewInput, "declared" | "ruleFindings" | "policyChanges" | "outputs" | "last" | "notes">;

function ofTenant(settings: Settings, preview: Preview, { base, live, atOf = () => undefined }: Reviewing): Looked {
  const { outputs: last, unread } = lastOutputsOf(preview);
  const own = { rules: settings.rules, production: settings.production };
  const { rules, production } = base?.policy ?? own;
  const declared = declaredOf(settings);
  const registrations = withFacts(declared.registrations, live, preview, last?.registrations ?? []);
  const atOfRules = base === undefined ? atOf : (base.atOf ?? (() => undefined));
  const looked = applyRules({ ...declared, registrations, production }, rules, (path) =>
    path[0] === "rules" ? atOfRules(path) : atOf(path),
  );
  // The program judges by the settings' own rules: what stopped it is told, whatever the base branch says of it.
  const stopped = messagesOf(preview, "error").length > 0 ? findingsOf(declaredOf(settings), settings.rules, atOf) : [];
  const further = stopped.filter(
    ({ level, rule, text }) =>
      level === "mandatory" && !looked.findings.some((each) => each.rule === rule && each.text === text),
  );
  return {
    declared: {
      registrations: declaredRegistrations(settings),
      given: declaredKeys(settings),
      consents: vendorConsents(settings),
    },
    ruleFindings: { ...looked, findings: [...looked.findings, ...further] },
    policyChanges: base === undefined ? [] : policyChanges(base.policy, own),
    outputs: differencesOf(settings, preview),
    last,
    notes:
      unread === undefined
        ? []
        : [`${unread} Until then secrets that fall due, and what the syncs will do differently, are not told.`],
  };
}

/** What pipelines sign in as, for example: it has no rules and no syncs. */
function ofAnotherStack(preview: Preview): Looked {
  return {
    declared: { registrations: [], given: [], consents: [] },
    ruleFindings: { findings: [], excused: [], relaxed: [] },
    policyChanges: [],
    outputs: [],
    last: undefined,
    notes: isBootstrap(preview)
      ? []
      : ["These are not the settings of a tenant's stack: no rule was asked, and no outputs were compared."],
  };
}

/**
 * Undefined: the settings are those of another stack of the product.
 *
 * @throws SettingsError when they stopped the program
 */
function settingsUnder(preview: Preview, stack: string, lineOf?: LineOf): Settings | undefined {
  if (isBootstrap(preview)) return undefined;
  try {
    return settingsOf(preview, stack, lineOf);
  } catch (error) {
    // A program that took them knows them.
    if (error instanceof SettingsError && messagesOf(preview, "error").length === 0) return undefined;
    throw error;
  }
}

/** Object ids of people whom the page should name: new owners, and new administrators of the group. */
export function newPeople(preview: Preview, stack: string): string[] {
  const settings = settingsUnder(preview, stack);
  const administrators = settings === undefined ? [] : newAdministrators(differencesOf(settings, preview));
  return [...new Set([...newOwners(preview), ...administrators])];
}

function differencesOf(settings: Settings, preview: Preview): OutputDifference[] {
  const { outputs: last } = lastOutputsOf(preview);
  return outputDifferences(last && expectedByOutputs(last), expectedBySettings(settings));
}

/** The tenant that the settings name. Undefined: they are no tenant's. */
export function tenantOf(preview: Preview, stack: string): Settings["tenant"] | undefined {
  return settingsUnder(preview, stack)?.tenant;
}

/**
 * Why there is nothing to review, in the engine's words. What a mandatory rule says is reviewed as its finding.
 *
 * @param lineOf the settings, where their file is at hand
 * @throws SettingsError where it is the settings: then the program's own words say everything
 */
export function failureOf(preview: Preview, stack: string, lineOf?: LineOf): string | undefined {
  const errors = messagesOf(preview, "error");
  if (errors.length === 0) return undefined;
  const texts = mandatoryTexts(preview, stack, lineOf);
  const isExplained = errors.every((error) => texts.some((text) => error.includes(text)));
  return isExplained ? undefined : errors.join("\n");
}

function mandatoryTexts(preview: Preview, stack: string, lineOf?: LineOf): string[] {
  const settings = settingsUnder(preview, stack, lineOf);
  if (settings === undefined) return [];
  return findingsOf(declaredOf(settings), settings.rules).flatMap(({ level, text }) =>
    level === "mandatory" ? [text] : [],
  );
}
