/** One history: a tenant, a target, the real engine with its real state and the real users' source between them. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConnectionError } from "../../contract/errors.ts";
import { Limits } from "../../sync/planner/limits.ts";
import type { RunReport } from "../../sync/run/report.ts";
import { runSync } from "../../sync/run/run.ts";
import { type RunOptions, type SyncDefinition } from "../../sync/run/definition.ts";
import { openSqliteState } from "../../sync/state/sqlite/store.ts";
import type { StateStore } from "../../sync/state/session.ts";
import { parseFilter } from "../../sync/kinds/users/filter-parser.ts";
import { createMapping } from "../../sync/kinds/users/mapping.ts";
import { scopeRules } from "../../sync/kinds/users/scope-rules.ts";
import { createUsersSource } from "../../sync/kinds/users/source.ts";
import { graphFaults } from "../../sandbox/directory/faults.ts";
import { text } from "../../sandbox/directory/model.ts";
import { happenings } from "./beside.ts";
import { cutSource } from "./cut-source.ts";
import { MemoryGraph } from "./graph.ts";
import { Oracle, type Settings } from "./oracle.ts";
import { Killed, Process } from "./process.ts";
import type { RunStep, Step } from "./steps.ts";
import { OtherStack } from "./other-stack.ts";
import { CompanyRooms } from "./rooms.ts";
import { MemoryTarget, noFaults, witnessOf } from "./target.ts";
import { BARRED, GUARDED, PLACES, UNIT } from "./places.ts";
import { mailOf, Tenant } from "./tenant.ts";
import { unshownIn } from "./unshown.ts";
import { Violation } from "./violation.ts";
import { open, plain } from "../sync/kinds/users/options.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** In memory where the machine has a file system for that: the state is synced to the disk after every write. */
const FOLDER = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

const quietRun: RunStep = { does: "run", full: false, dry: false, allow: false, ...noFaults };

