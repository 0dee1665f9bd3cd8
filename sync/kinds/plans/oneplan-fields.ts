/**
 * Fields of plans and tasks as they are compared, and as they are written.
 *
 * @packageDocumentation
 */
import { quoted } from "../../../contract/words.ts";
import { NO_ID } from "../../connectors/oneplan/plans.ts";
import { fieldValue } from "../../connectors/values.ts";
import type { Fields, FieldValue } from "../../model/types.ts";
import { type ItemType, NAME, type Pair, PLAN_PARENT, PLAN_TYPE } from "./pairs.ts";
import { NotSent } from "./not-sent.ts";
import { dateValue, type Terms } from "./terms.ts";

interface OnePlanFieldsOptions {
  readonly pairs: readonly Pair[];
  readonly terms: Terms;
}

export class OnePlanFields {
  readonly #options: OnePlanFieldsOptions;

  constructor(options: OnePlanFieldsOptions) {
    this.#options = options;
  }

  of(type: ItemType, values: Readonly<Record<string, unknown>>): Record<string, FieldValue> {
    const { pairs, terms } = this.#options;
    const fields: Record<string, FieldValue> = {};
    for (const pair of pairs) {
      if (pair.type !== type || [PLAN_PARENT, PLAN_TYPE].includes(pair.b) || !terms.hasOnePlan(pair)) continue;
      const raw = values[pair.b];
      // What is no single value, as several choices at once, is not known: it is not nothing, and empties nothing.
      if (typeof raw === "object" && raw !== null && terms.kindOf(pair) !== "person") continue;
      fields[pair.b] = this.#value(pair, raw);
    }
    return fields;
  }

  #value(pair: Pair, raw: unknown): FieldValue {
    const { terms } = this.#options;
    if (raw === undefined || raw === null || raw === "") return null;
    const choices = terms.choicesOf(pair);
    if (choices) return typeof raw === "string" ? terms.form(pair, choices[raw] ?? raw) : null;
    switch (terms.kindOf(pair)) {
      case "person":
        return this.#personValue(raw);
      case "date":
        return dateValue(raw);
      case "long":
        return typeof raw === "string" ? terms.texts.keep({ text: raw, format: "Html" }) : null;
      case "tags":
        return typeof raw === "string" ? terms.tags.keep(raw) : null;
      default:
        return fieldValue(raw);
    }
  }

  /** Several people are told as they are: one of them is not all of them. */
  #personValue(raw: unknown): FieldValue {
    const { people } = this.#options.terms;
    const ids = [raw].flat().filter((id): id is string => typeof id === "string" && id !== NO_ID);
    const [only, ...others] = ids.map((id) => id.toLowerCase());
    if (only === undefined) return null;
    if (others.length === 0) return people.ofResource(only);
    return [only, ...others]
      .map((id) => people.ofResource(id))
      .sort()
      .join(", ");
  }

  assigned(value: FieldValue): string[] {
    const id = this.resource(value);
    return id === undefined ? [] : [id];
  }

  /** Id of the resource of somebody. */
  resource(form: FieldValue): string | undefined {
    return form === null ? undefined : this.#options.terms.people.resource(String(form));
  }

  /** Values as OnePlan keeps them; those of properties are left out. */
  raw(type: ItemType, fields: Fields, without: readonly string[]): Record<string, unknown> {
    const { pairs, terms } = this.#options;
    const raw: Record<string, unknown> = {};
    for (const pair of pairs) {
      const value = fields[pair.b];
      const isProperty = [NAME, PLAN_PARENT, PLAN_TYPE, ...without].includes(pair.b);
      if (pair.type !== type || isProperty || value === undefined) continue;
      raw[pair.b] = value === null ? null : this.#rawValue(pair, value, terms);
    }
    return raw;
  }

  #rawValue(pair: Pair, value: NonNullable<FieldValue>, terms: Terms): unknown {
    const choices = terms.choicesOf(pair);
    if (choices) {
      const [key] = Object.entries(choices).find(([, label]) => terms.form(pair, label) === String(value)) ?? [];
      if (key === undefined) throw new NotSent(`${pair.b} of OnePlan has no choice ${quoted(String(value))}.`);
      return key;
    }
    const kind = terms.kindOf(pair);
    if (kind === "person") return this.resource(value) ?? null;
    if (kind === "tags") return terms.tags.written(String(value));
    return kind === "long" ? terms.texts.written(String(value), "Html") : value;
  }
}
