/**
 * The book of the group's people as the target of a sync: what is written is in one commit with its entry in the audit
 * trail.
 *
 * @packageDocumentation
 */
import { isAnother, oneplanKey, type Person, roleOf, standingOf } from "../../../contract/access/people.ts";
import type { OnePlanStanding } from "../../../contract/access/rules.ts";
import { type AuditDraft, entriesFor } from "../../access/audit.ts";
import { leftEdits, personEdits, readPeople, readPerson } from "../../access/book.ts";
import { Turns } from "../../model/turns.ts";
import type { Created, Fields, Item, NewObject, Target } from "../../model/types.ts";
import type { State } from "../../state/session.ts";

/** What is known of each person from OnePlan. */
export const fields = ["name", "mail", "objectId", "standing"] as const;
export const OWNER = "owner";
/** No role. */
const NONE = "none";

interface BookOptions {
  readonly now: () => Date;
  /** Who is named in the audit trail. */
  readonly by: string;
  /** Configuration id of the OnePlan group that is read. */
  readonly configuration: string;
}

export class BookTarget implements Target {
  readonly name = "the group";
  readonly matchBy = ["oneplanId"] as const;
  readonly concurrency = 1;
  readonly #options: BookOptions;
  #state: State | undefined;
  readonly #turns = new Turns();

  constructor(options: BookOptions) {
    this.#options = options;
  }

  within(state: State): void {
    this.#state = state;
  }

  async check(): Promise<void> {
    // It is the state, which is open.
  }

  async *list(): AsyncGenerator<readonly Item[], void, void> {
    yield (await readPeople(this.#opened())).flatMap((person) => this.#itemOf(person) ?? []);
  }

  async find(_attribute: string, value: string): Promise<readonly Item[]> {
    const found = await this.get(oneplanKey(value));
    return found ? [found] : [];
  }

  async get(key: string): Promise<Item | undefined> {
    const person = await readPerson(this.#opened(), key);
    return person && this.#itemOf(person);
  }

  async create({ sourceId, fields: given }: NewObject): Promise<Created> {
    const key = oneplanKey(sourceId);
    const since = this.#options.now().toISOString();
    await this.#write(key, "came from OnePlan", (known) => withFields(known ?? blank(key, sourceId, since), given));
    return { id: key };
  }

  async update(key: string, given: Fields): Promise<void> {
    await this.#write(key, "changed in OnePlan", (known) => known && withFields(known, given));
  }

  async setActive(key: string, active: boolean): Promise<void> {
    const oneplan = active ? "active" : "inactive";
    await this.#write(key, active ? "active in OnePlan again" : "not active in OnePlan any more", (known) => {
      return known && { ...known, oneplan };
    });
  }

  async adopt(): Promise<void> {
    // The id of OnePlan is what people are known by.
  }

  /** One after another: an entry of the trail holds the hash of the one before. */
  #write(key: string, action: string, change: (known: Person | undefined) => Person | undefined): Promise<void> {
    return this.#turns.alone(async () => {
      const state = this.#opened();
      const known = await readPerson(state, key);
      const { by, configuration: oneplanConfiguration } = this.#options;
      const linked = { oneplanConfiguration };
      const changed = change(known && { ...known, oneplan: standingOf(linked, known) });
      if (changed === undefined) return;
      const person = { ...changed, ...linked };
      const [from, to] = [known && roleOf(linked, known), roleOf(linked, person)].map((role) => role ?? NONE);
      const entry: AuditDraft = {
        action: `person ${action}`,
        by,
        subject: key,
        details: { name: person.name, from: from ?? NONE, to: to ?? NONE },
      };
      const at = this.#options.now();
      // Who is signed in goes on by this key: without access, or as somebody else's, that is over in every browser.
      const isOver = known !== undefined && ((from !== NONE && to === NONE) || isAnother(known, person));
      const left = isOver ? await leftEdits(state, person, at) : [];
      await state.commit([...personEdits(person), ...left, ...(await entriesFor(state, [entry], at))]);
    });
  }

  /** @returns undefined: somebody who is not of OnePlan */
  #itemOf(person: Person): Item | undefined {
    const { key, name, mail, objectId, oneplanId } = person;
    if (oneplanId === undefined) return undefined;
    const standing = standingOf({ oneplanConfiguration: this.#options.configuration }, person);
    return {
      id: key,
      label: name,
      life: isStanding(standing) ? "active" : "inactive",
      fields: { name, mail: mail ?? null, objectId: objectId ?? null, standing: standing ?? null },
      keys: { oneplanId: oneplanId.toLowerCase() },
    };
  }

  #opened(): State {
    if (this.#state) return this.#state;
    throw new TypeError("The group's book was asked before it was opened.");
  }
}

function blank(key: string, oneplanId: string, since: string): Person {
  return { key, oneplanId, since, name: oneplanId };
}

function withFields(person: Person, given: Fields): Person {
  const text = (name: (typeof fields)[number]) => {
    const value = given[name];
    return value === undefined ? {} : { [name]: typeof value === "string" ? value : undefined };
  };
  const { standing } = given;
  return {
    ...person,
    ...(typeof given["name"] === "string" && { name: given["name"] }),
    ...text("mail"),
    // Who signed in by the address has to do so again once OnePlan says something else of the id.
    ...("objectId" in given && { ...text("objectId"), signedInAs: undefined }),
    ...(isStanding(standing) && { oneplan: standing }),
  };
}

function isStanding(value: unknown): value is OnePlanStanding {
  return value === OWNER || value === "active";
}