export class Company {
  #time = Date.parse("2026-03-02T08:00:00.000Z");
  #settings: Settings = {
    groups: ["Staff"],
    unit: false,
    titles: false,
    managers: true,
    disabledAccountsAreInactive: true,
    excludes: false,
    protects: false,
    filters: false,
    disables: 1000,
    percent: 100,
    creates: 1000,
  };
  #process = new Process(undefined);
  #graphFailsAt: number | undefined;
  #requests = 0;
  readonly #graph = new MemoryGraph(
    () => this.#now(),
    () => this.#request(),
  );
  readonly #target: MemoryTarget;
  readonly #tenant: Tenant;
  readonly #oracle: Oracle;
  readonly #other: OtherStack;
  readonly #rooms: CompanyRooms;
  /** Of the stack that runs. */
  #writer: Oracle;
  readonly #seeded: ReadonlyMap<string, ReturnType<MemoryTarget["asOf"]>[number]>;
  readonly #folder = mkdtempSync(join(FOLDER, "tenantwire-simulation-"));
  readonly #file = join(this.#folder, "state", "state.sqlite");
  #store: StateStore = openSqliteState(this.#file);
  /** May a full run have ended well since the state was new? */
  #positioned = false;
  /** Has a run read everything and come to its end, for certain? Then the state belongs to its place, too. */
  #established = false;
  /** The groups that the names stood for in the last good run. */
  #known = new Map<string, string>();
  /** Of people who were in scope when a run began. */
  readonly #everInScope = new Set<string>();
  /** Objects of whom it is not certain that the sync knows them. */
  readonly #unsure: Set<string>;
  #stoppedWith: string | undefined;
  /** How many steps the last run took: before and after each commit, each write and each request. */
  lastSteps = 0;
  /** Something happened that only a full run, or a week, can heal. */
  #needsFull = false;

  constructor() {
    this.#tenant = new Tenant(this.#graph.directory, this.#graph.world);
    this.#oracle = new Oracle(
      this.#graph.directory,
      () => this.#settings,
      () => this.#target,
    );
    this.#other = new OtherStack(
      this.#folder,
      this.#graph.directory,
      () => this.#settings,
      () => this.#target,
    );
    this.#rooms = new CompanyRooms({
      graph: this.#graph,
      store: () => this.#store,
      file: this.#file,
      otherStore: this.#other.store,
      settings: () => this.#settings,
      now: () => this.#now(),
      pass: (milliseconds) => (this.#time += milliseconds),
    });
    this.#writer = this.#oracle;
    this.#target = new MemoryTarget(
      () => this.#now(),
      () => this.#process.step(),
      witnessOf(
        () => this.#writer,
        () => [this.#oracle, this.#other.oracle],
      ),
    );
    this.#target.seed();
    this.#seeded = structuredClone(this.#target.stored);
    this.#unsure = new Set(["p3"]);
    this.#oracle.unknown.add("p3");
  }

  /** @throws Violation */
  async apply(step: Step): Promise<void> {
    switch (step.does) {
      case "run":
        await this.#run(step);
        break;
      case "settings":
        this.#settings = step;
        break;
      case "wait":
        this.#time += step.minutes * MINUTE_MS;
        break;
      case "lose state":
        await this.#loseState();
        break;
      case "another stack":
        await this.#runOther(step.full);
        break;
      case "rooms of another stack":
        await this.#rooms.runOther();
        break;
      case "rooms settings":
        this.#rooms.settings = step;
        break;
      case "room list":
        this.#rooms.changeList(step);
        break;
      case "rooms run":
        await this.#rooms.run(step);
        this.lastSteps = this.#rooms.lastSteps;
        break;
      case "room":
        this.#rooms.change(step);
        break;
      case "rooms service":
        this.#rooms.ail(step);
        break;
      case "hand at a room":
        this.#rooms.byHand(step);
        break;
      case "hand":
        this.#needsFull = true;
        this.#target.byHand(step, this.#everIn(step.who));
        break;
      default:
        this.#tenant.apply(step);
    }
    // Two things never happen at the same instant.
    this.#time += 1_000;
    this.#check();
  }

  /** Mends what is broken, runs until there is nothing left to wait for, and compares the target with the oracle. */
  async settle(): Promise<void> {
    this.#tenant.mend();
    this.#settings = { ...this.#settings, disables: 1000, percent: 100, creates: 1000 };
    this.#time += 15 * MINUTE_MS;
    await this.#followChanges();
    await this.#good({ full: true });
    // A refused state is asked for again after a week; by then Graph does not know its link any more.
    this.#time += 8 * DAY_MS;
    await this.#good({});
    this.#time += 26 * HOUR_MS;
    await this.#good({});
    this.#time += 26 * HOUR_MS;
    await this.#good({ full: true });
    await this.#good({ full: true });
    this.#oracle.checkAll(this.#seeded, this.#unsure);
    for (const full of [true, false]) {
      this.#oracle.still = "everything is as it should be";
      await this.#good({ full });
    }
    if (this.#other.hasRun) await this.#settleWithOther();
    this.#check();
    await this.#rooms.settle();
  }

  /** However often they take turns, they do not undo each other. */
  async #settleWithOther(): Promise<void> {
    const { oracle, unsure } = this.#other;
    this.#oracle.still = undefined;
    for (let round = 0; round < 2; round += 1) {
      await this.#goodOther();
      await this.#good({ full: true });
    }
    oracle.checkAll(this.#seeded, unsure);
    this.#oracle.checkAll(this.#seeded, this.#unsure);
    this.#oracle.still = oracle.still = "two stacks take turns, and nothing changes";
    await this.#goodOther();
    await this.#good({ full: true });
  }

  async #goodOther(): Promise<void> {
    const { oracle } = this.#other;
    const before = oracle.questions();
    const report = await this.#runOther(true);
    const questions = new Set([...before, ...oracle.questions()]);
    const strange = report.exceptions.filter(({ sourceId }) => !questions.has(sourceId));
    if (report.failure !== undefined || strange.length > 0) {
      throw new Violation(`The other stack's run did not end well: ${report.failure ?? strange[0]?.reason}`);
    }
    this.#check();
  }

  /** After a while, before and afterwards, so that nothing of either stack is on its way to the other. */
  async #runOther(full: boolean): Promise<RunReport> {
    this.#time += 15 * MINUTE_MS;
    const before = this.#carried();
    this.#target.begin(noFaults);
    this.#process = new Process(undefined);
    this.#graphFailsAt = undefined;
    this.#writer = this.#other.oracle;
    const step = { ...quietRun, full };
    const report = await this.#other.run((store, settings) =>
      runSync(this.#definition(step, settings), this.#options(store, step)),
    );
    this.#writer = this.#oracle;
    for (const id of this.#carried()) {
      if (before.has(id)) continue;
      // What a run once meant to make or adopt may be its own, for all that anybody can see.
      if (!this.#everInScope.has(id)) this.#oracle.unknown.add(id);
      this.#unsure.add(id);
    }
    this.#time += 15 * MINUTE_MS;
    return report;
  }

  #carried(): ReadonlySet<string> {
    return new Set([...this.#target.stored.values()].map(({ sourceId }) => sourceId).filter((id) => id !== ""));
  }

  /** What failed is tried again by runs that read only changes; they cannot know what was done by hand. */
  async #followChanges(): Promise<void> {
    for (let day = 0; day < 2; day += 1) {
      const report = await this.#run(quietRun);
      // A group that was made anew is accepted by nobody yet.
      if (report === undefined || report.failure !== undefined) return;
      this.#time += 25 * HOUR_MS;
    }
    if (!this.#needsFull) this.#oracle.checkAll(this.#seeded, this.#unsure);
  }

  async close(): Promise<void> {
    await this.#other.close();
    await this.#store.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #good(more: Partial<RunStep>): Promise<void> {
    const before = this.#oracle.questions();
    let report = await this.#run({ ...quietRun, ...more });
    if (await this.#askFor(unshownIn(report))) report = await this.#run({ ...quietRun, ...more });
    const questions = new Set([...before, ...this.#oracle.questions()]);
    // Whoever was not let become inactive is told of in every run, and asked for again after a week.
    const isRest = (outcome: string) => outcome === "refused" && this.#oracle.still === undefined;
    const strange =
      report?.exceptions.filter(({ sourceId, outcome }) => !questions.has(sourceId) && !isRest(outcome)) ?? [];
    if (report === undefined || report.failure !== undefined || strange.length > 0) {
      throw new Violation(
        `A run without faults did not end well: ${report?.failure ?? strange[0]?.reason ?? "killed"}`,
      );
    }
    this.#check();
  }

  /** Somebody looked into the target, and asks for those whom it never showed. */
  async #askFor(ids: readonly string[]): Promise<boolean> {
    if (ids.length === 0) return false;
    const only = ids.map((id) => text(this.#graph.directory.users.get(id) ?? { id }, "mail"));
    this.#target.begin(noFaults);
    this.#process = new Process(undefined);
    this.#graphFailsAt = undefined;
    this.#oracle.begins();
    await runSync(this.#definition(quietRun, this.#settings), { ...this.#options(this.#store, quietRun), only });
    return true;
  }

  /** Returns the report, unless the process was killed before it could write one. */
  async #run(step: RunStep): Promise<RunReport | undefined> {
    const alone = step.secondAt === undefined && step.takenOverAt === undefined;
    // What a run that was taken over from had on its way lands behind the back of the other one, and no fence can keep
    // it from that: a listing that is behind at that very moment is more than any target promises to forgive.
    const elsewhere = step.elsewhere && this.#established;
    this.#target.begin({ ...step, elsewhere, ...(step.takenOverAt !== undefined && { listLag: 0 }) });
    if (step.writes.includes("ignored")) this.#needsFull = true;
    this.#requests = 0;
    // A page that is asked for ahead and then cut off may fail without anybody hearing of it.
    this.#graphFailsAt = alone && step.cutAfter === undefined ? step.graphFailsAt : undefined;
    graphFaults(this.#graph.world).membersListed = (alone ? step.membersListed : undefined) ?? null;
    this.#process = new Process(
      step.killedAt,
      happenings(step, {
        file: this.#file,
        second: () => this.#attempt(new Process(undefined), quietRun),
        takeOver: () => this.#takeOver(),
        violations: this.#oracle.violations,
      }),
    );
    this.#oracle.begins();
    const isEstablished = this.#established;
    const population = this.#oracle.population();
    const wasStill = this.#oracle.still;
    this.#oracle.still ??= elsewhere ? "it is another place" : this.#reasonForNothing(step);
    this.#begun(step);

    const allow = step.allow ? this.#stoppedWith : undefined;
    const report = await this.#attempt(this.#process, step, allow);
    await this.#process.ended();
    graphFaults(this.#graph.world).membersListed = null;
    this.lastSteps = this.#process.steps;
    this.#ended(step, report);

    if (alone && report?.exitCode === 20 && this.#target.writes > 0) {
      this.#oracle.violations.push("a run that a limit stopped has written");
    }
    if (alone && allow === undefined) this.#checkLimits(population, isEstablished);
    this.#oracle.still = wasStill === this.#oracle.still ? wasStill : undefined;
    this.#target.begin(noFaults);
    this.#process = new Process(undefined);
    if (step.takenOverAt !== undefined) {
      this.#time += 5 * MINUTE_MS;
    }
    return report;
  }

  /** @param population who may have been linked when the run began, at most */
  #checkLimits(population: number, isEstablished: boolean): void {
    const { disables, percent, creates } = this.#settings;
    const { disabled, created, askedBefore, violations } = this.#oracle;
    const news = (ids: ReadonlySet<string>) => [...ids].filter((id) => !askedBefore.has(id)).length;
    const [inactive, made] = [news(disabled), news(created)];
    if (inactive > disables) violations.push(`${inactive} were made inactive in one run`);
    if (inactive * 100 > percent * population) {
      violations.push(`${inactive} of ${population} were made inactive in one run`);
    }
    if (isEstablished && made > creates) violations.push(`${made} were created in one run`);
  }

  async #attempt(process: Process, step: RunStep, allow?: string): Promise<RunReport | undefined> {
    const options = { ...this.#options(process.store(this.#store), step), ...(allow !== undefined && { allow }) };
    try {
      return await runSync(this.#definition(step, this.#settings), options);
    } catch (error) {
      if (error instanceof Killed || process.dead) return undefined;
      throw error;
    }
  }

  #options(store: StateStore, { dry, full }: RunStep): RunOptions {
    return {
      store,
      dryRun: dry,
      now: () => this.#now(),
      sleep: async (milliseconds) => void (this.#time += milliseconds),
      ...(full && { mode: "full" }),
    };
  }

  #definition({ full, cutAfter }: RunStep, settings: Settings): SyncDefinition {
    const { groups, unit, titles, managers, disabledAccountsAreInactive, excludes, protects, filters } = settings;
    const { disables, percent, creates } = settings;
    const filter = filters ? { filter: parseFilter("not endswith(jobTitle,'3')") } : {};
    const fields = {
      name: "displayName",
      mail: "mail",
      ...(titles && { title: "jobTitle" }),
      ...(managers && { boss: "manager" }),
    };
    const source = createUsersSource({
      ...plain,
      client: this.#graph,
      mapping: createMapping({ fields, groups, disabledAccountsAreInactive }),
      properties: Object.values(fields),
      groups,
      units: unit ? [UNIT.displayName] : [],
      excludedGroups: excludes ? [BARRED] : [],
      protected: protects ? [mailOf(GUARDED)] : [],
      rules: scopeRules({ ...open, ...filter }),
      acceptReplacedGroups: full,
    });
    return {
      sync: "users",
      source: cutAfter === undefined ? source : cutSource(source, cutAfter),
      target: this.#target,
      fields: Object.keys(fields),
      hasReferences: managers,
      limits: Limits.parse({
        disable: { count: disables, percent, minimumPopulation: 1 },
        create: { count: creates, percent: 1000, minimumPopulation: 1 },
      }),
      scopeHash: JSON.stringify([fields, groups, unit, disabledAccountsAreInactive, excludes, protects, filters]),
      fullEveryMs: 3 * DAY_MS,
    };
  }

  async #takeOver(): Promise<void> {
    this.#oracle.recovering = false;
    this.#ended(quietRun, await this.#attempt(new Process(undefined), quietRun));
  }

  async #request(): Promise<void> {
    if (this.#rooms.isRunning) return this.#rooms.request();
    await this.#process.step();
    if (this.#graphFailsAt === undefined || this.#requests++ < this.#graphFailsAt) return;
    // Whatever is read of Graph is read before anything is written.
    this.#oracle.still ??= "Graph could not be read";
    throw new ConnectionError("graph.microsoft.com answered 503 for too long.");
  }

  #reasonForNothing({ dry, full }: RunStep): string | undefined {
    if (dry) return "it is a dry run";
    if (full) return undefined;
    for (const { id, name } of this.#groups()) {
      const before = this.#known.get(name);
      if (before !== undefined && before !== id) return `${name} is another group than before`;
    }
    return undefined;
  }

  #begun({ dry }: RunStep): void {
    if (dry) return;
    for (const id of this.#oracle.scope() ?? []) {
      this.#oracle.unknown.delete(id);
      this.#everInScope.add(id);
    }
  }

  #ended({ dry, cutAfter, membersListed }: RunStep, report: RunReport | undefined): void {
    if (report?.limit?.over === true) this.#stoppedWith = report.limit.hash;
    if (dry) return;
    this.#oracle.recovering = false;
    if (report === undefined) this.#positioned = true;
    if (report === undefined || report.failure !== undefined || (cutAfter ?? membersListed) !== undefined) {
      this.#known.clear();
      return;
    }
    const failed = new Set(report.exceptions.map(({ sourceId }) => sourceId));
    for (const id of this.#oracle.scope() ?? []) {
      const { is } = this.#oracle.wanted(id);
      // Who is left alone is not linked; who is inactive is, by a run that remembers nothing.
      const isLinked = is === "active" || (is === "inactive" && !this.#positioned);
      if (isLinked && !failed.has(id)) this.#unsure.delete(id);
    }
    this.#positioned = true;
    if (report.mode === "full") {
      this.#established = true;
      this.#oracle.sawEverything();
    }
    this.#known = new Map(this.#groups().map(({ name, id }) => [name, id]));
  }

  /** The groups of the settings, as they are. */
  #groups(): readonly { readonly name: string; readonly id: string }[] {
    const named = [...this.#graph.directory.groups.values()].map((group) => ({
      id: group.id,
      name: text(group, "displayName"),
    }));
    const { groups, excludes } = this.#settings;
    const used: readonly string[] = excludes ? [...groups, BARRED] : groups;
    return named.filter(({ name }) => used.includes(name));
  }

  /** The state is gone; after a while, so that nothing is on its way any more. */
  async #loseState(): Promise<void> {
    this.#time += 15 * MINUTE_MS;
    await this.#store.close();
    rmSync(join(this.#folder, "state"), { recursive: true, force: true });
    this.#store = openSqliteState(this.#file);
    this.#positioned = false;
    this.#established = false;
    this.#known.clear();
    this.#rooms.losesState();
    this.#oracle.recovering = true;
    this.#oracle.unknown.clear();
    for (const { sourceId } of this.#target.stored.values()) {
      if (sourceId === "") continue;
      this.#oracle.unknown.add(sourceId);
      this.#unsure.add(sourceId);
    }
  }

  #everIn(place: number): readonly string[] {
    const ids = [...this.#target.stored.values()].map(({ sourceId }) => sourceId);
    return ids.filter((id) => id.split("-")[0] === `p${place % PLACES}`);
  }

  #now(): Date {
    return new Date(this.#time);
  }

  #check(): void {
    this.#oracle.checkOnce();
    const [first, ...more] = this.#oracle.violations;
    if (first !== undefined) throw new Violation([first, ...more].slice(0, 5).join("; "));
  }
}

/** Lives through a history; returns how many steps the last run of it took. */
export async function live(history: readonly Step[]): Promise<number> {
  const company = new Company();
  try {
    for (const step of history) await company.apply(step);
    const { lastSteps } = company;
    await company.settle();
    return lastSteps;
  } finally {
    await company.close();
  }
}
