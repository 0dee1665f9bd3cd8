import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changeBehaviours } from "../sandbox/behaviours.ts";
import { commandEnvironment } from "../sandbox/environment.ts";
import { createPersonalAccessToken, ORGANIZATION } from "../sandbox/hosts/azure-devops/organization.ts";
import { addressOf } from "../sandbox/hosts/azure-devops/relations.ts";
import { createItem, updateItem } from "../sandbox/hosts/azure-devops/saves.ts";
import { createProject, PARENT, SOMEBODY, tracking } from "../sandbox/hosts/azure-devops/tracking.ts";
import { planData } from "../sandbox/hosts/oneplan/plan-store.ts";
import { repository } from "../sandbox/project.ts";
import { run } from "../sandbox/run.ts";
import { type Sandbox, startSandbox } from "../sandbox/server.ts";
import type { Figure } from "./figure.ts";
import { median } from "./median.ts";
import type { PlansAsked, PlansMeasured } from "./plans-sync.ts";
import { DAY_MS } from "../contract/days.ts";

const ROUNDS = 3;
/** As far as a network is: both hosts, in all programs alike. */
const DELAY_MS = 20;
/** Published: results of a query, and items of a batch. */
const QUERY = 20_000;
const BATCH = 200;
const CHANGES = 50;
/** Features in an epic, and stories in a feature; each of these has a task. */
const FEATURES = 10;
const STORIES = 12;

/** Of the work items. */
const AGE_MS = 30 * DAY_MS;

/**
 * What work items and plans cost: reading a project against the fewest requests that the published sizes allow and against
 * Microsoft's client alone, a first run, and a run of few changes.
 */
