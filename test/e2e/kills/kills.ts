/** Runs of the command line that are killed, or told to stop, at moments that follow from a seed; then clean ones. */
import { AssertionError, deepStrictEqual, strictEqual } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Random, randomFrom } from "../../../sandbox/data/random.ts";
import type { FaultRule } from "../../../sandbox/faults/rule.ts";
import { ageIntents } from "../age-intents.ts";
import { cli, type Deployed, deployable } from "../deployed.ts";
import { activeIds, expectedPeople, fieldsOf, heldById, heldResources } from "../expected.ts";

const GRAPH = "graph.microsoft.com";
const ONEPLAN = "my.oneplan.ai";

/** What a run may be made to wait for, far longer than anybody who stops it would: nothing of it, most of the time. */
const waits: readonly (FaultRule | null)[] = [
  null,
  null,
  null,
  { host: GRAPH, then: { status: 429, retryAfter: 600 } },
  { host: GRAPH, path: "/v1.0/users*", then: { delayMs: 600_000 } },
  { host: GRAPH, path: "/v1.0/$batch", then: { status: 503 } },
  { host: "login.microsoftonline.com", then: { delayMs: 600_000 } },
  { host: "login.microsoftonline.com", then: { status: 503 } },
  { host: "*.vault.azure.net", then: { delayMs: 600_000 } },
  { host: "*.vault.azure.net", then: { status: 503, retryAfter: 600 } },
  { host: ONEPLAN, method: "GET", then: { delayMs: 600_000 } },
  { host: ONEPLAN, method: "POST", then: { delayMs: 600_000 } },
  { host: ONEPLAN, method: "POST", then: { status: 429, retryAfter: 600 } },
  { host: ONEPLAN, then: { reset: true } },
];

export type KillSignal = "SIGKILL" | "SIGTERM";

export interface KillsOptions {
  readonly signal: KillSignal;
  readonly kills: number;
  readonly seed: number;
  /** After each one that was still at work. */
  readonly onKill?: (killed: number) => void;
}

export interface KillsResult {
  /** Of those that were killed: they had written by then. */
  readonly afterWrites: number;
  /** Milliseconds from the signal until the process was gone, at most, and what it waited for then. */
  readonly longest: { readonly milliseconds: number; readonly waitedFor: string };
}

/** A deployed stack for it. */
export async function killable(): Promise<Deployed> {
  const world = await deployable({ users: 90, seed: 3 });
  await world.stack.up();
  await world.writeOutputs((outputs) => {
    // Leavers and newcomers pile up while no run comes to its end.
    const limits = { disable: { count: 500, percent: 100 }, create: { minimumPopulation: 500 } };
    outputs.sync = { users: { limits } };
  });
  return world;
}

/** @throws AssertionError when anybody is there twice, missing, or inactive who should not be */
export async function killRuns(world: Deployed, { signal, kills, seed, onKill }: KillsOptions): Promise<KillsResult> {
  return new Kills(world, signal, seed).run(kills, onKill);
}

class Kills {
  readonly #world: Deployed;
  readonly #signal: KillSignal;
  readonly #random: Random;
  readonly #seed: number;
  #left = "";
  /** Milliseconds from the start of a process to the first answer that it gets, at most, as far as is known. */
  #startsWithin = 2_000;
  #longest = { milliseconds: 0, waitedFor: "nothing" };

  constructor(world: Deployed, signal: KillSignal, seed: number) {
    this.#world = world;
    this.#signal = signal;
    this.#random = randomFrom(`kills ${seed}`);
    this.#seed = seed;
  }

