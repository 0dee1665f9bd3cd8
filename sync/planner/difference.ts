/** Whether an object of the target is as a change meant it to be. Pure. */
import { differing, isEmpty } from "../model/fields.ts";
import type { PlanRow } from "../scratch/plan.ts";
import type { Fields, FieldValue, TargetObject } from "../model/types.ts";
import { listed, quoted } from "../../contract/words.ts";

/** What is not as it was written; the values are the wanted ones. */
export interface Difference {
  readonly fields?: Fields;
  readonly active?: boolean;
  readonly correlation?: true;
}

/**
 * Compares with all fields that the source gave and not just the written ones: a target that replaces where it should
 * merge is found out. `undefined` when everything is as it should be.
 */
export function differenceOf(
  { change, source }: Pick<PlanRow, "change" | "source">,
  object: TargetObject,
  correlation: string,
): Difference | undefined {
  const { kind } = change;
  const active = kind === "create" ? true : change.active?.after;
  const fields = kind === "disable" ? {} : differing(source?.fields ?? {}, object.fields);
  const difference = {
    ...(isEmpty(fields) ? {} : { fields }),
    ...(active === undefined || active === object.active ? {} : { active }),
    ...((kind === "create" || change.adopt) && object.keys[correlation] !== change.sourceId
      ? { correlation: true as const }
      : {}),
  };
  return Object.keys(difference).length === 0 ? undefined : difference;
}

/** `it is still active instead of inactive`, `name is still "A" instead of "B"`. */
export function wordsFor({ fields, active, correlation }: Difference, object: TargetObject): string {
  const words = Object.entries(fields ?? {}).map(
    ([name, wanted]) => `${name} is still ${shown(object.fields[name] ?? null)} instead of ${shown(wanted)}`,
  );
  if (active !== undefined)
    words.push(active ? "it is still inactive instead of active" : "it is still active instead of inactive");
  if (correlation) words.push("it does not carry the source's id");
  return listed(words);
}

function shown(value: FieldValue): string {
  return value === null ? "empty" : quoted(String(value));
}