export async function plansFigures(items: number, show: (line: string) => void): Promise<Figure[]> {
  show(`a project of ${items.toLocaleString("en-US")} work items`);
  const sandbox = await startSandbox({ users: 5, provider: false });
  const folder = mkdtempSync(join(tmpdir(), "tenantwire-bench-plans-"));
  try {
    const project = new BenchProject(sandbox, folder, items);
    const reads: { readonly ours: PlansMeasured; readonly bare: PlansMeasured }[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      show(`reading, round ${round} of ${ROUNDS}`);
      reads.push({ ours: await project.measure("plans-sync", "read"), bare: await project.measure("plans-bare-read") });
    }
    const fewest = Math.ceil((items + 1) / QUERY) + Math.ceil(items / BATCH);
    const [{ ours, bare }] = reads as [(typeof reads)[0]];
    const seconds = (of: "ours" | "bare") => median(reads.map((each) => each[of].seconds));

    show("a first run");
    const first = await project.measure("plans-sync", "run");
    if (!first.load) throw new Error("No answer of a first run told of the load on Azure DevOps.");
    show(`a run of ${CHANGES} changes`);
    // What was written is looked at once more, whatever comes next.
    await project.measure("plans-sync", "run");
    const idle = await project.measure("plans-sync", "run");
    project.change(CHANGES);
    const changed = await project.measure("plans-sync", "run");
    const after = await project.measure("plans-sync", "run");

    const rate = first.items / first.seconds;
    const { used, limit } = first.load;
    return [
      {
        name: "reading work items / fewest requests",
        value: ours.reads / fewest,
        goal: 1.05,
        detail: `${ours.reads} queries and batches, ${fewest} by the published sizes; ${ours.requests} requests in all, ${bare.requests} by the client alone`,
      },
      {
        name: "the same / Microsoft's client alone",
        value: seconds("ours") / seconds("bare"),
        goal: 1.1,
        detail: `${seconds("ours").toFixed(1)} s against ${seconds("bare").toFixed(1)} s, medians of ${ROUNDS}`,
      },
      {
        name: "first run of plans / 50 items a second",
        value: 50 / rate,
        goal: 1,
        detail: `${first.items} items in ${first.seconds.toFixed(0)} s, ${rate.toFixed(0)} a second, answers after ${DELAY_MS} ms; ${megabytes(first.memory)} at most; ${mostOf(first)}`,
      },
      {
        name: `requests of ${CHANGES} changes, each`,
        value: (changed.requests + after.requests - 2 * idle.requests) / CHANGES,
        goal: 10,
        detail: `${changed.requests} in ${changed.seconds.toFixed(1)} s, and ${after.requests} of the run that looks at it once more, ${idle.requests} each of them with nothing to do; ${mostOf(changed)}`,
      },
      {
        name: "load on Azure DevOps / its limit",
        value: used / limit,
        goal: 1,
        detail: `${used} of ${limit} TSTU in the five minutes of a first run, with the reading before it, in which it is most, as the headers told our client (what a request costs is assumed)`,
      },
    ];
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function megabytes(bytes = 0): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

/** What most of the requests were. */
function mostOf({ byKind = {} }: PlansMeasured): string {
  const most = Object.entries(byKind).sort(([, one], [, other]) => other - one);
  return most
    .slice(0, 6)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ");
}

class BenchProject {
  readonly #sandbox: Sandbox;
  readonly #folder: string;
  readonly #asked: Omit<PlansAsked, "does">;
  readonly #ids: number[] = [];

  constructor(sandbox: Sandbox, folder: string, items: number) {
    const { world, faults } = sandbox;
    this.#sandbox = sandbox;
    this.#folder = folder;
    const project = createProject(world, "Bench", "Agile");
    planData(world).planTypes.push({ Id: crypto.randomUUID(), Name: "Feature" });
    // Told in every answer, not only from half of the limit on: it is measured.
    changeBehaviours(world, { oneplan: { rollUps: true }, azureDevOps: { loadToldFrom: 0 } });
    const make = (type: string, parent?: number) => {
      const link = { op: "add" as const, path: "/relations/-", value: { rel: PARENT, url: addressOf(parent ?? 0) } };
      const title = { op: "add" as const, path: "/fields/System.Title", value: `${type} ${this.#ids.length}` };
      const document = parent === undefined ? [title] : [title, link];
      const { id } = createItem(tracking(world), project, type, document, { by: SOMEBODY });
      this.#ids.push(id);
      return id;
    };
    // Not of today: what came just now would be told as changed besides.
    world.advance(-AGE_MS);
    while (this.#ids.length < items) {
      const epic = make("Epic");
      for (let features = 0; features < FEATURES && this.#ids.length < items; features += 1) {
        const feature = make("Feature", epic);
        for (let stories = 0; stories < STORIES && this.#ids.length < items; stories += 1) {
          const story = make("User Story", feature);
          if (this.#ids.length < items) make("Task", story);
        }
      }
    }
    world.advance(AGE_MS);
    for (const host of ["dev.azure.com", "my.oneplan.ai"]) faults.add({ host, then: { delayMs: DELAY_MS } });
    const token = createPersonalAccessToken(world, new Date(world.now().getTime() + DAY_MS));
    const { name: keyName, value: key } = world.oneplanKey;
    this.#asked = {
      organization: ORGANIZATION,
      project: project.name,
      token,
      keyName,
      key,
      state: join(folder, "state.sqlite"),
    };
  }

  /** Titles of so many items, all over the project. */
  change(count: number): void {
    const step = Math.floor(this.#ids.length / count) || 1;
    for (const [at, id] of this.#ids
      .filter((_, index) => index % step === 0)
      .slice(0, count)
      .entries()) {
      const document = [{ op: "add" as const, path: "/fields/System.Title", value: `Changed ${at}` }];
      updateItem(tracking(this.#sandbox.world), id, document, { by: SOMEBODY });
    }
  }

  async measure(program: string, does: PlansAsked["does"] = "read"): Promise<PlansMeasured> {
    const file = join(this.#folder, "asked.json");
    writeFileSync(file, JSON.stringify({ ...this.#asked, does } satisfies PlansAsked));
    const env = commandEnvironment(process.env, this.#sandbox.environment);
    const ran = await run(["node", join(repository, "bench", `${program}.ts`), file], { cwd: repository, env });
    if (ran.code !== 0) throw new Error(`bench/${program}.ts ended with ${ran.code}:\n${ran.stderr}`);
    return JSON.parse(ran.stdout) as PlansMeasured;
  }
}
