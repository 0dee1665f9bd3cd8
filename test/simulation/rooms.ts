/** The rooms of the tiny company, and their sync: it shares the tenant, the store and the clock with that of the users. */
import { createRoomsSource } from "../../sync/kinds/rooms/source.ts";
import { Limits } from "../../sync/planner/limits.ts";
import type { RunOptions, SyncDefinition } from "../../sync/run/definition.ts";
import type { RunReport } from "../../sync/run/report.ts";
import { runSync } from "../../sync/run/run.ts";
import type { StateStore } from "../../sync/state/session.ts";
import { ConnectionError } from "../../contract/errors.ts";
import { changeBehaviours } from "../../sandbox/behaviours.ts";
import type { RoomsBehaviour } from "../../sandbox/directory/rooms-behaviour.ts";
import type { MemoryGraph } from "./graph.ts";
import type { Settings } from "./oracle.ts";
import { Killed, Process } from "./process.ts";
import { RETIRE_AFTER, RoomsOracle } from "./rooms-oracle.ts";
import type { RoomsRunStep, RoomStep, ServiceStep } from "./steps.ts";
import { MemoryTarget, noFaults, type Stored } from "./target.ts";
import { Violation } from "./violation.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Rooms that things happen to; the one after them is always there. */
export const ROOMS = 5;

const addressOf = (place: number) => `room${place}@example.com`;
const quiet: RoomsRunStep = { does: "rooms run", full: true, dry: false, allow: false, ...noFaults };

const SERVICES: Readonly<Record<ServiceStep["how"], Partial<RoomsBehaviour>>> = {
  well: { service: "global", nextLinkMissing: false, count: "all", largestPage: 100 },
  "lists nothing": { service: "empty" },
  "has no place ids": { service: "withoutPlaceIds" },
  "forgets the next link": { nextLinkMissing: true, largestPage: 2 },
  "does not count": { count: "missing", largestPage: 2 },
  "counts its page": { count: "page", largestPage: 2 },
};

export interface RoomsSurroundings {
  readonly graph: MemoryGraph;
  readonly store: () => StateStore;
  readonly settings: () => Settings;
  readonly now: () => Date;
  readonly pass: (milliseconds: number) => void;
}

export class CompanyRooms {
  readonly #around: RoomsSurroundings;
  readonly #oracle: RoomsOracle;
  readonly #target: MemoryTarget;
  readonly #seeded: ReadonlyMap<string, Stored>;
  #process = new Process(undefined);
  #isRunning = false;
  #graphFailsAt: number | undefined;
  #requests = 0;
  #service: ServiceStep["how"] = "well";
  #established = false;
  #stoppedWith: string | undefined;
  #turn = 0;
  /** How many steps the last run took. */
  lastSteps = 0;