  async run(kills: number, onKill: KillsOptions["onKill"]): Promise<KillsResult> {
    const { sandbox } = this.#world;
    // Two candidates for one person stay a question: nobody is made for them.
    const mails = heldResources(sandbox.world).map(({ Fields }) => Fields["mail"]);
    const doubled = new Set(mails.filter((mail, index) => mails.indexOf(mail) !== index));
    let killed = 0;
    let afterWrites = 0;
    for (let attempt = 1; killed < kills; attempt += 1) {
      // It happens that a run is faster than its killer; but not always.
      this.#holds(attempt < 3 * kills + 10, "runs end before they are killed");
      await this.#changeSomething(attempt);
      const before = activeIds(sandbox.world);
      if (await this.#killOne(attempt)) {
        killed += 1;
        if (this.#written() > 0) afterWrites += 1;
        onKill?.(killed);
      }
      const wanted = expectedPeople(sandbox.world);
      const active = activeIds(sandbox.world);
      const lost = [...before].filter((id) => !active.has(id) && wanted.has(id));
      this.#holds(lost.length === 0, `${lost.join()} became inactive, though wanted, in attempt ${attempt}`);
    }
    await this.#endWell(doubled);
    return { afterWrites, longest: this.#longest };
  }

  /** Returns whether it was still at work. */
  async #killOne(attempt: number): Promise<boolean> {
    const { sandbox } = this.#world;
    const random = this.#random;
    const wait = this.#signal === "SIGTERM" ? random.pick(waits) : null;
    if (wait) sandbox.faults.add({ after: random.below(4), ...wait });
    sandbox.requests.mark();
    // Anywhere on the way to the first write, or between and after writes.
    const requests = 3 + random.below(20);
    const writes = 1 + random.below(8);
    const patience = random.below(1_500);
    const isSo = attempt % 3 === 0 ? () => this.#answered() >= requests : () => this.#written() >= writes;
    const begun = performance.now();
    const child = this.#start();
    const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
    let hasAnswer = false;
    while (child.exitCode === null && !isSo()) {
      const milliseconds = performance.now() - begun;
      if (!hasAnswer && this.#answered() > 0) {
        hasAnswer = true;
        this.#startsWithin = Math.max(this.#startsWithin, milliseconds);
      }
      // Where it waits, the moment may never come, nor any answer: then it is somewhere in that wait.
      if (wait && milliseconds > this.#startsWithin + patience) break;
      await delay(1);
    }
    const wasAtWork = child.exitCode === null && child.kill(this.#signal);
    const from = performance.now();
    await closed;
    const milliseconds = performance.now() - from;
    if (wasAtWork && milliseconds > this.#longest.milliseconds) {
      this.#longest = { milliseconds, waitedFor: wait ? JSON.stringify(wait) : "nothing" };
    }
    sandbox.faults.clear();
    return this.#signal === "SIGKILL" ? child.signalCode === "SIGKILL" : wasAtWork;
  }

  async #endWell(doubled: ReadonlySet<unknown>): Promise<void> {
    const { sandbox } = this.#world;
    ageIntents(this.#world);
    const { report } = await this.#world.sync("--full");
    const again = await this.#world.sync("--full");
    strictEqual(report.failure, undefined);
    const wanted = expectedPeople(sandbox.world);
    const held = heldById(sandbox.world);
    for (const [id, fields] of wanted) {
      if (doubled.has(fields.mail)) continue;
      const resource = held.get(id);
      deepStrictEqual([id, resource?.Inactive, resource && fieldsOf(resource)], [id, false, fields]);
    }
    for (const [id, { Inactive }] of held) if (!wanted.has(id)) deepStrictEqual([id, Inactive], [id, true]);
    const { create, update, link, disable, enable } = again.report.counts;
    deepStrictEqual([create, update, link, disable, enable], [0, 0, 0, 0, 0]);
  }

  /** People are renamed, leave, come back and are hired, so that every run has something to write. */
  async #changeSomething(turn: number): Promise<void> {
    const { hands, sandbox } = this.#world;
    const random = this.#random;
    const ids = [...expectedPeople(sandbox.world).keys()];
    for (let count = 0; count < 6; count += 1)
      await hands.change(random.pick(ids), { jobTitle: `Title ${turn}.${count}` });
    if (turn % 3 === 0) {
      const groupId = await hands.groupId("Consulting");
      await hands.hire({
        displayName: `Hired ${turn}`,
        alias: `hired${this.#signal.toLowerCase()}${turn}`,
        jobTitle: "Consultant",
        groupId,
      });
    }
    // One leaves; who left last comes back.
    if (turn % 4 === 0) await hands.change((this.#left = random.pick(ids)), { accountEnabled: false });
    if (turn % 4 === 2 && this.#left !== "") await hands.change(this.#left, { accountEnabled: true });
  }

  #start(): ChildProcess {
    const { outputsFile, stateFile, stack, env: given } = this.#world;
    // Many starts of the same program.
    const env = { ...given, NODE_COMPILE_CACHE: join(stack.folder, "compiled") };
    const args = [cli, "sync", "users", "--outputs", outputsFile, "--state", stateFile, "--json"];
    return spawn("node", args, { cwd: stack.folder, env, stdio: "ignore" });
  }

  /** Requests that the world answered since the last mark. */
  #answered(): number {
    return this.#world.sandbox.requests.counts().total;
  }

  /** Writes that OnePlan was asked for since the last mark. */
  #written(): number {
    const entries = this.#world.sandbox.requests.entries();
    return entries.filter(({ host, method }) => host === ONEPLAN && method === "POST").length;
  }

  #holds(isSo: boolean, otherwise: string): void {
    if (!isSo) throw new AssertionError({ message: `Seed ${this.#seed}: ${otherwise}` });
  }
}
