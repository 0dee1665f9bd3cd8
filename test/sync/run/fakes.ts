/**
 * A little source and a little target in memory. The target keeps its objects as a real one does, by its own ids, and
 * has the habits of real ones behind switches.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CursorExpired, TenantwireError } from "../../../contract/errors.ts";
import { Limits } from "../../../sync/planner/limits.ts";
import { runSync } from "../../../sync/run/run.ts";
import { type RunOptions, type SyncDefinition } from "../../../sync/run/definition.ts";
import type { RunReport } from "../../../sync/run/report.ts";
import { openSqliteState } from "../../../sync/state/sqlite/store.ts";
import type { StateStore } from "../../../sync/state/session.ts";
import {
  type Created,
  type Fields,
  type Got,
  isActive,
  type Item,
  type NewObject,
  type ReadRequest,
  type ReadResult,
  type Source,
  type Target,
} from "../../../sync/model/types.ts";

export const FIELDS = ["name", "mail"];

/** Time that passes only when somebody sleeps, or says so. */
export class Clock {
  time = Date.parse("2026-03-02T08:00:00.000Z");
  readonly now = (): Date => new Date(this.time);
  readonly sleep = async (milliseconds: number): Promise<void> => {
    this.time += milliseconds;
  };
  advance(milliseconds: number): void {
    this.time += milliseconds;
  }
}

/** A source with a change log: the cursor is a place in it. */
export class MemorySource implements Source {
  readonly name = "Directory";
  place?: NonNullable<Source["place"]>;
  readonly objects = new Map<string, Item>();
  /** Switches. */
  complete = true;
  expired = false;
  pageSize = 3;
  /** Ids that it says must never be disabled. */
  protected: ReadonlySet<string> | undefined;
  onRead: (request: ReadRequest) => void = () => undefined;
  readonly log: string[] = [];
  fetched: string[] = [];

  put(object: Item): void {
    this.objects.set(object.id, object);
    this.log.push(object.id);
  }

  remove(id: string): void {
    this.objects.delete(id);
    this.log.push(id);
  }

  async *read(request: ReadRequest): AsyncGenerator<readonly Item[], ReadResult, void> {
    this.onRead(request);
    const cursor = this.log.length;
    if (request.mode === "delta" && this.expired) throw new CursorExpired("too old");
    const ids = request.mode === "full" ? [...this.objects.keys()] : this.log.slice(Number(request.cursor));
    // An incomplete read loses the last page.
    const end = this.complete ? ids.length : Math.max(0, ids.length - this.pageSize);
    for (let start = 0; start < end; start += this.pageSize) {
      const page = ids.slice(start, Math.min(end, start + this.pageSize));
      yield page.map((id) => this.#current(id));
      request.onProgress({ read: start + page.length, total: end });
    }
    const notes = this.complete ? [] : ["A page is missing."];
    return { complete: this.complete, cursor, notes, ...(this.protected && { protected: this.protected }) };
  }

  async fetch(ids: readonly string[]): Promise<readonly Item[]> {
    this.fetched.push(...ids);
    return ids.map((id) => this.#current(id));
  }

  #current(id: string): Item {
    return (
      this.objects.get(id) ?? {
        id,
        label: `was ${id}`,
        life: "inactive",
        why: "deleted in Directory",
        keys: {},
      }
    );
  }
}

export interface Stored {
  id: string;
  active: boolean;
  fields: Fields;
  sourceId: string;
  /** Seen by list, find and get from this instant on. */
  visibleAt: number;
  protected?: string;
}

export class MemoryTarget implements Target {
  readonly name = "Roster";
  place?: NonNullable<Target["place"]>;
  getMany?: NonNullable<Target["getMany"]>;
  readonly matchBy = ["sourceId", "mail"] as const;
  concurrency = 4;
  readonly stored = new Map<string, Stored>();
  readonly clock: Clock;
  /** Every call by its name; writes are those of {@link WRITES}. */
  readonly calls: string[] = [];
  /** Switches. `ignores` answers success and does nothing; `throws` decides per call. */
  ignores: (call: string, id: string) => boolean = () => false;
  throws: (call: string, id: string) => Error | undefined = () => undefined;
  /** Called before and after each write takes effect. */
  around: (call: string, when: "before" | "after") => void = () => undefined;
  lagMs = 0;
  /** What a listing answers when it is a copy that is behind. */
  staleList: (() => readonly Item[]) | undefined;
  #ids = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  get writes(): readonly string[] {
    return this.calls.filter((call) => WRITES.has(call));
  }

  /** Puts an object there as a person would. */
  seed(fields: Fields, more: Partial<Stored> = {}): Stored {
    const id = `t${(this.#ids += 1)}`;
    const object = { id, active: true, fields, sourceId: "", visibleAt: 0, ...more };
    this.stored.set(id, object);
    return object;
  }

  async check(): Promise<void> {
    this.#called("check", "");
  }

