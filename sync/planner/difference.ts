/** Whether an item of the written side is as an op meant it to be. Pure. */
import { differing, isEmpty } from "../model/fields.ts";
import type { PlanRow } from "../scratch/plan.ts";
import { type Fields, type FieldValue, isActive, type Item, type Op, type Rules, rulesOf } from "../model/types.ts";
import { made } from "./merge.ts";
import { listed, quoted } from "../../contract/words.ts";

/** What is not as it was written; the values are the wanted ones. */
export interface Difference {
  readonly fields?: Fields;
  readonly active?: boolean;
  readonly correlation?: true;
}

/**
 * Compares with all fields that the source decides and not just the written ones: a target that replaces where it should
 * merge is found out. `undefined` when everything is as it should be.
 */
export function differenceOf(
  { op, source }: Pick<PlanRow, "op" | "source">,
  object: Item,
  correlation: string,
  rules: Rules,
): Difference | undefined {
  const { kind } = op;
  const active = kind === "create" ? true : op.active?.after;
  const fields = kind === "disable" ? {} : differing(wantedBy(op, source, rules), object.fields ?? {});
  const difference = {
    ...(isEmpty(fields) ? {} : { fields }),
    ...(active === undefined || active === isActive(object) ? {} : { active }),
    ...((kind === "create" || op.adopt) && object.keys[correlation] !== op.sourceId
      ? { correlation: true as const }
      : {}),
  };
  return Object.keys(difference).length === 0 ? undefined : difference;
}

/** What was written, and what the source has besides of fields that go nowhere but to the written side. */
function wantedBy({ side, after }: Op, source: Item | undefined, { fields }: Rules): Fields {
  const ahead = rulesOf(fields, source?.type).filter(
    ({ direction, refers }) => !refers && direction === (side === "b" ? "->" : "<-"),
  );
  return { ...made(ahead, source?.fields ?? {}, side), ...after };
}

/** Whether a value is what is left of a finer, other one where numbers are rounded, dates have no time of day, or letters no case. */
export function isCoarser(value: FieldValue, wanted: FieldValue): boolean {
  if (typeof value === "string" && typeof wanted === "string") {
    const isDay = /^\d{4}-\d\d-\d\d$/.test(value) && wanted.startsWith(`${value}T`);
    return isDay || value.toLowerCase() === wanted.toLowerCase();
  }
  if (typeof value !== "number" || typeof wanted !== "number") return false;
  const decimals = /\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0;
  return Math.abs(wanted - value) < 10 ** -decimals && !Number.isInteger(wanted * 10 ** decimals);
}

/** `it is still active instead of inactive`, `name is still "A" instead of "B"`. */
export function wordsFor({ fields, active, correlation }: Difference, object: Item): string {
  const words = Object.entries(fields ?? {}).map(
    ([name, wanted]) => `${name} is still ${shown(object.fields?.[name] ?? null)} instead of ${shown(wanted)}`,
  );
  if (active !== undefined)
    words.push(active ? "it is still inactive instead of active" : "it is still active instead of inactive");
  if (correlation) words.push("it does not carry the source's id");
  return listed(words);
}

function shown(value: FieldValue): string {
  return value === null ? "empty" : quoted(String(value));
}
