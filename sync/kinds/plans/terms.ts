/**
 * What both sides call things: kinds of fields, choices, people, long texts. Filled in by the checks of both sides, before
 * anything is read.
 *
 * @packageDocumentation
 */
import { quoted } from "../../../contract/words.ts";
import { fieldValue, withOffset } from "../../connectors/values.ts";
import type { FieldValue, ReadException, SideName } from "../../model/types.ts";
import { isBuiltIn, type OnePlanField, type ValueKind, type WorkItemField } from "./fields.ts";
import { ASSIGNED, type Carrying, type Pair, TAGS } from "./pairs.ts";
import { People, type Person } from "./people.ts";
import { Tags } from "./tags.ts";
import { Texts } from "./texts.ts";

/** How a field of Azure DevOps is read and written. */
type FieldKind = "person" | "date" | "long" | "tags" | "plain";

const FORMS: Readonly<Partial<Record<ValueKind, FieldKind>>> = { person: "person", date: "date", "long text": "long" };

/** For so long what the sides call things is not asked for again. */
const KEPT_MS = 10 * 60 * 1000;
/** Who is on one side only may have come to the other since: so often both are asked again. */
const MISSED_MS = 60 * 1000;

/** Asks both sides who there is. */
type AskPeople = (
  signal: AbortSignal,
) => Promise<{ readonly people: readonly Person[]; readonly entraIds: ReadonlyMap<string, string> }>;

export class Terms implements Carrying {
  readonly texts = new Texts();
  readonly tags = new Tags();
  readonly people = new People([]);
  azureDevOps: ReadonlyMap<string, WorkItemField> = new Map();
  oneplan: Readonly<Record<Pair["type"], ReadonlyMap<string, OnePlanField>>> = {
    project: new Map(),
    plan: new Map(),
    task: new Map(),
  };
  /** Names of types that OnePlan does not have, with the sentence that says so. */
  readonly missingTypes = new Map<string, string>();
  readonly #exceptions = new Map<string, ReadException>();
  readonly #leftOut = new Set<string>();
  readonly #askPeople: AskPeople;
  #peopleAt = 0;
  #knownAt: number | undefined;
  #isSure = true;

  constructor(askPeople: AskPeople) {
    this.#askPeople = askPeople;
  }

  async readPeople(now: Date, signal: AbortSignal): Promise<void> {
    const { people, entraIds } = await this.#askPeople(signal);
    this.people.learn(people, entraIds);
    this.#peopleAt = now.getTime();
  }

