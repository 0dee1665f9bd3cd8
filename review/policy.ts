/**
 * By which rules a deployment is judged. Whoever writes the settings can write other rules too, so that they are taken
 * from the settings of the branch that is merged into, where somebody names that file. Pure.
 *
 * @packageDocumentation
 */
import { parse, YAMLParseError } from "yaml";
import { SettingsError } from "../contract/errors.ts";
import { ruleFaults } from "../contract/rules/rule-faults.ts";
import type { AtOf } from "../contract/rules/index.ts";
import { Rules, type RulesSettings } from "../contract/rules/settings.ts";
import { describeIssues, tell } from "../contract/settings-faults.ts";
import { flag } from "../contract/values.ts";
import { structured } from "../stacks/handed-over.ts";
import { registrationNames } from "../stacks/registration-names.ts";

export interface Policy {
  readonly rules: RulesSettings;
  /** Some rules are for such stacks only, so that it is one of them. */
  readonly production: boolean;
}

/** Who says so. */
export interface PolicySource {
  readonly policy: Policy;
  /** The file of the base branch. */
  readonly file: string;
  /** Line of a setting in it, with its name. */
  readonly atOf?: AtOf;
}

/** What of the policy is otherwise in the settings under review. */
export interface PolicyChange {
  /** `tenantwire:rules.two-owners`, `tenantwire:production` */
  readonly place: string;
  /** As YAML would have it, in one line. Undefined: nothing is written, so that the default holds. */
  readonly before?: string;
  readonly after?: string;
}

/**
 * Policy of a settings file, `stacks/Pulumi.<stack>.yaml`. One that is empty has the defaults: there was no stack before.
 *
 * @throws SettingsError when it is no such file
 */
export function parsePolicy(text: string, file: string): Policy {
  const raw = configurationIn(text, file);
  const rules = Rules.prefault({}).safeParse(settingOf(raw, "rules"));
  const production = flag("whether people depend on what the stack makes")
    .default(true)
    .safeParse(settingOf(raw, "production"));
  const faults = [
    ...(rules.success ? [] : describeIssues(rules.error.issues, Rules, settingOf(raw, "rules"))).map((fault) => ({
      ...fault,
      path: ["rules", ...fault.path],
    })),
    ...(production.success ? [] : [{ path: ["production"], text: "expected true or false" }]),
    ...ruleFaults(settingOf(raw, "rules"), registrationNames),
  ];
  if (rules.success && production.success && faults.length === 0) {
    return { rules: rules.data, production: production.data };
  }
  throw new SettingsError(tell(faults, file));
}

function configurationIn(text: string, file: string): Readonly<Record<string, unknown>> {
  const content = yamlIn(text, file) ?? {};
  const config = isRecord(content) ? (content["config"] ?? {}) : undefined;
  if (isRecord(config)) return config;
  throw new SettingsError(`${file} is no settings file of a stack: it has no config. Give stacks/Pulumi.<stack>.yaml.`);
}

function yamlIn(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const [at] = error.linePos ?? [];
    throw new SettingsError(
      `${file}${at ? `, line ${at.line}` : ""} is not YAML: ${error.code}. Mend it, or give another file.`,
    );
  }
}

/** A text may hold JSON: that is how the engine hands it over. */
function settingOf(raw: Readonly<Record<string, unknown>>, name: string): unknown {
  const value = raw[`tenantwire:${name}`];
  return typeof value === "string" ? structured(value) : value;
}

export function policyChanges(before: Policy, after: Policy): PolicyChange[] {
  const ids = [...new Set([...Object.keys(before.rules), ...Object.keys(after.rules)])].sort();
  const rules = ids.map((id) => changeOf(`tenantwire:rules.${id}`, before.rules[id], after.rules[id]));
  return [...rules, changeOf("tenantwire:production", before.production, after.production)].flat();
}

function changeOf(place: string, before: unknown, after: unknown): PolicyChange[] {
  const [old, now] = [before, after].map((value) => JSON.stringify(value));
  if (old === now) return [];
  return [{ place, ...(old !== undefined && { before: old }), ...(now !== undefined && { after: now }) }];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
