/**
 * A target in memory with the habits of real ones: it answers success without doing what was asked, does what was
 * asked without answering, shows new objects late and lists old copies. Every write is shown to a witness first.
 */
import { ConnectionError, TenantwireError } from "../../contract/errors.ts";
import type { Fields, NewObject, Created, Place, Target, Item } from "../../sync/model/types.ts";
import type { HandStep, Outcome } from "./steps.ts";
import { mailOf } from "./tenant.ts";

export interface Stored {
  readonly id: string;
  active: boolean;
  fields: Fields;
  /** Id in the source; empty while nobody stored one. */
  sourceId: string;
  /** Instant from which on it is shown. */
  readonly visibleAt: number;
}

/** Is shown every write before it takes effect. */
export interface Witness {
  /** Somebody is to be created, or made inactive, whatever becomes of it. */
  asked(what: "create" | "disable", id: string): void;
  creates(object: NewObject): void;
  adopts(object: Stored, sourceId: string): void;
  updates(object: Stored, fields: Fields): void;
  setsActive(object: Stored, active: boolean): void;
  /** A person did that. */
  byHand(object: Stored, active: boolean): void;
}

/** Of several stacks with one target: what the one that writes does is for the others as if anybody had done it. */
export function witnessOf(writer: () => Witness, all: () => readonly Witness[]): Witness {
  return {
    asked: (what, id) => writer().asked(what, id),
    creates: (object) => writer().creates(object),
    adopts: (object, sourceId) => writer().adopts(object, sourceId),
    updates: (object, fields) => writer().updates(object, fields),
    setsActive(object, active) {
      writer().setsActive(object, active);
      for (const each of all()) if (each !== writer()) each.byHand(object, active);
    },
    byHand(object, active) {
      for (const each of all()) each.byHand(object, active);
    },
  };
}

export interface TargetFaults {
  readonly writes: readonly Outcome[];
  readonly readsFailAt?: number | undefined;
  readonly lag: number;
  readonly listLag: number;
  readonly anonymous: boolean;
  readonly elsewhere: boolean;
}

/** What somebody, or something, at a place is called in the tenant. */
export interface Names {
  mail(place: number): string;
  id(place: number): string;
}

const people: Names = { mail: mailOf, id: (place) => `p${place}` };

export const noFaults: TargetFaults = { writes: [], lag: 0, listLag: 0, anonymous: false, elsewhere: false };

export class MemoryTarget implements Target {
  readonly name = "Roster";
  readonly matchBy = ["sourceId", "mail"] as const;
  readonly concurrency = 3;
  readonly stored = new Map<string, Stored>();
  /** Objects of which any stack asked to adopt them, whatever became of it. */
  readonly claimed = new Set<string>();
  /** Changes that were asked for since the run began, and took effect. */
  writes = 0;
  readonly #now: () => number;
  readonly #step: () => Promise<void>;
  readonly #witness: Witness;
  readonly #names: Names;
  #faults = noFaults;
  #asked = 0;
  #reads = 0;
  #ids = 0;
  /** Copies of everything, each as it was until that instant. */
  #past: { readonly until: number; readonly objects: readonly Stored[] }[] = [];

  /** @param step called before and after each write takes effect, and before each read */
  constructor(now: () => Date, step: () => Promise<void>, witness: Witness, names: Names = people) {
    this.#names = names;
    this.#now = () => now().getTime();
    this.#step = step;
    this.#witness = witness;
  }

  begin(faults: TargetFaults): void {
    this.#faults = faults;
    this.#asked = 0;
    this.#reads = 0;
    this.writes = 0;
  }

