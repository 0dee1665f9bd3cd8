/**
 * Who somebody is on both sides: an account of Azure DevOps and a resource of OnePlan, matched by Entra object id where both
 * sides tell it, else by mail address. Whoever is not matched is left as they are, and told.
 *
 * @packageDocumentation
 */
import { counted, listed, quoted } from "../../../contract/words.ts";
import type { ApiClient } from "../../connectors/api.ts";
import { listElements } from "../../connectors/oneplan/list.ts";
import type { Resource } from "../../connectors/oneplan/resources.ts";

/** A resource of OnePlan. */
export interface Person {
  /** Id of the resource. */
  readonly id: string;
  readonly name: string;
  /** In lower case. */
  readonly mail?: string | undefined;
  /** Entra object id, in lower case. */
  readonly entraId?: string | undefined;
}

/** Somebody as Azure DevOps has them in a field. */
interface Account {
  readonly uniqueName: string;
  readonly displayName: string;
}

/** Somebody as a field of a work item has them: an account, or in old answers its name alone. */
export function accountIn(raw: unknown): Account | undefined {
  const { uniqueName, displayName = "" } = (raw ?? {}) as { uniqueName?: string; displayName?: string };
  const name = uniqueName ?? (typeof raw === "string" ? raw : "");
  return name === "" ? undefined : { uniqueName: name, displayName };
}

/** All of OnePlan's people that something can be given to. */
export async function peopleOf(client: ApiClient, signal: AbortSignal): Promise<Person[]> {
  const list = { path: "resources", query: { Generics: "false" }, doing: "list the resources" };
  const people: Person[] = [];
  for await (const elements of listElements(client, list, signal)) {
    for (const each of elements as readonly Resource[]) {
      const lower = (value: unknown) => (typeof value === "string" && value !== "" ? value.toLowerCase() : undefined);
      const id = lower(each.id);
      if (id === undefined || each.Generic === true || each.Inactive === true) continue;
      people.push({
        id,
        name: typeof each.name === "string" ? each.name : id,
        mail: lower(each.Fields?.["mail"]) ?? lower(each.Fields?.["userPrincipalName"]),
        entraId: lower(each.Office365Id),
      });
    }
  }
  return people;
}

/** Marks who is on one side only: there is nothing that the other side could be told. */
const UNMATCHED = "?";

export class People {
  readonly #byMail = new Map<string, Person | "several">();
  readonly #byId = new Map<string, Person>();
  readonly #byEntraId = new Map<string, Person>();
  /** Entra ids of accounts, by what Azure DevOps calls them. */
  #entraIds: ReadonlyMap<string, string> = new Map();
  readonly #accounts = new Map<string, string>();
  readonly #byForm = new Map<string, Person>();
  /** Whom the other side does not have: what they are called, and how often they were met. */
  readonly unmatched = new Map<string, number>();

  constructor(people: Iterable<Person>, entraIds?: ReadonlyMap<string, string>) {
    this.learn(people, entraIds);
  }

  /** Both sides were asked anew. What somebody was called before goes on being them, as far as they are there. */
  learn(people: Iterable<Person>, entraIds: ReadonlyMap<string, string> = new Map()): void {
    this.#entraIds = entraIds;
    for (const known of [this.#byMail, this.#byId, this.#byEntraId, this.#accounts, this.unmatched]) known.clear();
    for (const person of people) {
      this.#byId.set(person.id, person);
      if (person.entraId !== undefined) this.#byEntraId.set(person.entraId, person);
      if (person.mail !== undefined) {
        this.#byMail.set(person.mail, this.#byMail.has(person.mail) ? "several" : person);
      }
    }
    for (const [account, entraId] of entraIds) {
      const person = this.#byEntraId.get(entraId);
      if (person) this.#accounts.set(person.id, account);
    }
    for (const [form, { id }] of this.#byForm) {
      const person = this.#byId.get(id);
      if (person) this.#byForm.set(form, person);
      else this.#byForm.delete(form);
    }
  }

  /** What both sides call somebody whom they both have. */
  ofAccount({ uniqueName, displayName }: Account): string {
    const account = uniqueName.toLowerCase();
    const person = this.#matched(account);
    if (!person) return this.#unmatched(displayName === "" ? uniqueName : `${displayName} <${uniqueName}>`);
    this.#accounts.set(person.id, account);
    return this.#form(person);
  }

  ofResource(id: string): string {
    const person = this.#byId.get(id);
    if (!person) return this.#unmatched(id);
    return this.account(this.#form(person)) === undefined ? this.#unmatched(person.name) : this.#form(person);
  }

  /** Id of the resource. */
  resource(form: string): string | undefined {
    return this.#byForm.get(form)?.id;
  }

  /** Name of the account. */
  account(form: string): string | undefined {
    const person = this.#byForm.get(form);
    return person && (this.#accounts.get(person.id) ?? person.mail);
  }

  /** Tells of whom only one of the sides has, as far as both were read; undefined: of nobody. */
  get note(): string | undefined {
    const names = [...this.unmatched.keys()];
    if (names.length === 0) return undefined;
    const some = names.slice(0, 5).map(quoted);
    const rest = names.length - some.length;
    return `${counted(names.length, "person", "people")} of one side cannot be told on the other: ${listed([...some, ...(rest > 0 ? [counted(rest, "other")] : [])])}. Their items keep whom they have; give them the same mail address on both sides.`;
  }

  isMatched(form: string): boolean {
    return !form.startsWith(UNMATCHED);
  }

  #matched(account: string): Person | undefined {
    const entraId = this.#entraIds.get(account);
    const known = entraId === undefined ? undefined : this.#byEntraId.get(entraId);
    if (known) return known;
    const found = this.#byMail.get(account);
    return found === "several" ? undefined : found;
  }

  #form(person: Person): string {
    const isAlone = person.mail !== undefined && this.#byMail.get(person.mail) === person;
    const form = isAlone ? (person.mail ?? "") : `${person.name} (${person.id})`;
    this.#byForm.set(form, person);
    return form;
  }

  #unmatched(name: string): string {
    this.unmatched.set(name, (this.unmatched.get(name) ?? 0) + 1);
    return `${UNMATCHED}${name}`;
  }
}
