import * as pulumi from "@pulumi/pulumi";
import { SettingsError } from "../contract/errors.ts";
import { printable } from "../contract/text/printable.ts";
import { declaredOf } from "./declared.ts";
import { type AtOf, type Finding, findingsOf } from "../contract/rules/index.ts";
import type { Settings } from "./settings.ts";

/**
 * Holds the settings against the company's rules: what is advisory is a warning of the engine.
 *
 * @param atOf file and line of a setting, for messages
 * @throws SettingsError with a line for each mandatory finding
 */
export function heedRules(settings: Settings, atOf?: AtOf): void {
  const findings = findingsOf(declaredOf(settings), settings.rules, atOf);
  const mandatory = findings.filter(({ level }) => level === "mandatory");
  if (mandatory.length > 0) throw new SettingsError(mandatory.map(tell));
  for (const finding of findings) void pulumi.log.warn(printable(tell(finding)));
}

function tell({ place, at, text, rule }: Finding): string {
  return `${place}: ${text} (rule ${rule}${at === undefined ? "" : `, ${at}`})`;
}