  /** @returns whether both sides were asked again, since somebody was met who is on one of them only */
  async readMissed(now: Date, signal: AbortSignal): Promise<boolean> {
    if (this.people.unmatched.size === 0 || Math.abs(now.getTime() - this.#peopleAt) < MISSED_MS) return false;
    await this.readPeople(now, signal);
    return true;
  }

  kindOf({ a }: Pick<Pair, "a">): FieldKind {
    if (a === TAGS) return "tags";
    return a === ASSIGNED ? "person" : (FORMS[this.azureDevOps.get(a)?.kind ?? "unknown"] ?? "plain");
  }

  /** Does OnePlan have the field, and can it go with the other one? */
  hasOnePlan({ type, b }: Pair): boolean {
    return isBuiltIn(b) || (this.oneplan[type].has(b) && !this.#leftOut.has(`${type} ${b}`));
  }

  /** Two fields that cannot go together: neither is read or written. */
  leaveOut({ type, b }: Pair): void {
    this.#leftOut.add(`${type} ${b}`);
  }

  choicesOf({ type, b }: Pair): Readonly<Record<string, string>> | undefined {
    return this.oneplan[type].get(b)?.choices;
  }

  carried(pair: Pair, value: FieldValue, to: SideName): FieldValue | undefined {
    if (to === "a" && this.azureDevOps.get(pair.a)?.isReadOnly) return undefined;
    if (to === "b" && (this.oneplan[pair.type].get(pair.b)?.isReadOnly || !this.hasOnePlan(pair))) return undefined;
    if (value === null) return null;
    if (this.kindOf(pair) === "person") {
      // Several people are one value in OnePlan and none in Azure DevOps.
      const form = String(value);
      if (to === "b") return this.people.resource(form) === undefined ? undefined : value;
      return this.people.account(form) === undefined ? undefined : value;
    }
    const mapped = this.#mapped(pair, value, to);
    if (to === "b" && mapped !== null && !this.#isChoice(pair, mapped)) return undefined;
    return mapped;
  }

  /** Tells of a value that the other side has no word for. */
  look(pair: Pair, value: FieldValue, from: SideName): void {
    if (from !== "a" || value === null || pair.setting.direction === "toAzureDevOps") return;
    const mapped = this.#mapped(pair, value, "b");
    if (mapped === null || this.#isChoice(pair, mapped)) return;
    this.tell(
      `choice ${pair.type} ${pair.b} ${String(mapped)}`,
      `${pair.b} of OnePlan has no choice ${quoted(String(mapped))}, which ${pair.a} is: add what it is there to the values of ${pair.a}, or the choice in OnePlan. It is left as it is.`,
    );
  }

  tell(id: string, reason: string): void {
    this.#exceptions.set(id, { id, label: "", reason });
  }

  /** What a person should mend; told in every run. */
  get exceptions(): readonly ReadException[] {
    return [...this.#exceptions.values()];
  }

  /** Everything is asked for again. */
  forget(): void {
    this.#exceptions.clear();
    this.#leftOut.clear();
    this.#knownAt = undefined;
    this.#isSure = true;
  }

  /** Something could not be asked for: the next run tries again. */
  doubt(): void {
    this.#isSure = false;
  }

  /** Both sides were asked. */
  know(now: Date): void {
    if (this.#isSure) this.#knownAt = now.getTime();
  }

  /** Whether both sides were asked not long ago: who runs often, as events do, asks of types and fields now and then. */
  isKnown(now: Date): boolean {
    const age = this.#knownAt === undefined ? KEPT_MS : now.getTime() - this.#knownAt;
    return age >= 0 && age < KEPT_MS;
  }

  /** A word of either side's as it is compared. */
  form(pair: Pair, word: string): string {
    return this.kindOf(pair) === "tags" ? (this.tags.keep(word) ?? "") : word;
  }

  #mapped(pair: Pair, value: FieldValue, to: SideName): FieldValue {
    const { values = [] } = pair.setting;
    const [from, into] = to === "b" ? (["azureDevOps", "oneplan"] as const) : (["oneplan", "azureDevOps"] as const);
    const found = values.find((each) => this.form(pair, each[from]) === String(value));
    return found ? this.form(pair, found[into]) : value;
  }

  #isChoice(pair: Pair, value: FieldValue): boolean {
    const choices = this.choicesOf(pair);
    return choices === undefined || Object.values(choices).some((each) => this.form(pair, each) === String(value));
  }
}

/**
 * A date by its own precision: a day, where no time of day was given, else an instant. Both sides are put into the same
 * form, and nothing is cut off. An instant without an offset is taken for UTC, wherever the sync runs; what is no date in the
 * form of both sides stays what it is.
 */
export function dateValue(raw: unknown): FieldValue {
  if (typeof raw !== "string") return fieldValue(raw);
  const text = raw.trim();
  const [, day] = /^(\d{4}-\d\d-\d\d)(?:T00:00:00(?:\.0+)?Z?)?$/.exec(text) ?? [];
  if (day !== undefined) return day;
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?$/.test(text);
  const at = isInstant ? Date.parse(withOffset(text)) : NaN;
  return Number.isNaN(at) ? fieldValue(text) : new Date(at).toISOString().replace(/\.000Z$/, "Z");
}
