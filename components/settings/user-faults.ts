/**
 * Faults in what is said of the users of a target, where settings that are right one by one cannot be together.
 *
 * @packageDocumentation
 */
import { type SettingsFault, valueAt } from "../../contract/settings-faults.ts";
import { type Path } from "../../contract/path.ts";
import { repeated } from "./repeated.ts";

export interface UsersOf {
  readonly path: Path;
  /** As people call the target. */
  readonly what: string;
  /** Where card numbers go, if the settings do not say it. */
  readonly cardField?: string;
}

const LISTS = ["groups", "administrativeUnits", "excludedGroups", "protectedGroups", "defaultGroups"];

export function userFaults(raw: unknown, target: UsersOf): SettingsFault[] {
  return [
    ...cardNumber(raw, target),
    ...LISTS.flatMap((list) => repeated(raw, [...target.path, list], (name) => name)),
    ...groupsExcluded(raw, target.path),
  ];
}

function cardNumber(raw: unknown, { path: users, what, cardField }: UsersOf): SettingsFault[] {
  const path = [...users, "cardNumber"];
  const source = valueAt(raw, [...path, "source"]);
  if (typeof source !== "string" || source === "none") return [];
  const field = cardField ?? valueAt(raw, [...path, "field"]);
  if (field === undefined) {
    const text = `missing; say which field of ${what} card numbers go to`;
    return [{ path: [...path, "field"], text, missing: true }];
  }
  const fields = valueAt(raw, [...users, "fields"]);
  if (typeof field !== "string" || typeof fields !== "object" || fields === null || !(field in fields)) return [];
  const where = `tenantwire:${users.join(".")}.fields`;
  if (cardField === undefined)
    return [{ path: [...path, "field"], text: `mapped under ${where} already; leave one of the two` }];
  return [{ path, text: `${cardField} is mapped under ${where} already; leave one of the two` }];
}

/** It would be a scope without anybody. */
function groupsExcluded(raw: unknown, users: Path): SettingsFault[] {
  const excluded = valueAt(raw, [...users, "excludedGroups"]);
  const groups = valueAt(raw, [...users, "groups"]);
  if (!Array.isArray(excluded) || !Array.isArray(groups)) return [];
  return excluded.flatMap((name, index) => {
    if (!groups.includes(name)) return [];
    const text = `under groups already, so that none of its members would be in scope; leave one of the two`;
    return [{ path: [...users, "excludedGroups", index], text }];
  });
}
