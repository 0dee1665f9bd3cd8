/**
 * Fields of work items as they are compared, and as they are written.
 *
 * @packageDocumentation
 */
import { fieldStep, longTextSteps, type ReadItem, type Step } from "../../connectors/azure-devops/index.ts";
import { fieldValue } from "../../connectors/values.ts";
import type { Fields, FieldValue } from "../../model/types.ts";
import { ITERATION, type ItemType, type Pair, PARENT, TYPE } from "./pairs.ts";
import { accountIn } from "./people.ts";
import { NotSent } from "./not-sent.ts";
import { dateValue, type Terms } from "./terms.ts";

const DESCRIPTION = "System.Description";
/** Documented: the text of a bug. */
const REPRO_STEPS = "Microsoft.VSTS.TCM.ReproSteps";

interface WorkItemFieldsOptions {
  readonly pairs: readonly Pair[];
  readonly terms: Terms;
}

export class WorkItemFields {
  readonly #options: WorkItemFieldsOptions;
  readonly #fieldsOfType = new Map<string, Set<string>>();

  constructor(options: WorkItemFieldsOptions) {
    this.#options = options;
  }

  /** The type has these fields, by their reference names, in one of the projects. */
  know(type: string, names: readonly string[]): void {
    const own = this.#fieldsOfType.get(type) ?? new Set();
    for (const name of names) own.add(name);
    this.#fieldsOfType.set(type, own);
  }

  /** A field that the item's type does not have is not known. */
  of(item: ReadItem, of: ItemType): Fields {
    const { pairs, terms } = this.#options;
    const type = fieldOf(item, TYPE);
    const fields: Record<string, FieldValue> = {};
    for (const pair of pairs) {
      if (pair.type !== of || pair.a === PARENT) continue;
      const name = this.#nameIn(pair.a, type);
      const raw = item.fields?.[name] as unknown;
      if (raw === undefined && this.#fieldsOfType.get(type)?.has(name) === false) continue;
      // The root of all iterations is none.
      const isRoot = name === ITERATION && raw === fieldOf(item, "System.TeamProject");
      const value = isRoot ? null : this.#value(pair, raw, formatOf(item, name));
      terms.look(pair, value, "a");
      fields[pair.a] = value;
    }
    return fields;
  }

  /** Documented: a bug's text is its repro steps. */
  #nameIn(field: string, type: string): string {
    if (field !== DESCRIPTION) return field;
    return type === "Bug" && this.#fieldsOfType.get(type)?.has(REPRO_STEPS) ? REPRO_STEPS : field;
  }

  #value(pair: Pair, raw: unknown, format: "Html" | "Markdown"): FieldValue {
    const { terms } = this.#options;
    if (raw === undefined || raw === null || raw === "") return null;
    switch (terms.kindOf(pair)) {
      case "person": {
        const account = accountIn(raw);
        return account ? terms.people.ofAccount(account) : null;
      }
      case "date":
        return dateValue(raw instanceof Date ? raw.toISOString() : raw);
      case "long":
        return typeof raw === "string" ? terms.texts.keep({ text: raw, format }) : null;
      case "tags":
        return typeof raw === "string" ? terms.tags.keep(raw) : null;
      default:
        return fieldValue(raw);
    }
  }

  steps(name: string, value: FieldValue, type: string, item?: ReadItem): Step[] {
    const { terms } = this.#options;
    const field = this.#nameIn(name, type);
    if (value === null && field === ITERATION)
      return item ? [fieldStep(field, fieldOf(item, "System.TeamProject"))] : [];
    if (value === null) return item?.fields?.[field] === undefined ? [] : [fieldStep(field, null)];
    switch (terms.kindOf({ a: name })) {
      case "person": {
        const account = terms.people.account(String(value));
        if (account === undefined) throw new NotSent(`${String(value)} is not in Azure DevOps.`);
        return [fieldStep(field, account)];
      }
      case "long": {
        const format = item ? formatOf(item, field) : "Html";
        return longTextSteps(field, terms.texts.written(String(value), format), format);
      }
      case "tags":
        return [fieldStep(field, terms.tags.written(String(value)))];
      default:
        return [fieldStep(field, value)];
    }
  }
}

/** A value as text; empty where there is none. */
export function fieldOf({ fields }: ReadItem, name: string): string {
  const value = fields?.[name] as unknown;
  if (value instanceof Date) return value.toISOString();
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** What is not said to be Markdown is HTML (documented). */
function formatOf(item: ReadItem, field: string): "Html" | "Markdown" {
  const { multilineFieldsFormat: formats } = item as { multilineFieldsFormat?: Readonly<Record<string, unknown>> };
  const format = formats?.[field];
  // By name, or by the number that the client makes of it.
  return format === 0 || (typeof format === "string" && format.toLowerCase() === "markdown") ? "Markdown" : "Html";
}
