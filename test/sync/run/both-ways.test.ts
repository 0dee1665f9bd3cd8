/** Runs of a sync that goes both ways, through the real engine and a real state: two sides that people work on. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CursorExpired, TenantwireError } from "../../../contract/errors.ts";
import type {
  Created,
  Fields,
  Item,
  Life,
  NewObject,
  ReadRequest,
  ReadResult,
  Rule,
  Rules,
  Side,
} from "../../../sync/model/types.ts";
import { Limits } from "../../../sync/planner/limits.ts";
import type { BothWaysDefinition, RunOptions } from "../../../sync/run/definition.ts";
import { knownObject } from "../../../sync/run/known-object.ts";
import { failedIds } from "../../../sync/run/retries.ts";
import type { RunReport } from "../../../sync/run/report.ts";
import { runSync } from "../../../sync/run/run.ts";
import { openSqliteState } from "../../../sync/state/sqlite/store.ts";
import type { StateStore } from "../../../sync/state/session.ts";
import { Clock } from "./fakes.ts";
import { Killer } from "./killer.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

interface Stored {
  readonly id: string;
  life: Life;
  fields: Fields;
  /** The id of its other half. */
  other: string;
}

/** A side in memory, with a change log: the cursor is a place in it. What is deleted is told of as gone. */
class MemorySide implements Side {
  readonly name: string;
  readonly matchBy = ["other"] as const;
  readonly concurrency = 4;
  readonly stored = new Map<string, Stored>();
  readonly log: string[] = [];
  readonly writes: string[] = [];
  readonly #names: readonly string[];
  readonly #prefix: string;
  /** Switches. */
  expired = false;
  leavesOut: ReadonlySet<string> = new Set();
  around: () => void = () => undefined;
  throws: (call: string, id: string) => Error | undefined = () => undefined;
  #ids = 0;

  constructor(name: string, prefix: string, names: readonly string[]) {
    this.name = name;
    this.#prefix = prefix;
    this.#names = names;
  }

  /** As a person does. */
  add(fields: Fields, more: Partial<Stored> = {}): Stored {
    const item: Stored = { id: `${this.#prefix}${(this.#ids += 1)}`, life: "active", fields, other: "", ...more };
    this.stored.set(item.id, item);
    this.log.push(item.id);
    return item;
  }

  edit(id: string, fields: Fields, life?: Life): void {
    const item = this.#existing(id);
    item.fields = { ...item.fields, ...fields };
    if (life) item.life = life;
    this.log.push(id);
  }

  remove(id: string): void {
    this.edit(id, {}, "gone");
  }

  async *read({ mode, cursor }: ReadRequest): AsyncGenerator<readonly Item[], ReadResult, void> {
    if (mode === "delta" && this.expired) throw new CursorExpired("too old");
    const end = this.log.length;
    const ids = mode === "full" ? this.#there() : [...new Set(this.log.slice(Number(cursor)))];
    for (let start = 0; start < ids.length; start += 3) {
      const page = ids.slice(start, start + 3).filter((id) => !this.leavesOut.has(id));
      yield page.map((id) => this.#item(id));
    }
    return { complete: true, cursor: end, notes: [] };
  }

  async fetch(ids: readonly string[]): Promise<readonly Item[]> {
    return ids.map((id) => this.#item(id));
  }

  async check(): Promise<void> {}

  async *list(): AsyncGenerator<readonly Item[], void, void> {
    yield this.#there().map((id) => this.#item(id));
  }

  async find(attribute: string, value: string): Promise<readonly Item[]> {
    return this.#there()
      .map((id) => this.#item(id))
      .filter(({ keys }) => keys[attribute] === value);
  }

  async get(id: string): Promise<Item | undefined> {
    return this.stored.has(id) ? this.#item(id) : undefined;
  }

  async create({ sourceId, fields }: NewObject): Promise<Created> {
    this.#checkParent(fields);
    const make = () => this.add(fields, { other: sourceId }).id;
    return this.#write("create", sourceId, () => ({ id: make() }));
  }

  async update(id: string, fields: Fields): Promise<void> {
    this.#checkParent(fields);
    this.#write("update", id, () => this.edit(id, fields));
  }

  async setActive(id: string, active: boolean): Promise<void> {
    this.#write("setActive", id, () => this.edit(id, {}, active ? "active" : "inactive"));
  }

  async adopt(id: string, other: string): Promise<void> {
    this.#write("adopt", id, () => {
      this.#existing(id).other = other;
      this.log.push(id);
    });
  }

  /** Nothing lies in what is not there. */
  #checkParent(fields: Fields): void {
    const parent = fields["parent"] ?? fields["Parent"];
    if (typeof parent === "string") this.#existing(parent);
  }

