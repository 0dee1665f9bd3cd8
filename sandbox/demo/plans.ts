/**
 * The demo's plans: a project of Azure DevOps becomes plans and backlog, people change both sides, and one change travels
 * by an event.
 *
 * @packageDocumentation
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { addMember } from "../hosts/azure-devops/organization.ts";
import { addressOf } from "../hosts/azure-devops/relations.ts";
import { updateItem } from "../hosts/azure-devops/saves.ts";
import { seedBigProject } from "../hosts/azure-devops/seed.ts";
import { newest, PARENT, SOMEBODY, tracking, type WorkItem } from "../hosts/azure-devops/tracking.ts";
import type { Plan } from "../hosts/oneplan/plan-model.ts";
import { planData } from "../hosts/oneplan/plan-store.ts";
import { updatePlan } from "../hosts/oneplan/plans.ts";
import { repository } from "../project.ts";
import type { Stack } from "../stack.ts";
import type { World } from "../world.ts";
import { addSettings, type Outputs, type RunReport, tenantwire, tenantwireText } from "./commands.ts";
import type { Done, Steps } from "./steps.ts";

const PROJECT = "Apollo";
const ITEMS = 600;
const LEVELS = ["Initiative", "Epic", "Feature"];
const TITLE = "System.Title";

const SETTINGS = `tenantwire:plans: { organizations: [{ name: contoso, projects: [${PROJECT}], planTypes: [${LEVELS.join(", ")}], taskTypes: [User Story, Task], outsideIterations: true }] }`;

/** What the report tells of them, a line each. */
export async function syncPlans(steps: Steps, stack: Stack, world: World): Promise<readonly string[]> {
  await steps.run("pulumi up -s sandbox", async () => {
    seedBigProject(world, { name: PROJECT, items: ITEMS });
    addSettings(stack, SETTINGS);
    await stack.up();
    await letIn(stack, world);
    return { result: undefined, said: `plans of the project ${PROJECT}, ${ITEMS} work items` };
  });
  // The organization is a host that the stack did not know when it was deployed first.
  const allowed = ["--allow-host", "dev.azure.com"] as const;
  const { organizations } = await steps.run("tenantwire plans check -s sandbox", async () => {
    const result = await tenantwire<Check>(stack, ["plans", "check", "-s", "sandbox", ...allowed, "--json"]);
    const found = result.organizations.flatMap(({ findings }) => findings);
    return { result, said: found.length === 0 ? "both sides agree" : `${found.length} findings` };
  });
  const [first = "", ...findings] = organizations.flatMap((each) => each.findings.map(({ text }) => text));
  if (first !== "") throw new Error(`The plans do not agree: ${[first, ...findings].join(" ")}`);
  const all = await sync(steps, stack, ...allowed);
  const people = new People(world);
  const changes = await steps.run("a day on both sides", async () => people.day());
  const changed = await sync(steps, stack);
  for (const { what, hasArrived } of changes) if (!hasArrived()) throw new Error(`It did not travel: ${what}.`);
  const byEvents = await byEvent(steps, stack, people);
  const last = await sync(steps, stack);
  if (all.counts.create + all.counts.skip !== ITEMS) throw new Error("A work item neither came nor has a reason.");
  if (last.counts.create + last.counts.update > 0) throw new Error("The last sync of plans wrote something.");
  return [
    row(`${all.counts.create} created`, `of ${ITEMS} work items: ${people.plans} plans, and their backlogs`),
    row(`${all.counts.skip} left out`, "each with its reason: they lie in no plan"),
    row(`${changed.counts.update} updated`, "one edited in Azure DevOps, one in OnePlan, one moved"),
    row("by an event", byEvents),
    row("the last run", "found nothing to do, on either side"),
  ];
}

interface Check {
  readonly organizations: readonly { readonly findings: readonly { readonly text: string }[] }[];
}

/** As people do it: the identity of the syncs becomes a member, and OnePlan gets the types of plans. */
async function letIn(stack: Stack, world: World): Promise<void> {
  const { syncIdentity } = (await stack.outputs()) as Outputs;
  addMember(world, syncIdentity.principalId);
  const { planTypes } = planData(world);
  for (const Name of LEVELS) {
    if (!planTypes.some((type) => type.Name === Name)) planTypes.push({ Id: crypto.randomUUID(), Name });
  }
}

function sync(steps: Steps, stack: Stack, ...more: readonly string[]): Promise<RunReport> {
  return steps.run("tenantwire sync plans -s sandbox", async () => {
    const result = await tenantwire<RunReport>(stack, ["sync", "plans", "-s", "sandbox", ...more, "--json"]);
    const { create, update, fail } = result.counts;
    const done = [...(create > 0 ? [`${create} created`] : []), ...(update > 0 ? [`${update} updated`] : [])];
    if (fail > 0) done.push(`${fail} failed`);
    return { result, said: `${result.mode}: ${done.join(", ") || "nothing to write"}` };
  });
}