  constructor(around: RoomsSurroundings) {
    this.#around = around;
    const { rooms } = around.graph.directory;
    this.#oracle = new RoomsOracle(
      rooms,
      () => this.#target,
      () => around.now().getTime(),
    );
    this.#target = new MemoryTarget(around.now, () => this.#process.step(), this.#oracle, {
      mail: addressOf,
      id: (place) => `room${place}`,
    });
    this.#target.seed();
    this.#seeded = structuredClone(this.#target.stored);
    this.#oracle.losesState();
    for (let place = 0; place <= ROOMS; place += 1) if (place !== ROOMS - 1) this.#add(place, `room${place}`);
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Something is asked of Graph by a run of the rooms. */
  async request(): Promise<void> {
    await this.#process.step();
    if (this.#graphFailsAt === undefined || this.#requests++ < this.#graphFailsAt) return;
    // Whatever is read of Graph is read before anything is written.
    this.#oracle.still ??= "Graph could not be read";
    throw new ConnectionError("graph.microsoft.com answered 503 for too long.");
  }

  change(step: RoomStep): void {
    const { rooms } = this.#around.graph.directory;
    this.#turn += 1;
    const address = addressOf(step.who);
    const isThere = rooms.find(address) !== undefined;
    if (step.how === "is opened" && !isThere) {
      // A mailbox that is made anew has another id; the first one of its place has the id that the target may know.
      this.#add(step.who, `room${step.who}-${this.#turn}`);
    }
    if (!isThere) return;
    if (step.how === "is closed") rooms.remove(address);
    if (step.how === "is made anew") {
      rooms.remove(address);
      this.#add(step.who, `room${step.who}-${this.#turn}`);
    }
    if (step.how === "is renamed") rooms.change(address, { displayName: `Room ${step.who} of turn ${this.#turn}` });
    if (step.how === "is enlarged") rooms.change(address, { capacity: this.#turn % 4 === 0 ? null : this.#turn });
    if (step.how === "is hidden") rooms.hide(address, true);
    if (step.how === "is shown") rooms.hide(address, false);
    if (step.how === "gets another id of Exchange") rooms.changeIds(address);
  }

  ail({ how }: ServiceStep): void {
    this.#service = how;
    changeBehaviours(this.#around.graph.world, { rooms: { ...SERVICES.well, ...SERVICES[how] } });
  }

  byHand(step: Parameters<MemoryTarget["byHand"]>[0]): void {
    const ids = [...this.#target.stored.values()].map(({ sourceId }) => sourceId);
    this.#target.byHand(
      step,
      ids.filter((id) => id.split("-")[0] === `room${step.who}`),
    );
  }

  losesState(): void {
    this.#oracle.losesState();
    this.#established = false;
    this.#stoppedWith = undefined;
  }

  /** Returns the report, unless the process was killed before it could write one. */
  async run(step: RoomsRunStep): Promise<RunReport | undefined> {
    const oracle = this.#oracle;
    const elsewhere = step.elsewhere && this.#established;
    this.#target.begin({ ...step, elsewhere });
    this.#requests = 0;
    this.#graphFailsAt = step.graphFailsAt;
    this.#process = new Process(step.killedAt);
    const wasStill = oracle.still;
    if (!step.dry) oracle.begins(this.#service !== "has no place ids");
    oracle.still ??= step.dry ? "it is a dry run" : elsewhere ? "it is another place" : undefined;
    oracle.retiresNothing = this.#service === "lists nothing" ? "Graph listed nothing" : undefined;
    const [population, isEstablished] = [oracle.population(), this.#established];
    const allow = step.allow ? this.#stoppedWith : undefined;
    const report = await this.#attempt(step, allow);
    this.lastSteps = this.#process.steps;
    if (report?.limit?.over === true) this.#stoppedWith = report.limit.hash;
    if (report?.exitCode === 20 && this.#target.writes > 0) {
      oracle.violations.push("a run of the rooms that a limit stopped has written");
    }
    if (allow === undefined && !step.dry) this.#checkLimits(population, isEstablished);
    if (!step.dry && report !== undefined && report.failure === undefined) this.#established = true;
    oracle.still = wasStill;
    oracle.retiresNothing = undefined;
    this.#target.begin(noFaults);
    this.#process = new Process(undefined);
    this.check();
    return report;
  }

  /** Mends what is broken, runs until there is nothing left to wait for, and compares. */
  async settle(): Promise<void> {
    this.ail({ does: "rooms service", how: "well" });
    // What was refused is asked for again after a week.
    for (const hours of [1, 25, 25, 25, 8 * 24, 1]) {
      this.#around.pass(hours * HOUR_MS);
      await this.#good();
    }
    this.#oracle.checkAll(this.#seeded);
    this.#oracle.still = "every room is as it should be";
    await this.#good();
    this.#oracle.still = undefined;
    this.check();
  }

  check(): void {
    this.#oracle.checkOnce();
    const [first, ...more] = this.#oracle.violations;
    if (first !== undefined) throw new Violation(`Rooms: ${[first, ...more].slice(0, 5).join("; ")}`);
  }

  async #good(): Promise<void> {
    const report = await this.run(quiet);
    const strange = (report?.exceptions ?? []).filter(
      ({ sourceId, outcome }) => outcome !== "refused" && !this.#oracle.isQuestion(sourceId),
    );
    if (report === undefined || report.failure !== undefined || strange.length > 0) {
      throw new Violation(
        `A run of the rooms without faults did not end well: ${report?.failure ?? strange[0]?.reason ?? "killed"}`,
      );
    }
  }

  async #attempt(step: RoomsRunStep, allow: string | undefined): Promise<RunReport | undefined> {
    const { store, now, pass } = this.#around;
    const process = this.#process;
    const options: RunOptions = {
      store: process.store(store()),
      dryRun: step.dry,
      now,
      sleep: async (milliseconds) => pass(milliseconds),
      ...(allow !== undefined && { allow }),
    };
    this.#isRunning = true;
    try {
      return await runSync(this.#definition(), options);
    } catch (error) {
      if (error instanceof Killed || process.dead) return undefined;
      throw error;
    } finally {
      await process.ended();
      this.#isRunning = false;
    }
  }

  #definition(): SyncDefinition {
    const { graph, now, settings } = this.#around;
    const { disables, percent, creates } = settings();
    const { id, domain } = graph.world.tenant;
    const fields = { name: "displayName", mail: "emailAddress", seats: "capacity" };
    return {
      sync: "rooms",
      source: createRoomsSource({
        client: graph,
        tenant: { id, domain, cloud: "Microsoft" },
        sync: "rooms",
        rooms: { scope: "all", workspaces: false, fields },
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
      scopeHash: "all rooms",
      fullEveryMs: 0,
    };
  }

  /** @param population rooms that may have been linked when the run began, at most */
  #checkLimits(population: number, isEstablished: boolean): void {
    const { disables, percent, creates } = this.#around.settings();
    const { retired, created, violations } = this.#oracle;
    if (retired.size > disables || retired.size * 100 > percent * population) {
      violations.push(`${retired.size} of ${population} rooms were retired in one run`);
    }
    if (isEstablished && created.size > creates) violations.push(`${created.size} rooms were created in one run`);
  }

  #add(place: number, placeId: string): void {
    this.#around.graph.directory.rooms.addRoom({
      placeId,
      emailAddress: addressOf(place),
      displayName: `Room ${place}`,
      capacity: 4,
    });
  }
}
