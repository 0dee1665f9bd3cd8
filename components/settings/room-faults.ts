/**
 * Faults in what is said of the rooms of a target, where settings that are right one by one cannot be together.
 *
 * @packageDocumentation
 */
import { given, type SettingsFault, valueAt } from "../../contract/settings-faults.ts";
import { type Path } from "../../contract/path.ts";
import { repeated } from "./repeated.ts";

const LISTS = ["addresses", "lists", "buildings", "tags"] as const;

/** @param path of the target's rooms */
export function roomFaults(raw: unknown, path: Path): SettingsFault[] {
  return [...scope(raw, path), ...names(raw, path)];
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