  /** A person changes something here; `sourceId` is of whom the step is about. */
  byHand({ who, how }: Pick<HandStep, "who" | "how">, sourceIds: readonly string[]): void {
    this.#remember();
    if (how === "types in") {
      this.#put({ name: `Typed ${who}`, mail: this.#names.mail(who) }, "");
      return;
    }
    const object = [...this.stored.values()].find((each) => sourceIds.includes(each.sourceId));
    if (!object) return;
    if (how === "renames") object.fields = { ...object.fields, name: "By hand" };
    if (how === "readdresses") object.fields = { ...object.fields, mail: this.#names.mail((who + 1) % 8) };
    if (how === "inactivates" || how === "activates") {
      if (object.active !== (how === "activates")) this.#witness.byHand(object, how === "activates");
      object.active = how === "activates";
    }
    if (how === "deletes") this.stored.delete(object.id);
  }

  /** What was there before the first run: of three people, one with the id of another system, and a stranger. */
  seed(): void {
    this.#put({ name: "Known by mail", mail: this.#names.mail(0) }, "");
    this.#put({ name: "Known by id", mail: this.#names.mail(3) }, this.#names.id(3));
    this.#put({ name: "Of another system", mail: "other@example.com" }, "another system's");
    this.#put({ name: "Stranger", mail: "stranger@example.com" }, "");
  }

  async place(): Promise<Place> {
    const id = this.#faults.elsewhere ? "another" : "own";
    return { id, label: `Roster of ${id}`, mend: "store the key of that Roster" };
  }

  async check(): Promise<void> {
    await this.#read();
  }

  async *list(): AsyncGenerator<readonly Item[], void, void> {
    await this.#read();
    const objects = this.asOf(this.#now() - this.#faults.listLag);
    const shown = objects.filter((each) => this.#visible(each)).map(view);
    for (let start = 0; start < shown.length; start += 4) yield shown.slice(start, start + 4);
  }

  async find(attribute: string, value: string): Promise<readonly Item[]> {
    await this.#read();
    const visible = [...this.stored.values()].filter((each) => this.#visible(each)).map(view);
    return visible.filter((object) => object.keys[attribute] === value);
  }

  async get(id: string): Promise<Item | undefined> {
    await this.#read();
    const object = this.stored.get(id);
    return object && this.#visible(object) ? view(object) : undefined;
  }

  async create(object: NewObject): Promise<Created> {
    this.#witness.asked("create", object.sourceId);
    const { id } = await this.#write({ id: `never-${this.#ids}` }, () => {
      this.#witness.creates(object);
      return { id: this.#put(object.fields, object.sourceId, this.#now() + this.#faults.lag).id };
    });
    return this.#faults.anonymous ? {} : { id };
  }

  async update(id: string, fields: Fields): Promise<void> {
    await this.#write(undefined, () => {
      const object = this.#existing(id);
      this.#witness.updates(object, fields);
      object.fields = { ...object.fields, ...fields };
    });
  }

  async setActive(id: string, active: boolean): Promise<void> {
    if (!active) this.#witness.asked("disable", id);
    await this.#write(undefined, () => {
      const object = this.#existing(id);
      this.#witness.setsActive(object, active);
      object.active = active;
    });
  }

  async adopt(id: string, sourceId: string): Promise<void> {
    // Shown before it is known how it goes: whoever is answered success goes on to write fields.
    const object = this.#existing(id);
    this.claimed.add(object.id);
    this.#witness.adopts(object, sourceId);
    await this.#write(undefined, () => {
      object.sourceId = sourceId;
    });
  }

  /** Everything as it was then. */
  asOf(instant: number): readonly Stored[] {
    return this.#past.find(({ until }) => until > instant)?.objects ?? [...this.stored.values()];
  }

  /** Mail addresses that the object has, or has in a listing that is behind. */
  mailsOf({ id }: Stored): readonly unknown[] {
    const then = this.asOf(this.#now() - this.#faults.listLag).find((each) => each.id === id);
    return [this.stored.get(id)?.fields["mail"], then?.fields["mail"]];
  }

  async #write<T>(nothing: T, effect: () => T): Promise<T> {
    await this.#step();
    const { writes } = this.#faults;
    const outcome = writes[this.#asked++ % writes.length] ?? "done";
    if (outcome === "refused") throw new ConnectionError("Roster answered 503.");
    this.#remember();
    const result = outcome === "ignored" ? nothing : effect();
    this.writes += 1;
    await this.#step();
    if (outcome === "unheard") throw new ConnectionError("The connection to Roster broke off.");
    return result;
  }

  async #read(): Promise<void> {
    await this.#step();
    const { readsFailAt } = this.#faults;
    if (readsFailAt !== undefined && this.#reads++ >= readsFailAt) throw new ConnectionError("Roster answered 500.");
  }

  #put(fields: Fields, sourceId: string, visibleAt = 0): Stored {
    const object = { id: `t${(this.#ids += 1)}`, active: true, fields: { ...fields }, sourceId, visibleAt };
    this.stored.set(object.id, object);
    return object;
  }

  #existing(id: string): Stored {
    const object = this.stored.get(id);
    if (!object) throw new TenantwireError(`There is no ${id}.`);
    return object;
  }

  #visible({ visibleAt }: Stored): boolean {
    return visibleAt <= this.#now();
  }

  #remember(): void {
    const until = this.#now();
    this.#past = this.#past.filter((each) => each.until > until - 60 * 60_000);
    this.#past.push({ until, objects: [...this.stored.values()].map((object) => ({ ...object })) });
  }
}

function view({ id, active, fields, sourceId }: Stored): Item {
  const mail = String(fields["mail"] ?? "");
  return {
    id,
    label: String(fields["name"]),
    life: active ? "active" : "inactive",
    fields: { ...fields },
    keys: { ...(sourceId && { sourceId }), ...(mail && { mail }) },
  };
}
