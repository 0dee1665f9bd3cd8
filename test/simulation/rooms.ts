/** The rooms of the tiny company, and their sync: it shares the tenant, the store and the clock with that of the users. */
import { createRoomsSource } from "../../sync/kinds/rooms/source.ts";
import { Limits } from "../../sync/planner/limits.ts";
import type { RunOptions, SyncDefinition } from "../../sync/run/definition.ts";
import type { RunReport } from "../../sync/run/report.ts";
import { runSync } from "../../sync/run/run.ts";
import type { StateStore } from "../../sync/state/session.ts";
import { ConnectionError } from "../../contract/errors.ts";
import { happenings } from "./beside.ts";
import { addressOf, ExchangeHands, listOf } from "./exchange-hands.ts";
import type { MemoryGraph } from "./graph.ts";
import type { Settings } from "./oracle.ts";
import { ROOMS } from "./places.ts";
import { Killed, Process } from "./process.ts";
import { RETIRE_AFTER, RoomsOracle, type RoomsSettings } from "./rooms-oracle.ts";
import type { RoomListStep, RoomsRunStep, RoomsSettingsStep, RoomStep, ServiceStep } from "./steps.ts";
import { MemoryTarget, noFaults, type Stored, witnessOf } from "./target.ts";
import { unshownIn } from "./unshown.ts";
import { Violation } from "./violation.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const quiet: RoomsRunStep = { does: "rooms run", full: true, dry: false, allow: false, ...noFaults };

export interface RoomsSurroundings {
  readonly graph: MemoryGraph;
  readonly store: () => StateStore;
  /** Where its state is. */
  readonly file: string;
  /** Of another stack, with the same target. */
  readonly otherStore: StateStore;
  readonly settings: () => Settings;
  readonly now: () => Date;
  readonly pass: (milliseconds: number) => void;
}

/** One of the two stacks. */
interface Stack {
  readonly oracle: RoomsOracle;
  readonly store: () => StateStore;
  readonly settings: () => RoomsSettings;
  readonly limits: () => Pick<Settings, "disables" | "percent" | "creates">;
  /** The lists of a room are a field: of one that they cannot read two stacks may remember different things. */
  readonly mapsLists: boolean;
}

export class CompanyRooms {
  settings: RoomsSettingsStep = { does: "rooms settings", all: true, lists: [], places: [] };
  readonly #around: RoomsSurroundings;
  readonly #exchange: ExchangeHands;
  readonly #own: Stack;
  readonly #other: Stack;
  readonly #target: MemoryTarget;
  readonly #seeded: ReadonlyMap<string, Stored>;
  /** Of the stack that runs. */
  #writer: RoomsOracle;
  #process = new Process(undefined);
  #isRunning = false;
  #hasOtherRun = false;
  #graphFailsAt: number | undefined;
  #requests = 0;
  #established = false;
  #stoppedWith: string | undefined;
  /** How many steps the last run took. */
  lastSteps = 0;

