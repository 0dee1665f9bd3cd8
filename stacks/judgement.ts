import * as pulumi from "@pulumi/pulumi";
import { SettingsError } from "../contract/errors.ts";
import { printable } from "../contract/text/printable.ts";
import { declaredOf } from "./declared.ts";
import { type Finding, judge } from "../contract/rules/index.ts";
import type { Settings } from "./settings.ts";

/**
 * Holds the settings against the company's rules: what is advisory is a warning of the engine.
 *
 * @throws SettingsError with a line for each mandatory finding
 */
export function heedRules(settings: Settings): void {
  const findings = judge(declaredOf(settings), settings.rules);
  const mandatory = findings.filter(({ level }) => level === "mandatory");
  if (mandatory.length > 0) throw new SettingsError(mandatory.map(tell));
  for (const finding of findings) void pulumi.log.warn(printable(tell(finding)));
}

function tell({ place, text, rule }: Finding): string {
  return `${place}: ${text} (rule ${rule})`;
}