  #write<T>(call: string, id: string, effect: () => T): T {
    const error = this.throws(call, id);
    if (error) throw error;
    this.around();
    const result = effect();
    this.writes.push(`${call} ${id}`);
    this.around();
    return result;
  }

  #there(): string[] {
    return [...this.stored.values()].filter(({ life }) => life !== "gone").map(({ id }) => id);
  }

  #existing(id: string): Stored {
    const item = this.stored.get(id);
    if (!item || item.life === "gone") throw new TenantwireError(`There is no ${id}.`);
    return item;
  }

  #item(id: string): Item {
    const stored = this.stored.get(id);
    if (!stored) return { id, label: id, life: "gone", keys: {} };
    const { life, fields, other } = stored;
    const label = String(fields[this.#names[0] ?? ""] ?? id);
    return {
      id,
      label,
      life,
      ...(life !== "gone" && { fields: Object.fromEntries(this.#names.map((name) => [name, fields[name] ?? null])) }),
      keys: other === "" ? {} : { other },
    };
  }
}

const rules: Rules = {
  fields: [
    { a: "title", b: "Name", direction: "<->", conflict: "a" },
    { a: "state", b: "Status", direction: "<->", conflict: "b" },
    { a: "effort", b: "Work", direction: "->" },
    { a: "start", b: "Start", direction: "<-" },
    { a: "url", b: "Link", direction: "once" },
  ],
  life: "<->",
  creates: ["a", "b"],
};

/** What an item lies in. */
const PARENT: Rule = { a: "parent", b: "Parent", direction: "<->", conflict: "a", refers: true };

class Pair {
  readonly clock = new Clock();
  readonly boards = new MemorySide("Boards", "w", ["title", "state", "effort", "start", "url", "parent"]);
  readonly plans = new MemorySide("Plans", "p", ["Name", "Status", "Work", "Start", "Link", "Parent"]);
  readonly folder = mkdtempSync(join(tmpdir(), "tenantwire-both-"));
  store: StateStore = openSqliteState(join(this.folder, "state", "state.sqlite"));
  rules = rules;
  limits = Limits.parse({ disable: { count: 1000, percent: 100 }, clear: { percent: 100 } });

  definition(): BothWaysDefinition {
    const { boards: a, plans: b, limits } = this;
    const sideOf = (id: string) => (id.startsWith("p") ? "b" : "a");
    return { sync: "plans", a, b, rules: this.rules, limits, scopeHash: "scope", fullEveryMs: DAY_MS, sideOf };
  }

  async run(options: Partial<RunOptions> = {}): Promise<RunReport> {
    this.boards.writes.length = 0;
    this.plans.writes.length = 0;
    this.clock.advance(MINUTE_MS);
    return runSync(this.definition(), {
      store: this.store,
      now: this.clock.now,
      sleep: this.clock.sleep,
      ...options,
    });
  }

  get writes(): readonly string[] {
    return [...this.boards.writes, ...this.plans.writes];
  }

  /** Every pair by the ids that either side carries; never two of one. */
  pairs(): readonly (readonly [Stored, Stored])[] {
    const found = new Map<string, readonly [Stored, Stored]>();
    const paired = new Set<string>();
    // What came back, after its other half had gone, has a new one: that one counts.
    const isThereFirst = (one: Stored, other: Stored) => Number(one.life === "gone") - Number(other.life === "gone");
    for (const board of [...this.boards.stored.values()].sort(isThereFirst)) {
      for (const plan of [...this.plans.stored.values()].sort(isThereFirst)) {
        if (plan.other !== board.id && board.other !== plan.id) continue;
        if ([board, plan].some(({ life }) => life === "gone") && (paired.has(board.id) || paired.has(plan.id)))
          continue;
        paired.add(board.id).add(plan.id);
        expect([board.id, found.get(board.id)?.[1].id]).toEqual([board.id, undefined]);
        found.set(board.id, [board, plan]);
      }
    }
    const plans = [...found.values()].map(([, plan]) => plan.id);
    expect(new Set(plans).size).toBe(plans.length);
    return [...found.values()];
  }

  /** Both sides have the same, as far as the rules say so. */
  expectAgreed(): void {
    const pairs = this.pairs();
    for (const [board, plan] of pairs) {
      const isThere = board.life === "active";
      expect([board.id, plan.life === "active"]).toEqual([board.id, isThere]);
      if (!isThere) continue;
      for (const { a, b, direction } of this.rules.fields) {
        if (direction === "once") continue;
        // What goes one way is not taken from the item that its other half was made for.
        const leading = direction === "->" ? board.fields[a] : direction === "<-" ? plan.fields[b] : "";
        if ((leading ?? null) === null) continue;
        expect([board.id, b, plan.fields[b] ?? null]).toEqual([board.id, b, board.fields[a] ?? null]);
      }
    }
    const paired = new Set(pairs.flat().map(({ id }) => id));
    for (const side of [this.boards, this.plans]) {
      for (const { id, life } of side.stored.values()) if (life === "active") expect(paired).toContain(id);
    }
  }

  async loseState(): Promise<void> {
    await this.store.close();
    rmSync(join(this.folder, "state"), { recursive: true, force: true });
    this.store = openSqliteState(join(this.folder, "state", "state.sqlite"));
  }

  async close(): Promise<void> {
    await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

let pair: Pair;
beforeEach(() => {
  pair = new Pair();
});
afterEach(() => pair.close());

describe("a run that goes both ways", () => {
  it("makes on each side what only the other one has, and then has nothing to do", async () => {
    pair.boards.add({ title: "Epic", effort: "5", url: "u1" });
    pair.plans.add({ Name: "Plan", Start: "2026-04-01", Work: "8" });

    const report = await pair.run();

    expect(report).toMatchObject({
      status: "Success",
      source: "Boards",
      target: "Plans",
      counts: { create: 2, fail: 0 },
    });
    expect([...pair.plans.stored.values()][1]).toMatchObject({
      other: "w1",
      fields: { Name: "Epic", Work: "5", Link: "u1" },
    });
    expect([...pair.boards.stored.values()][1]).toMatchObject({
      other: "p1",
      fields: { title: "Plan", start: "2026-04-01" },
    });
    for (const options of [{}, { mode: "full" as const }]) {
      await pair.run(options);
      expect(pair.writes).toEqual([]);
    }
  });

  it("carries what was changed on either side, each field its own way, and takes no echo for news", async () => {
    const epic = pair.boards.add({ title: "Epic", state: "New", effort: "5" });
    await pair.run();
    const [[, plan] = []] = pair.pairs();
    pair.boards.edit(epic.id, { effort: "8" });
    pair.plans.edit(plan!.id, { Name: "Epos", Start: "2026-05-01" });

    const report = await pair.run();

    expect(report).toMatchObject({ mode: "delta", counts: { update: 2 } });
    expect(epic.fields).toMatchObject({ title: "Epos", state: "New", effort: "8", start: "2026-05-01" });
    expect(plan!.fields).toMatchObject({ Name: "Epos", Work: "8" });
    await pair.run();
    expect(pair.writes).toEqual([]);
  });

  it("makes twice and no more what a side says to have made and never shows, until it changes or is asked for", async () => {
    await pair.run();
    const epic = pair.boards.add({ title: "Epic" });
    const made: string[] = [];
    pair.plans.create = async ({ fields }) => {
      made.push(String(fields["Name"]));
      return { id: `lost${made.length}` };
    };
    const pass = async () => {
      for (const mode of [undefined, "full", undefined] as const) {
        pair.clock.advance(DAY_MS / 2);
        expect(await pair.run(mode ? { mode } : {})).toMatchObject({ exitCode: 10, counts: { fail: 1 } });
      }
    };
    expect(await pair.run()).toMatchObject({ exitCode: 0, unproven: 1 });

    await pass();
    expect(await pair.run({ only: [epic.id], trigger: "event" })).toMatchObject({ exitCode: 10 });
    expect(made).toEqual(["Epic", "Epic"]);
    expect(await pair.run({ only: [epic.id] })).toMatchObject({ exitCode: 10, unproven: 1 });
    await pass();
    expect(made).toEqual(["Epic", "Epic", "Epic"]);
    pair.boards.edit(epic.id, { title: "Epos" });
    await pass();
    expect(made).toEqual(["Epic", "Epic", "Epic", "Epos"]);
  });

  it("decides a conflict by the policy of its field, and tells of it beforehand", async () => {
    const epic = pair.boards.add({ title: "Epic", state: "New" });
    await pair.run();
    const [[, plan] = []] = pair.pairs();
    pair.boards.edit(epic.id, { title: "A", state: "Active" });
    pair.plans.edit(plan!.id, { Name: "B", Status: "Done" });

    const dry = await pair.run({ dryRun: true });

    expect(dry.changes).toMatchObject([
      { kind: "update", after: { Name: "A" }, reason: expect.stringContaining("Boards is taken") as unknown },
      { kind: "update", side: "a", after: { state: "Done" } },
    ]);
    expect(pair.writes).toEqual([]);
    await pair.run();
    expect([epic.fields, plan!.fields]).toMatchObject([
      { title: "A", state: "Done" },
      { Name: "A", Status: "Done" },
    ]);
  });

  it("leaves to a person what no policy decides, tells of it in every run, and the other items go on", async () => {
    pair.rules = { ...rules, fields: [{ a: "title", b: "Name", direction: "<->" }] };
    const [epic, other] = [pair.boards.add({ title: "Epic" }), pair.boards.add({ title: "Other" })];
    await pair.run();
    const plan = pair.pairs().find(([board]) => board === epic)![1];
    pair.boards.edit(epic.id, { title: "A" });
    pair.plans.edit(plan.id, { Name: "B" });
    pair.boards.edit(other.id, { title: "Else" });

    const report = await pair.run();

    expect(report).toMatchObject({ status: "Success with Exceptions", counts: { update: 1, fail: 1 } });
    expect(report.exceptions[0]?.reason).toContain("title was changed in Boards and in Plans");
    expect((await pair.run()).counts.fail).toBe(1);
    pair.plans.edit(plan.id, { Name: "A" });
    expect(await pair.run()).toMatchObject({ status: "Success", counts: { fail: 0 } });
    expect(pair.writes).toEqual([]);
  });

  it.each(["boards", "plans"] as const)("disables what was deleted among the %s, on the other side", async (side) => {
    pair.boards.add({ title: "Epic" });
    pair.boards.add({ title: "Other" });
    await pair.run();
    const other = side === "boards" ? "plans" : "boards";
    const [[board, plan] = []] = pair.pairs();
    const [gone, left] = side === "boards" ? [board!, plan!] : [plan!, board!];
    pair[side].remove(gone.id);

    const report = await pair.run();

    expect([report.failure, report.counts]).toMatchObject([undefined, { disable: 1, create: 0 }]);
    expect(left.life).toBe("inactive");
    for (const options of [{}, { mode: "full" as const }]) {
      await pair.run(options);
      expect(pair.writes).toEqual([]);
    }
    expect(pair[other].stored.size).toBe(2);
  });

  it.each(["boards", "plans"] as const)("believes no full read of the %s that left something out", async (side) => {
    for (const title of ["A", "B", "C", "D"]) pair.boards.add({ title });
    await pair.run();
    const [id = ""] = pair[side].stored.keys();
    pair[side].leavesOut = new Set([id]);

    const report = await pair.run({ mode: "full" });

    expect(report.status).toBe("Success with Exceptions");
    expect(report.notes.join()).toContain("left out 1 object of its list");
    expect(pair.writes).toEqual([]);
  });

  it("limits what is taken away on either side", async () => {
    pair.limits = Limits.parse({ disable: { count: 2, percent: 100 } });
    for (const title of ["A", "B", "C", "D"]) pair.boards.add({ title });
    await pair.run();
    for (const id of [...pair.plans.stored.keys()].slice(0, 3)) pair.plans.remove(id);

    const report = await pair.run();

    expect(report).toMatchObject({ exitCode: 20, counts: { disable: 0 } });
    expect(report.failure).toContain("Boards: 3 disables, more than the 2 that one run may do");
    expect(pair.writes).toEqual([]);
    expect(await pair.run({ allow: report.limit!.hash })).toMatchObject({ exitCode: 0, counts: { disable: 3 } });
    pair.expectAgreed();
  });

  it("goes on with the rest where one write fails, and comes back to it with what was changed then", async () => {
    const [epic] = [pair.boards.add({ title: "Epic" }), pair.boards.add({ title: "Other" })];
    await pair.run();
    const plan = pair.pairs().find(([board]) => board === epic)![1];
    pair.plans.edit(plan.id, { Name: "Epos" });
    pair.boards.throws = (call) => (call === "update" ? new TenantwireError("Not now.") : undefined);
    expect(await pair.run()).toMatchObject({ status: "Success with Exceptions", counts: { fail: 1 } });
    pair.boards.throws = () => undefined;
    pair.clock.advance(2 * DAY_MS);

    await pair.run();

    expect(epic.fields).toMatchObject({ title: "Epos" });
    pair.expectAgreed();
  });

  it("runs again alone what failed, on whichever side, and knows it by both of its ids", async () => {
    const epic = pair.boards.add({ title: "Epic" });
    await pair.run();
    const plan = pair.pairs()[0]![1];
    pair.plans.edit(plan.id, { Name: "Epos" });
    pair.boards.throws = (call) => (call === "update" ? new TenantwireError("Not now.") : undefined);
    await pair.run();
    pair.boards.throws = () => undefined;
    const state = await pair.store.read();
    const known = await knownObject(state, "plans", epic.id);

    expect(known).toMatchObject({ id: epic.id, retries: [{ attempts: 1, reason: "Not now." }] });
    expect(known?.history.map(({ outcome }) => outcome)).toEqual(["failed", "done"]);
    expect(await knownObject(state, "plans", plan.id)).toEqual(known);
    const failed = await failedIds(state, "plans");
    expect((await pair.run({ only: failed })).counts).toMatchObject({ update: 1, fail: 0 });
    expect(epic.fields).toMatchObject({ title: "Epos" });
    expect(await failedIds(state, "plans")).toEqual([]);
  });

  it("finds every pair again after the state was lost, whichever side it was made on, and makes nothing twice", async () => {
    pair.boards.add({ title: "Epic" });
    pair.plans.add({ Name: "Plan" });
    await pair.run();
    await pair.loseState();

    const report = await pair.run();

    expect(report.counts).toMatchObject({ link: 2, create: 0 });
    pair.expectAgreed();
    await pair.run({ mode: "full" });
    expect(pair.writes).toEqual([]);
  });

  it("reads the one side in full whose link is too old, and the other one by what changed", async () => {
    const epic = pair.boards.add({ title: "Epic" });
    await pair.run();
    pair.plans.expired = true;
    pair.boards.edit(epic.id, { title: "Epos" });

    expect(await pair.run()).toMatchObject({ status: "Success", counts: { update: 1, disable: 0 } });
    pair.expectAgreed();
  });
});

describe("single items", () => {
  it("are run alone, with what they lie in, and the next run goes on where the one before ended", async () => {
    pair.rules = { ...rules, fields: [...rules.fields, PARENT] };
    const [one, two] = [pair.boards.add({ title: "One" }), pair.boards.add({ title: "Two" })];
    await expect(pair.run({ only: [one.id] })).resolves.toMatchObject({
      status: "Failure",
      failure: expect.stringContaining("run the sync as a whole first") as unknown,
    });
    await pair.run();
    const planOf = ({ id }: Stored) => [...pair.plans.stored.values()].find(({ other }) => other === id)!;
    pair.boards.edit(one.id, { title: "Uno" });
    pair.boards.edit(two.id, { title: "Due" });
    const above = pair.boards.add({ title: "Above" });
    const below = pair.boards.add({ title: "Below", parent: above.id });

    const report = await pair.run({ only: [one.id, below.id] });

    expect(report).toMatchObject({ status: "Success", mode: "delta", counts: { update: 1, create: 2 } });
    expect([planOf(one).fields["Name"], planOf(two).fields["Name"]]).toEqual(["Uno", "Two"]);
    expect(planOf(below).fields["Parent"]).toBe(planOf(above).id);
    pair.plans.edit(planOf(one).id, { Name: "Ein" });
    pair.plans.edit(planOf(two).id, { Name: "Zwei" });
    expect((await pair.run({ only: [planOf(one).id] })).counts).toMatchObject({ update: 1, create: 0 });
    expect([one.fields["title"], two.fields["title"]]).toEqual(["Ein", "Due"]);
    // What was changed on both sides meanwhile, `a` decides.
    await pair.run();
    expect(planOf(two).fields["Name"]).toBe("Due");
    await pair.run({ mode: "full" });
    expect(pair.writes).toEqual([]);
    expect((await pair.run({ only: ["w99"] })).notes).toEqual(['Boards has no "w99" that is synced.']);
  });
});

describe("what lies in something else", () => {
  beforeEach(() => {
    pair.rules = { ...rules, fields: [...rules.fields, PARENT] };
  });

  /** Whom each lies in on both sides, by titles. */
  function trees(): Record<string, unknown>[] {
    return [pair.boards, pair.plans].map((side) => {
      const nameOf = (id: unknown) => {
        const item = side.stored.get(String(id));
        return item ? (item.fields["title"] ?? item.fields["Name"]) : null;
      };
      const items = [...side.stored.values()].filter(({ life }) => life !== "gone");
      return Object.fromEntries(
        items.map(({ id, fields }) => [String(nameOf(id)), nameOf(fields["parent"] ?? fields["Parent"])]),
      );
    });
  }

  it("is made after it, on either side, however deep, in one run, and never written a second time", async () => {
    const ids: string[] = [];
    for (const title of ["1", "2", "3", "4", "5"]) {
      ids.push(pair.boards.add({ title, parent: ids.at(-1) ?? null }).id);
    }
    const plan = pair.plans.add({ Name: "p", Parent: null });
    pair.plans.add({ Name: "q", Parent: pair.plans.add({ Name: "r", Parent: plan.id }).id });
    // A child that comes before its parent.
    const child = pair.boards.add({ title: "c" });
    pair.boards.edit(child.id, { parent: pair.boards.add({ title: "d" }).id });

    const report = await pair.run();

    expect(report).toMatchObject({ status: "Success", counts: { create: 10, update: 0, fail: 0 } });
    const tree = { 1: null, 2: "1", 3: "2", 4: "3", 5: "4", p: null, q: "r", r: "p", c: "d", d: null };
    expect(trees()).toEqual([tree, tree]);
    expect(pair.writes.every((write) => write.startsWith("create"))).toBe(true);
    await pair.run({ mode: "full" });
    expect(pair.writes).toEqual([]);
  });

  it.each(["boards", "plans"] as const)("moves with it, also into what is made by the same run (%s)", async (side) => {
    const [from, to] = [pair.boards.add({ title: "from" }), pair.boards.add({ title: "to" })];
    pair.boards.add({ title: "x", parent: from.id });
    await pair.run();
    const own = pair[side];
    const [name, parent] = side === "boards" ? ["title", "parent"] : ["Name", "Parent"];
    const idOf = (title: string) => [...own.stored.values()].find(({ fields }) => fields[name] === title)!.id;
    own.edit(idOf("x"), { [parent]: idOf("to") });
    await pair.run();
    expect(trees()).toEqual([
      { from: null, to: null, x: "to" },
      { from: null, to: null, x: "to" },
    ]);

    own.edit(idOf("x"), { [parent]: own.add({ [name]: "new" }).id });
    const report = await pair.run();

    expect(report).toMatchObject({ status: "Success", counts: { create: 1, update: 1 } });
    expect(trees()[0]).toEqual(trees()[1]);
    expect(trees()[0]).toMatchObject({ x: "new", new: null });
    own.edit(idOf("x"), { [parent]: null });
    await pair.run();
    expect(trees().map((tree) => tree["x"])).toEqual([null, null]);
    expect(to.life).toBe("active");
    await pair.run({ mode: "full" });
    expect(pair.writes).toEqual([]);
  });

  it("is at the top where what it lies in is nobody's any more, on both sides", async () => {
    const epic = pair.boards.add({ title: "Epic" });
    const feature = pair.boards.add({ title: "Feature", parent: epic.id });
    await pair.run();
    const [plan] = [...pair.plans.stored.values()].filter(({ other }) => other === epic.id);
    pair.plans.edit(plan!.id, {}, "inactive");
    await pair.run();
    expect(epic.life).toBe("inactive");
    // As the one side sees it: what is not active any more is nothing that others lie in.
    pair.boards.edit(feature.id, { parent: null });
    pair.plans.add({ Name: "New", Parent: plan!.id });
    await pair.run();
    await pair.run({ mode: "full" });

    expect(pair.writes).toEqual([]);
    expect(trees()).toMatchObject([{ Feature: null, New: null }, { Feature: null }]);
  });

  it("waits where that fails, is told of, and comes with it", async () => {
    const epic = pair.boards.add({ title: "Epic" });
    pair.boards.add({ title: "Feature", parent: epic.id });
    pair.boards.add({ title: "Other" });
    pair.plans.throws = (call, id) =>
      call === "create" && id === epic.id ? new TenantwireError("Not now.") : undefined;

    const report = await pair.run();

    expect(report).toMatchObject({ status: "Success with Exceptions", counts: { create: 1, fail: 2 } });
    expect(report.exceptions.map(({ reason }) => reason).join()).toContain(
      `waits for ${epic.id}, which Plans does not have yet`,
    );
    pair.plans.throws = () => undefined;
    pair.clock.advance(2 * DAY_MS);
    await pair.run();
    expect(trees()[0]).toEqual(trees()[1]);
  });

  it("fails alone where it lies in itself, or in what the other side does not get", async () => {
    const [a, b] = [pair.boards.add({ title: "a" }), pair.boards.add({ title: "b" })];
    pair.boards.edit(a.id, { parent: b.id });
    pair.boards.edit(b.id, { parent: a.id });
    const closed = pair.boards.add({ title: "closed" }, { life: "inactive" });
    pair.boards.add({ title: "in it", parent: closed.id });
    pair.boards.add({ title: "fine" });

    const report = await pair.run();

    expect(report).toMatchObject({ status: "Success with Exceptions", counts: { create: 1, fail: 3 } });
    expect(report.exceptions.map(({ reason }) => reason)).toContain(
      `refers to ${closed.id}, which Plans does not have and does not get in this run`,
    );
    pair.boards.edit(b.id, { parent: null });
    pair.clock.advance(2 * DAY_MS);
    expect(await pair.run()).toMatchObject({ counts: { create: 2, fail: 1 } });
  });
});

type Step = {
  readonly side: "boards" | "plans";
  readonly does: "add" | "edit" | "disable" | "enable" | "remove";
  readonly who: number;
  readonly what: number;
};

const step: fc.Arbitrary<Step> = fc.record({
  side: fc.constantFrom("boards", "plans"),
  does: fc.constantFrom("add", "edit", "edit", "edit", "disable", "enable", "remove"),
  who: fc.nat(4),
  what: fc.nat(30),
});

function live(bench: Pair, { side, does, who, what }: Step): void {
  const own = bench[side];
  const names = rules.fields.map(({ a, b }) => (side === "boards" ? a : b));
  const value = ["x", "y", "z", null][what % 4] ?? null;
  if (does === "add") own.add({ [names[0]!]: `made ${what}`, [names[what % names.length]!]: value ?? "v" });
  const there = [...own.stored.values()].filter(({ life }) => life !== "gone");
  // The keepers stay as they are.
  const ids = there.slice(2).map(({ id }) => id);
  const id = ids[who % (ids.length || 1)];
  if (id === undefined) return;
  if (does === "edit") own.edit(id, { [names[what % names.length]!]: value });
  if (does === "disable") own.edit(id, {}, "inactive");
  if (does === "enable") own.edit(id, {}, "active");
  if (does === "remove") own.remove(id);
}

async function withPair(check: (bench: Pair) => Promise<void>): Promise<void> {
  const bench = new Pair();
  try {
    // Something that stays: a full read that finds nothing is never believed.
    for (const title of ["keeper", "keeper too", "a", "b", "c"]) bench.boards.add({ title });
    await bench.run();
    await check(bench);
  } finally {
    await bench.close();
  }
}

it("whatever people do on both sides, both agree after a run, and a run after it writes nothing", async () => {
  const days = fc.array(fc.array(step, { maxLength: 5 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(days, async (all) => {
      await withPair(async (bench) => {
        for (const day of all) {
          for (const each of day) live(bench, each);
          const report = await bench.run();
          expect([report.status, report.failure]).toEqual(["Success", undefined]);
          bench.expectAgreed();
          for (const again of [{}, { mode: "full" as const }]) {
            await bench.run(again);
            expect(bench.writes).toEqual([]);
          }
        }
      });
    }),
    { numRuns: 30 },
  );
}, 120_000);

it("killed at any step between levels, nothing lies nowhere, and the runs after it make the tree whole", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(6), { minLength: 2, maxLength: 7 }), fc.nat(40), async (parents, steps) => {
      await withPair(async (bench) => {
        bench.rules = { ...rules, fields: [...rules.fields, PARENT] };
        const ids: string[] = [];
        for (const [index, parent] of parents.entries()) {
          ids.push(bench.boards.add({ title: `t${index}`, parent: ids[parent] ?? null }).id);
        }
        const killer = new Killer(steps);
        for (const side of [bench.boards, bench.plans]) side.around = killer.step;
        await bench.run({ store: killer.store(bench.store) }).catch((error: unknown) => {
          if (!killer.dead) throw error;
        });
        for (const side of [bench.boards, bench.plans]) side.around = () => undefined;
        for (let run = 0; run < 4; run += 1) {
          bench.clock.advance(2 * DAY_MS);
          await bench.run();
        }
        const planOf = new Map(bench.pairs().map(([board, plan]) => [board.id, plan.id]));
        for (const [board, plan] of bench.pairs()) {
          const parent = board.fields["parent"];
          expect(plan.fields["Parent"] ?? null).toBe(typeof parent === "string" ? planOf.get(parent) : null);
        }
        expect(planOf.size).toBe(bench.boards.stored.size);
        await bench.run({ mode: "full" });
        expect(bench.writes).toEqual([]);
      });
    }),
    { numRuns: 30 },
  );
}, 120_000);

it("killed at any step, the runs after it lose nothing, make nothing twice, and both sides agree", async () => {
  const days = fc.array(step, { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(days, fc.nat(25), async (day, steps) => {
      await withPair(async (bench) => {
        for (const each of day) live(bench, each);
        const killer = new Killer(steps);
        for (const side of [bench.boards, bench.plans]) side.around = killer.step;
        await bench.run({ store: killer.store(bench.store) }).catch((error: unknown) => {
          if (!killer.dead) throw error;
        });
        for (const side of [bench.boards, bench.plans]) side.around = () => undefined;
        // A create whose answer never came may still show up: it is waited for.
        for (let run = 0; run < 3; run += 1) {
          bench.clock.advance(20 * MINUTE_MS);
          await bench.run();
        }
        bench.expectAgreed();
        await bench.run({ mode: "full" });
        expect(bench.writes).toEqual([]);
      });
    }),
    { numRuns: 30 },
  );
}, 120_000);