  async *list(): AsyncGenerator<readonly Item[], void, void> {
    this.#called("list", "");
    const objects = this.staleList?.() ?? [...this.stored.values()].filter((each) => this.#visible(each)).map(view);
    for (let start = 0; start < objects.length; start += 4) yield objects.slice(start, start + 4);
  }

  async find(attribute: string, value: string): Promise<readonly Item[]> {
    this.#called("find", value);
    const visible = [...this.stored.values()].filter((each) => this.#visible(each)).map(view);
    return visible.filter((object) => object.keys[attribute] === value);
  }

  async get(id: string): Promise<Item | undefined> {
    this.#called("get", id);
    const object = this.stored.get(id);
    return object && this.#visible(object) ? view(object) : undefined;
  }

  /** How it gives many at once, where it does. */
  async *many(ids: readonly string[]): AsyncGenerator<readonly Got[], void, void> {
    this.#called("getMany", "");
    const found = ids.flatMap((id) => this.stored.get(id) ?? []).filter((each) => this.#visible(each));
    yield found.map((each): Got => [each.id, view(each)]);
  }

  async create(object: NewObject): Promise<Created> {
    const id = `t${(this.#ids += 1)}`;
    return this.#write(
      "create",
      object.sourceId,
      () => {
        const visibleAt = this.clock.time + this.lagMs;
        this.stored.set(id, { id, active: true, fields: { ...object.fields }, sourceId: object.sourceId, visibleAt });
        return { id };
      },
      { id },
    );
  }

  async update(id: string, fields: Fields): Promise<void> {
    this.#write(
      "update",
      id,
      () => {
        const object = this.#existing(id);
        object.fields = { ...object.fields, ...fields };
      },
      undefined,
    );
  }

  async setActive(id: string, active: boolean): Promise<void> {
    this.#write("setActive", id, () => void (this.#existing(id).active = active), undefined);
  }

  async adopt(id: string, sourceId: string): Promise<void> {
    this.#write("adopt", id, () => void (this.#existing(id).sourceId = sourceId), undefined);
  }

  #write<T>(call: string, id: string, effect: () => T, nothing: T): T {
    this.#called(call, id);
    this.around(call, "before");
    const result = this.ignores(call, id) ? nothing : effect();
    this.around(call, "after");
    return result;
  }

  #called(call: string, id: string): void {
    this.calls.push(call);
    const error = this.throws(call, id);
    if (error) throw error;
  }

  #existing(id: string): Stored {
    const object = this.stored.get(id);
    if (!object) throw new TenantwireError(`There is no ${id}.`);
    return object;
  }

  #visible({ visibleAt }: Stored): boolean {
    return visibleAt <= this.clock.time;
  }
}

export const WRITES: ReadonlySet<string> = new Set(["create", "update", "setActive", "adopt"]);

export function view({ id, active, fields, sourceId, protected: why }: Stored): Item {
  return {
    id,
    label: String(fields["name"]),
    life: active ? "active" : "inactive",
    fields: { ...fields },
    keys: { ...(sourceId && { sourceId }), mail: String(fields["mail"] ?? "") },
    ...(why !== undefined && { protected: why }),
  };
}

/** Somebody in the source. */
export function person(id: string, more: Partial<Item> = {}): Item {
  const fields = { name: `Name ${id}`, mail: `${id}@example.com` };
  const values = more.fields ?? fields;
  return {
    id,
    label: String(values["name"]),
    life: "active",
    fields: values,
    keys: { sourceId: id, mail: String(values["mail"] ?? "") },
    ...more,
  };
}

export function leaver(id: string, reason = "account disabled"): Item {
  return person(id, { life: "inactive", why: reason });
}

/** A source, a target, and the real state between them in a folder of its own. */
export class Bench {
  readonly clock = new Clock();
  readonly source = new MemorySource();
  readonly target = new MemoryTarget(this.clock);
  readonly folder = mkdtempSync(join(tmpdir(), "tenantwire-engine-"));
  readonly stateFile = join(this.folder, "state", "state.sqlite");
  store: StateStore = openSqliteState(this.stateFile);
  limits: Limits = Limits.parse({ disable: { count: 1000, percent: 100 } });
  scopeHash = "scope";

  async run(options: Partial<RunOptions> = {}): Promise<RunReport> {
    this.target.calls.length = 0;
    this.source.fetched = [];
    return runSync(this.definition(), {
      store: this.store,
      now: this.clock.now,
      sleep: this.clock.sleep,
      ...options,
    });
  }

  definition(): SyncDefinition {
    return {
      sync: "people",
      source: this.source,
      target: this.target,
      fields: FIELDS,
      limits: this.limits,
      scopeHash: this.scopeHash,
      fullEveryMs: 24 * 60 * 60 * 1000,
    };
  }

  /** Loses the state, as a runner without a disk does. */
  async loseState(): Promise<void> {
    await this.store.close();
    rmSync(join(this.folder, "state"), { recursive: true, force: true });
    this.store = openSqliteState(this.stateFile);
  }

  async close(): Promise<void> {
    await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What the target should hold for what the source wants: by source id, active objects with their fields. */
export function wanted(source: MemorySource): Map<string, Fields> {
  const people = [...source.objects.values()].filter((each) => isActive(each) && each.skip === undefined);
  return new Map(people.map(({ id, fields }) => [id, fields ?? {}]));
}

/** What the target holds: by source id, active objects with their fields. An object that nobody owns is left out. */
export function held(target: MemoryTarget): Map<string, Fields> {
  const active = [...target.stored.values()].filter(({ active: is, sourceId }) => is && sourceId !== "");
  return new Map(active.map(({ sourceId, fields }) => [sourceId, fields]));
}
