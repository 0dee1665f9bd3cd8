import { type SettingsFault, valueAt } from "../../contract/settings-faults.ts";
import { type Path } from "../../contract/path.ts";

/** Faults for each item of a list that is the same as one before it; one that is identified by nothing is left out. */
export function repeated(raw: unknown, path: Path, identify: (item: unknown) => unknown): SettingsFault[] {
  const list = valueAt(raw, path);
  if (!Array.isArray(list)) return [];
  const names = list.map(identify);
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    if (name === undefined || first === index) return [];
    return { path: [...path, index], text: `the same as [${first}]` };
  });
}