  constructor(around: RoomsSurroundings) {
    this.#around = around;
    this.#exchange = new ExchangeHands(around.graph.world, around.graph.directory.rooms);
    this.#own = this.#stack({
      store: around.store,
      settings: () => roomsSettings(this.settings),
      limits: around.settings,
      mapsLists: true,
    });
    this.#other = this.#stack({
      store: () => around.otherStore,
      settings: () => roomsSettings({ all: false, lists: [0], places: [] }),
      limits: () => ({ disables: 1000, percent: 100, creates: 1000 }),
      mapsLists: false,
    });
    this.#writer = this.#own.oracle;
    this.#target = new MemoryTarget(
      around.now,
      () => this.#process.step(),
      witnessOf(
        () => this.#writer,
        () => [this.#own.oracle, this.#other.oracle],
      ),
      {
        mail: addressOf,
        id: (place) => `room${place}`,
      },
    );
    this.#target.seed();
    this.#seeded = structuredClone(this.#target.stored);
    for (const { oracle } of [this.#own, this.#other]) oracle.losesState();
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Something is asked of Graph by a run of the rooms. */
  async request(): Promise<void> {
    await this.#process.step();
    if (this.#graphFailsAt === undefined || this.#requests++ < this.#graphFailsAt) return;
    // Whatever is read of Graph is read before anything is written.
    this.#own.oracle.still ??= "Graph could not be read";
    throw new ConnectionError("graph.microsoft.com answered 503 for too long.");
  }

  change(step: RoomStep): void {
    this.#exchange.change(step);
  }

  changeList(step: RoomListStep): void {
    this.#exchange.changeList(step);
  }

  ail(step: ServiceStep): void {
    this.#exchange.ail(step);
  }

  byHand(step: Parameters<MemoryTarget["byHand"]>[0]): void {
    const ids = [...this.#target.stored.values()].map(({ sourceId }) => sourceId);
    this.#target.byHand(
      step,
      ids.filter((id) => /^room\d+/.exec(id)?.[0] === `room${step.who}`),
    );
  }

  losesState(): void {
    this.#own.oracle.losesState();
    this.#established = false;
    this.#stoppedWith = undefined;
  }

  /** Returns the report, unless the process was killed before it could write one. */
  async run(step: RoomsRunStep): Promise<RunReport | undefined> {
    const { oracle } = this.#own;
    const alone = step.secondAt === undefined && step.takenOverAt === undefined;
    const elsewhere = step.elsewhere && this.#established;
    // What a run that was taken over from had on its way lands behind the back of the other one, and no fence can keep
    // it from that: a listing that is behind at that very moment is more than any target promises to forgive.
    this.#target.begin({ ...step, elsewhere, ...(step.takenOverAt !== undefined && { listLag: 0 }) });
    this.#requests = 0;
    this.#graphFailsAt = alone ? step.graphFailsAt : undefined;
    this.#process = new Process(
      step.killedAt,
      happenings(step, {
        file: this.#around.file,
        second: () => this.#attempt(this.#own, new Process(undefined), quiet),
        takeOver: async () => {
          oracle.begins();
          this.#ended(await this.#attempt(this.#own, new Process(undefined), quiet));
        },
        violations: oracle.violations,
      }),
    );
    const wasStill = oracle.still;
    if (!step.dry) oracle.begins();
    oracle.still ??= step.dry ? "it is a dry run" : elsewhere ? "it is another place" : undefined;
    const [population, isEstablished] = [oracle.population(), this.#established];
    const allow = step.allow ? this.#stoppedWith : undefined;
    this.#isRunning = true;
    const report = await this.#attempt(this.#own, this.#process, step, {
      ...(allow !== undefined && { allow }),
    });
    await this.#process.ended();
    this.#isRunning = false;
    this.lastSteps = this.#process.steps;
    if (report?.limit?.over === true) this.#stoppedWith = report.limit.hash;
    if (alone && report?.exitCode === 20 && this.#target.writes > 0) {
      oracle.violations.push("a run of the rooms that a limit stopped has written");
    }
    if (alone && allow === undefined && !step.dry) this.#checkLimits(population, isEstablished);
    if (!step.dry) this.#ended(report);
    oracle.still = wasStill;
    this.#target.begin(noFaults);
    this.#process = new Process(undefined);
    if (step.takenOverAt !== undefined) this.#around.pass(5 * MINUTE_MS);
    this.check();
    return report;
  }

  /** After a while, before and afterwards, so that nothing of either stack is on its way to the other. */
  async runOther(): Promise<RunReport | undefined> {
    this.#around.pass(15 * MINUTE_MS);
    const { oracle } = this.#other;
    this.#hasOtherRun = true;
    this.#target.begin(noFaults);
    this.#process = new Process(undefined);
    this.#graphFailsAt = undefined;
    this.#writer = oracle;
    oracle.begins();
    this.#isRunning = true;
    const report = await this.#attempt(this.#other, this.#process, quiet);
    this.#isRunning = false;
    this.#writer = this.#own.oracle;
    if (report !== undefined && report.failure === undefined) oracle.endsWell(failedIn(report));
    this.#around.pass(15 * MINUTE_MS);
    this.check();
    return report;
  }

  /** Mends what is broken, runs until there is nothing left to wait for, and compares. */
  async settle(): Promise<void> {
    this.#exchange.mend();
    // What was refused is asked for again after a week.
    for (const hours of [1, 25, 25, 25, 8 * 24, 1]) {
      this.#around.pass(hours * HOUR_MS);
      if (!(await this.#good())) return;
    }
    const stacks = this.#hasOtherRun ? [this.#own, this.#other] : [this.#own];
    // However often they take turns, they do not undo each other.
    for (const { oracle } of stacks) {
      oracle.checkAll(this.#seeded);
      oracle.still = "every room is as it should be";
    }
    await this.#good();
    for (const { oracle } of stacks) oracle.still = undefined;
    this.check();
  }

  check(): void {
    for (const { oracle } of [this.#own, this.#other]) {
      oracle.checkOnce();
      const [first, ...more] = oracle.violations;
      if (first !== undefined) throw new Violation(`Rooms: ${[first, ...more].slice(0, 5).join("; ")}`);
    }
  }

  /** @returns whether nobody has to be asked before anything at all can be written */
  async #good(): Promise<boolean> {
    if (!(await this.#mustBeGood(this.#own, () => this.run(quiet)))) return false;
    return !this.#hasOtherRun || this.#mustBeGood(this.#other, () => this.runOther());
  }

  async #mustBeGood(stack: Stack, run: () => Promise<RunReport | undefined>): Promise<boolean> {
    const before = stack.oracle.questions();
    let report = await run();
    if (await this.#askFor(stack, unshownIn(report))) report = await run();
    return isGood(stack.oracle, new Set([...before, ...stack.oracle.questions()]), report);
  }

  /** Somebody looked into the target, and asks for the rooms that it never showed. */
  async #askFor(stack: Stack, only: readonly string[]): Promise<boolean> {
    if (only.length === 0) return false;
    this.#target.begin(noFaults);
    this.#process = new Process(undefined);
    this.#graphFailsAt = undefined;
    this.#writer = stack.oracle;
    stack.oracle.begins();
    this.#isRunning = true;
    await this.#attempt(stack, this.#process, quiet, { only });
    this.#isRunning = false;
    this.#writer = this.#own.oracle;
    return true;
  }

  async #attempt(
    stack: Stack,
    process: Process,
    step: RoomsRunStep,
    given: Pick<RunOptions, "allow" | "only"> = {},
  ): Promise<RunReport | undefined> {
    const { now, pass } = this.#around;
    const carried = this.#carrying();
    const store = process.store(stack.store(), (edits) => {
      if (edits.some(({ partition }) => partition === "rooms-known")) stack.oracle.remembers();
    });
    const options: RunOptions = {
      store,
      dryRun: step.dry,
      now,
      sleep: async (milliseconds) => pass(milliseconds),
      ...given,
    };
    try {
      return await runSync(this.#definition(stack), options);
    } catch (error) {
      if (error instanceof Killed || process.dead) return undefined;
      throw error;
    } finally {
      // What one made or adopted, the other may never link.
      const { oracle } = stack === this.#own ? this.#other : this.#own;
      for (const id of this.#carrying()) if (!carried.has(id)) oracle.unsure.add(id);
    }
  }

  #ended(report: RunReport | undefined): void {
    if (report === undefined || report.failure !== undefined) return;
    this.#established = true;
    this.#own.oracle.endsWell(failedIn(report));
  }

  #definition({ settings, limits, mapsLists }: Stack): SyncDefinition {
    const { graph, now } = this.#around;
    const { disables, percent, creates } = limits();
    const { id, domain } = graph.world.tenant;
    const fields = {
      name: "displayName",
      mail: "emailAddress",
      seats: "capacity",
      ...(mapsLists && { lists: "roomLists" }),
    };
    const { all, addresses, lists } = settings();
    return {
      sync: "rooms",
      source: createRoomsSource({
        client: graph,
        tenant: { id, domain, cloud: "Microsoft" },
        sync: "rooms",
        rooms: {
          scope: all ? "all" : "specified",
          ...(!all && { addresses: [...addresses], lists: [...lists] }),
          workspaces: false,
          fields,
        },
        required: { name: "name" },
        retireAfter: RETIRE_AFTER,
        setting: "tenantwire:ones.rooms",
        now,
      }),
      target: this.#target,
      fields: Object.keys(fields),
      limits: Limits.parse({
        disable: { count: disables, percent, minimumPopulation: 1 },
        create: { count: creates, percent: 1000, minimumPopulation: 1 },
      }),
      scopeHash: JSON.stringify(settings()),
      fullEveryMs: 0,
    };
  }

  /** @param population rooms that may have been linked when the run began, at most */
  #checkLimits(population: number, isEstablished: boolean): void {
    const { disables, percent, creates } = this.#around.settings();
    const { retired, created, violations } = this.#own.oracle;
    if (retired.size > disables || retired.size * 100 > percent * population) {
      violations.push(`${retired.size} of ${population} rooms were retired in one run`);
    }
    if (isEstablished && created.size > creates) violations.push(`${created.size} rooms were created in one run`);
  }

  /** Objects that have an id of a room, or of anything. */
  #carrying(): ReadonlySet<string> {
    return new Set([...this.#target.stored.values()].filter(({ sourceId }) => sourceId !== "").map(({ id }) => id));
  }

  #stack(stack: Omit<Stack, "oracle">): Stack {
    const { settings, mapsLists } = stack;
    const now = () => this.#around.now().getTime();
    const oracle = new RoomsOracle({ exchange: this.#exchange, settings, mapsLists, target: () => this.#target, now });
    return { ...stack, oracle };
  }
}

/** @param questions what a person has to answer first */
function isGood(oracle: RoomsOracle, questions: ReadonlySet<string>, report: RunReport | undefined): boolean {
  const strange = (report?.exceptions ?? []).filter(
    ({ sourceId, outcome }) => outcome !== "refused" && !questions.has(sourceId),
  );
  // Without the room that is always there, nothing of the stack might be left active: nobody lets that happen.
  if (report?.exitCode === 20 && questions.has(oracle.nameAt(addressOf(ROOMS)))) return false;
  if (report === undefined || report.failure !== undefined || strange.length > 0) {
    throw new Violation(
      `A run of the rooms without faults did not end well: ${report?.failure ?? strange[0]?.reason ?? "killed"}`,
    );
  }
  return true;
}

/** The room that nothing happens to is always in scope: a run that finds none is stopped. */
function roomsSettings({ all, lists, places }: Omit<RoomsSettingsStep, "does">): RoomsSettings {
  return { all, lists: all ? [] : lists.map(listOf), addresses: all ? [] : [...places, ROOMS].map(addressOf) };
}

function failedIn({ exceptions }: RunReport): ReadonlySet<string> {
  return new Set(exceptions.map(({ sourceId }) => sourceId));
}