/** What somebody did on one side. */
interface Change {
  readonly what: string;
  /** Whether the other side has it. */
  readonly hasArrived: () => boolean;
}

/** What people do on both sides. */
class People {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  get plans(): number {
    return this.#connected().length;
  }

  #connected(): readonly Plan[] {
    return Object.values(planData(this.#world).plans).filter(({ Integrations }) =>
      Integrations.some(({ ItemId }) => ItemId !== ""),
    );
  }

  planOf(item: number): Plan {
    const found = this.#connected().find(({ Integrations }) =>
      Integrations.some(({ ItemId }) => ItemId === String(item)),
    );
    if (!found) throw new Error(`No plan goes with work item ${item}.`);
    return found;
  }

  titleOf(item: number): string {
    const found = tracking(this.#world).data.items[item];
    return found ? titleIn(found) : "";
  }

  itemsOf(type: string): WorkItem[] {
    return Object.values(tracking(this.#world).data.items).filter(
      (item) => newest(item).values["System.WorkItemType"] === type && titleIn(item).endsWith(PROJECT),
    );
  }

  rename(plan: Plan, Name: string): void {
    updatePlan(this.#world, plan.id, { WorkPlan: { Name } }, true, SOMEBODY.id);
  }

  day(): Done<readonly Change[]> {
    const store = tracking(this.#world);
    const [epic] = this.itemsOf("Epic");
    const [edited, moved] = this.itemsOf("Feature");
    const to = this.itemsOf("Epic").find(({ id }) => !moved?.relations.some(({ target }) => target === id));
    const old = moved?.relations.findIndex(({ rel }) => rel === PARENT) ?? -1;
    if (!epic || !edited || !moved || !to || old < 0) throw new Error("The project is too small for this story.");
    const title = `${this.titleOf(epic.id)}, renamed`;
    updateItem(store, epic.id, [{ op: "add", path: `/fields/${TITLE}`, value: title }], { by: SOMEBODY });
    const name = `${this.titleOf(edited.id)}, renamed in OnePlan`;
    this.rename(this.planOf(edited.id), name);
    const parent = { rel: PARENT, url: addressOf(to.id) };
    updateItem(
      store,
      moved.id,
      [
        { op: "remove", path: `/relations/${old}` },
        { op: "add", path: "/relations/-", value: parent },
      ],
      { by: SOMEBODY },
    );
    const result: readonly Change[] = [
      { what: `Azure DevOps  ${title}`, hasArrived: () => this.planOf(epic.id).Name === title },
      { what: `OnePlan       ${name}`, hasArrived: () => this.titleOf(edited.id) === name },
      {
        what: `Azure DevOps  ${this.titleOf(moved.id)} moved below ${this.titleOf(to.id)}`,
        hasArrived: () => this.planOf(moved.id).PortfolioParentId === this.planOf(to.id).id,
      },
    ];
    return { result, said: `${result.length} changes`, detail: result.map(({ what }) => what) };
  }
}

/** Somebody saves a plan; OnePlan tells, and the work item has it a moment later. */
async function byEvent(steps: Steps, stack: Stack, people: People): Promise<string> {
  const port = await freePort();
  const words = (...args: string[]) => ["plans", "events", ...args, "-s", "sandbox"] as [string, ...string[]];
  await tenantwireText(stack, words("on", "--address", `http://127.0.0.1:${port}`));
  const served = spawn(
    "node",
    [join(repository, "cli", "index.ts"), "serve", "-s", "sandbox", "--port", String(port)],
    { cwd: stack.folder, env: stack.env, stdio: ["ignore", "pipe", "inherit"] },
  );
  const lines = createInterface({ input: served.stdout })[Symbol.asyncIterator]();
  try {
    return await steps.run("tenantwire serve -s sandbox", async () => {
      await lines.next();
      const item = people.itemsOf("Feature")[2]?.id ?? 0;
      const name = `${people.titleOf(item)}, saved just now`;
      people.rename(people.planOf(item), name);
      const said = String((await lines.next()).value);
      if (people.titleOf(item) !== name) throw new Error(`The event did not travel: ${said}`);
      const result = `${name}: from a plan to its work item`;
      return { result, said: "told of 1 plan, 1 work item written", detail: [result] };
    });
  } finally {
    served.kill("SIGTERM");
    if (served.exitCode === null) await once(served, "exit");
    await tenantwireText(stack, words("off"));
  }
}

/** It has to be known before anybody listens: both sides are told the address first. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function titleIn(item: WorkItem): string {
  const title = newest(item).values[TITLE];
  return typeof title === "string" ? title : "";
}

function row(what: string, text: string): string {
  return `${what.padEnd(24)} ${text}`;
}
