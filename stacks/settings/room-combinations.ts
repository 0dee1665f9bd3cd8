/**
 * Faults in what is said of the rooms of each target, where settings that are right one by one cannot be together.
 *
 * @packageDocumentation
 */
import { given, type Path, type SettingsFault, valueAt } from "../../contract/settings-faults.ts";
import { repeated } from "./repeated.ts";

const TARGETS: readonly Path[] = [
  ["ones", "rooms"],
  ["files", "rooms"],
];
const LISTS = ["addresses", "lists", "buildings", "tags"] as const;

export function roomFaults(raw: unknown): SettingsFault[] {
  return [...nothingForFiles(raw), ...TARGETS.flatMap((path) => [...scope(raw, path), ...names(raw, path)])];
}

function nothingForFiles(raw: unknown): SettingsFault[] {
  const files = valueAt(raw, ["files"]);
  if (typeof files !== "object" || files === null || Object.keys(files).length > 0) return [];
  return [{ path: ["files", "users"], text: "missing; say what is written to a file: users, rooms", missing: true }];
}

function scope(raw: unknown, path: Path): SettingsFault[] {
  if (!given(raw, path)) return [];
  const named = LISTS.filter((list) => given(raw, [...path, list]));
  const written = valueAt(raw, [...path, "scope"]);
  if (written === "specified" && named.length === 0) {
    const text = `missing; scope: specified needs at least one of ${LISTS.join(", ")}`;
    return [{ path: [...path, "addresses"], text, missing: true }];
  }
  if (written !== undefined && written !== "all") return [];
  return named.map((list) => ({ path: [...path, list], text: "only with scope: specified; leave it out" }));
}

/** Letter case does not matter in any of them. */
function names(raw: unknown, path: Path): SettingsFault[] {
  return LISTS.flatMap((list) =>
    repeated(raw, [...path, list], (name) => (typeof name === "string" ? name.trim().toLowerCase() : undefined)),
  );
}
