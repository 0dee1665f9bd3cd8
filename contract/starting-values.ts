/**
 * Values that stand in the files that `tenantwire init` writes, in the place of a company's own. Nothing may be made with
 * one left: a subject of somebody else's repository would let that repository in. Pure.
 *
 * @packageDocumentation
 */
import { SettingsError } from "./errors.ts";
import type { Path } from "./path.ts";
import { place } from "./settings-faults.ts";

const STARTING: readonly RegExp[] = [
  /^0{8}-0{4}-0{4}-0{4}-0{11}\d$/,
  /(?<![a-z\d-])your-(?:company|organization|project|repository|stack)(?![a-z\d])/i,
  /^your project$/i,
  /^what the (?:service )?connection (?:of the sync )?shows$/i,
];

/** Where in settings such a value is left. */
export function startingValues(settings: unknown, path: Path = []): Path[] {
  if (typeof settings === "string") return STARTING.some((pattern) => pattern.test(settings.trim())) ? [path] : [];
  if (typeof settings !== "object" || settings === null) return [];
  return Object.entries(settings).flatMap(([name, value]) =>
    startingValues(value, [...path, Array.isArray(settings) ? Number(name) : name]),
  );
}

/** @throws SettingsError naming each of them, a line for each */
export function checkStartingValues(settings: unknown, whereIs: (path: Path) => string = place): void {
  const lines = startingValues(settings).map(
    (path) => `${whereIs(path)}: this is still the example of the file that you began with; write your own.`,
  );
  if (lines.length > 0) throw new SettingsError(lines);
}
