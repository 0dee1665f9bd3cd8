/**
 * Histories of a small project on both sides: what people do in Azure DevOps and in OnePlan between runs, with everything
 * that may go wrong, against an oracle that is too simple to be wrong in the same way.
 */
import fc from "fast-check";
import type { PlansField } from "../../contract/outputs/plans.ts";
import { newest } from "../../sandbox/hosts/azure-devops/tracking.ts";
import type { Plan, Task } from "../../sandbox/hosts/oneplan/plan-model.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import type { RunOptions } from "../../sync/run/definition.ts";
import type { RunReport } from "../../sync/run/report.ts";
import { PlansBench } from "../sync/kinds/plans/bench.ts";
import { Killed, Killer } from "../sync/run/killer.ts";
import { type Both, FieldsOracle, mayStay, type PairSeen, type Seen, type Value } from "./fields-oracle.ts";

const TITLE = "System.Title";
const PRIORITY = "Microsoft.VSTS.Common.Priority";
const NOTHING = "00000000-0000-0000-0000-000000000000";

/** Who wins where both sides changed a value; by default Azure DevOps a title, and OnePlan a priority. */
export const POLICIES = ["azureDevOps", "oneplan", "newest", "fail"] as const;
export type Policy = (typeof POLICIES)[number];

const field = (azureDevOps: string, oneplan: string, conflict: Policy): PlansField => ({
  azureDevOps,
  oneplan,
  direction: "both",
  conflict,
});
const hierarchy = [
  field("System.Parent", "Parent", "azureDevOps"),
  field("System.WorkItemType", "Type", "azureDevOps"),
];

/** How a priority goes, which unlike a title may be empty. */
export type PriorityRule = Pick<PlansField, "direction" | "empty">;

const fieldsWith = (policy: Policy | undefined, { direction, empty }: PriorityRule): readonly PlansField[] => [
  field(TITLE, "Name", policy ?? "azureDevOps"),
  {
    azureDevOps: PRIORITY,
    oneplan: "Priority",
    direction,
    ...(direction === "both" && { conflict: policy ?? "oneplan" }),
    ...(empty && { empty }),
  },
];

const DOES = [
  "add item",
  "add plan",
  "add task",
  "rename item",
  "rename in OnePlan",
  "prioritize item",
  "prioritize in OnePlan",
  "move item",
  "move plan",
  "change type",
  "remove item",
  "restore item",
  "archive plan",
  "delete task",
  "run",
  "run in full",
  "run against faults",
  "kill a run",
  "lose the state",
] as const;

export interface Step {
  readonly does: (typeof DOES)[number];
  readonly who: number;
  readonly what: number;
}

const step: fc.Arbitrary<Step> = fc.record({ does: fc.constantFrom(...DOES), who: fc.nat(50), what: fc.nat(50) });

export interface PlansHistory {
  readonly priority: PriorityRule;
  readonly steps: readonly Step[];
}

const priority: fc.Arbitrary<PriorityRule> = fc.record(
  {
    direction: fc.constantFrom("both", "both", "both", "toOnePlan", "toAzureDevOps", "once"),
    empty: fc.constantFrom("keep", "clear"),
  },
  { requiredKeys: ["direction"] },
);

export interface PlansSimulation {
  readonly seed: number;
  readonly histories: number;
  readonly steps: number;
  readonly policy?: Policy;
  readonly onHistory?: (before: number) => void;
}

/** A history takes seconds: none is made shorter, and after so many that went wrong the rest is not tried. */
const ENOUGH = 5;

/** Returns what went wrong, in words; `undefined` when nothing did. */
export async function simulatePlans(
  sandbox: Sandbox,
  { seed, histories, steps, policy, onHistory }: PlansSimulation,
): Promise<string | undefined> {
  const one = fc.record({ priority, steps: fc.array(step, { minLength: steps, maxLength: steps }) });
  const all = fc.sample(one, { seed, numRuns: histories });
  const wrong: string[] = [];
  for (const [index, history] of all.entries()) {
    onHistory?.(index);
    try {
      await livePlans(sandbox, history, policy);
    } catch (error) {
      wrong.push(
        [
          `Seed ${seed}: history ${index + 1} of ${histories} went wrong.`,
          error instanceof Error ? (error.stack ?? error.message) : String(error),
          `  with a priority ${JSON.stringify(history.priority)}`,
          ...history.steps.map(({ does, who, what }, at) => `  ${at + 1}. ${does} ${who} ${what}`),
          `Again: npm run simulate -- --plans --seed ${seed} --histories ${index + 1} --steps ${steps}${policy ? ` --policy ${policy}` : ""}`,
        ].join("\n"),
      );
      if (wrong.length === ENOUGH) break;
    }
  }
  return wrong.length === 0 ? undefined : wrong.join("\n\n");
}

/** Lives through a history, and throws where it does not end as it must. */
export async function livePlans(sandbox: Sandbox, { priority, steps }: PlansHistory, policy?: Policy): Promise<void> {
  const bench = new PlansBench(sandbox);
  try {
    await new Life(bench, fieldsWith(policy, priority), policy).live(steps);
  } finally {
    await bench.close();
  }
}

class Life {
  readonly #bench: PlansBench;
  readonly #policy: Policy | undefined;
  readonly #fields: readonly PlansField[];
  readonly #oracle: FieldsOracle;
  /** By work item, the sides on which people changed a value since the last run; the last of them is the newest. */
  readonly #edited = new Map<number, (keyof Both)[]>();
  readonly #keepers: ReadonlySet<number>;
  readonly #removed: number[] = [];
  readonly #everRemoved = new Set<number>();
  #lost = false;
  #names = 0;

  constructor(bench: PlansBench, fields: readonly PlansField[], policy: Policy | undefined) {
    this.#bench = bench;
    this.#policy = policy;
    this.#fields = fields;
    this.#oracle = new FieldsOracle(fields);
    const all = [...fields, ...hierarchy];
    bench.set({ planFields: all, taskFields: all });
    // Something that nobody touches: a side from which everything is gone is never believed.
    this.#keepers = new Set(["keeper", "keeper too"].map((title) => bench.item("Epic", title)));
  }

  async live(history: readonly Step[]): Promise<void> {
    const bench = this.#bench;
    const epic = bench.item("Epic", this.#name());
    const feature = bench.item("Feature", this.#name(), epic);
    bench.item("Task", this.#name(), bench.item("User Story", this.#name(), feature));
    await this.#run();
    for (const each of history) await this.#step(each);
    sandboxCalm(bench);
    for (let times = 0; times < 4; times += 1) {
      bench.later(25 * 60);
      await this.#run();
      // What no policy decides, or both sides changed in the same moment, a person does.
      if (this.#policy === "fail" || this.#policy === "newest") this.#decide();
    }
    if (this.#policy === "fail" || this.#policy === "newest") await this.#run();
    for (const options of [{}, { mode: "full" as const }]) {
      const report = await this.#watched(() => bench.run(options));
      const trouble = report.exceptions.map(({ label, reason }) => `${label}: ${reason}`);
      if (report.failure !== undefined || trouble.length > 0) {
        throw new Error(`A run does not come to its end: ${report.failure ?? ""} ${trouble.join("; ")}`);
      }
      if (bench.writes.length > 0) throw new Error(`A run that has nothing to do writes: ${bench.writes.join(", ")}`);
    }
    this.#check();
  }

  /** Somebody makes the two the same, as Azure DevOps has them. */
  #decide(): void {
    const bench = this.#bench;
    for (const item of bench.workItems()) {
      if (!bench.has(item.id) || bench.value(item.id, "System.State") === "Removed") continue;
      const [Name, Priority] = [bench.value(item.id, TITLE), bench.value(item.id, PRIORITY) ?? null];
      const isPlan = isPlanType(typeOf(item));
      // What became the other kind, and has no place yet, is looked at the next time.
      if (isPlan !== bench.isPlan(item.id)) continue;
      const there = isPlan ? bench.plan(item.id) : bench.task(item.id);
      if (there.Name === Name && (there.Fields["Priority"] ?? null) === Priority) continue;
      const changes = { Name, Fields: { Priority } };
      if ("WorkPlanId" in there) bench.editTask(there, changes);
      else bench.editPlan(there.id, changes);
    }
  }

  /** Of what has nothing below it, which would date it anew too. */
  #newest(id: number, isLeaf: boolean): keyof Both | undefined {
    const sides = this.#edited.get(id) ?? [];
    return isLeaf && new Set(sides).size === 2 ? sides.at(-1) : undefined;
  }

  #edits(id: number, side: keyof Both): void {
    this.#edited.set(id, [...(this.#edited.get(id) ?? []), side]);
  }

  #name(): string {
    return `item ${(this.#names += 1)}`;
  }

  async #run(options: Partial<RunOptions> = {}): Promise<void> {
    await this.#watched(() => this.#bench.run(options)).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
  }

  /** A run, and whether what it carried is what the settings say. */
  async #watched(run: () => Promise<RunReport>): Promise<RunReport> {
    const before = this.#seen();
    this.#edited.clear();
    let report: RunReport | undefined;
    try {
      return (report = await run());
    } finally {
      // What is linked again after the state was lost is compared by the run after it.
      const isWhole = report?.status === "Success" && !report.unproven && report.counts.link === 0;
      this.#oracle.ran(before, this.#seen(), isWhole);
    }
  }

  /** What both sides have of each work item that has one plan or task. */
  #seen(): Seen {
    const bench = this.#bench;
    const pairs = new Map<number, PairSeen>();
    const all = [...bench.workItems(), ...bench.plans(), ...Object.values(bench.data.tasks)];
    for (const item of bench.workItems()) {
      const { values } = newest(item);
      if (values["System.State"] === "Removed") continue;
      const id = String(item.id);
      const plans = bench.plans().filter((plan) => !plan.Archived && stampOf(plan) === id);
      const tasks = Object.values(bench.data.tasks).filter((task) => task.Integration?.ExternalItemId === id);
      const [there, ...others] = [...plans, ...tasks];
      if (!there || others.length > 0) continue;
      pairs.set(item.id, {
        there: there.id,
        newest: this.#newest(item.id, values["System.WorkItemType"] === "Task"),
        values: new Map([
          [TITLE, { azureDevOps: values[TITLE] as Value, oneplan: there.Name }],
          [
            PRIORITY,
            {
              azureDevOps: (values[PRIORITY] ?? null) as Value,
              oneplan: (there.Fields["Priority"] ?? null) as Value,
            },
          ],
        ]),
      });
    }
    return { pairs, ids: new Set(all.map(({ id }) => String(id))) };
  }

  async #step({ does, who, what }: Step): Promise<void> {
    const bench = this.#bench;
    const pick = <T>(all: readonly T[]): T | undefined => all[who % (all.length || 1)];
    const items = this.#items();
    const item = pick(items);
    const plan = pick(bench.plans().filter(({ Archived, Name }) => !Archived && !Name.startsWith("keeper")));
    const task = pick(Object.values(bench.data.tasks));
    // Whatever else happens to an item may date it, or what it lies in.
    if (!/^(rename|prioritize|run)/.test(does)) this.#edited.clear();
    switch (does) {
      case "add item":
        return this.#addItem(who, what);
      case "add plan":
        if (what % 2 === 0) bench.newPlan("Epic", this.#name());
        else if (plan && bench.typeName(plan) === "Epic") bench.newPlan("Feature", this.#name(), plan.id);
        return;
      case "add task":
        if (plan) bench.newTask(plan.id, what % 2 === 0 ? "Task" : "User Story", this.#name());
        return;
      case "rename item":
        return this.#editItem(item?.id, { [TITLE]: this.#name() });
      case "prioritize item":
        return this.#editItem(item?.id, { [PRIORITY]: what % 5 === 0 ? null : 1 + (what % 4) });
      case "rename in OnePlan":
        return this.#editInOnePlan(what % 2 === 0 ? plan : undefined, task, { Name: this.#name() });
      case "prioritize in OnePlan":
        return this.#editInOnePlan(what % 2 === 0 ? plan : undefined, task, {
          Fields: { Priority: what % 5 === 0 ? null : 1 + (what % 4) },
        });
      case "move item":
        return this.#moveItem(who, what);
      case "move plan":
        return this.#movePlan(plan, what);
      case "change type":
        return this.#changeType(who, what);
      case "remove item":
        if (!item || items.length < 3) return;
        bench.remove(item.id);
        this.#removed.push(item.id);
        this.#everRemoved.add(item.id);
        return;
      case "restore item": {
        const id = this.#removed.pop();
        if (id !== undefined) bench.restore(id);
        return;
      }
      case "archive plan":
        if (plan) bench.editPlan(plan.id, { Archived: true });
        return;
      case "delete task":
        if (task) bench.deleteTask(task);
        return;
      case "lose the state":
        this.#lost = true;
        this.#oracle.forget();
        return bench.loseState();
      case "kill a run":
        return this.#kill(what);
      case "run against faults":
        return this.#runAgainstFaults(who, what);
      default:
        return this.#run(does === "run in full" ? { mode: "full" } : {});
    }
  }

  #items(): ReturnType<PlansBench["workItems"]> {
    return this.#bench.workItems().filter(({ id }) => !this.#keepers.has(id));
  }

  #addItem(who: number, what: number): void {
    const type = ["Epic", "Feature", "User Story", "Task"][what % 4] ?? "Task";
    const parents = this.#items().filter((item) => mayLieBelow(type, typeOf(item)));
    this.#bench.item(type, this.#name(), parents[who % (parents.length || 1)]?.id);
  }

  #editItem(id: number | undefined, changes: Record<string, Value>): void {
    if (id === undefined) return;
    this.#bench.edit(id, changes);
    this.#edits(id, "azureDevOps");
  }

  #editInOnePlan(plan: Plan | undefined, task: Task | undefined, changes: object): void {
    if (plan) this.#bench.editPlan(plan.id, changes);
    else if (task) this.#bench.editTask(task, changes);
    this.#edits(Number(plan ? stampOf(plan) : task?.Integration?.ExternalItemId), "oneplan");
  }

  #moveItem(who: number, what: number): void {
    const items = this.#items();
    const item = items[who % (items.length || 1)];
    if (!item) return;
    const parents = items.filter((each) => mayLieBelow(typeOf(item), typeOf(each)));
    const parent = parents[what % (parents.length || 1)];
    try {
      this.#bench.moveItem(item.id, parent?.id ?? null);
    } catch {
      // A circle, which Azure DevOps does not make.
      return;
    }
  }

  #movePlan(plan: Plan | undefined, what: number): void {
    if (!plan) return;
    const own = this.#bench.typeName(plan) ?? "";
    const parents = this.#bench.plans().filter((each) => mayLieBelow(own, this.#bench.typeName(each) ?? ""));
    try {
      this.#bench.movePlan(plan.id, parents[what % (parents.length || 1)]?.id ?? NOTHING);
    } catch {
      // A circle, which OnePlan does not make.
      return;
    }
  }

  #changeType(who: number, what: number): void {
    const items = this.#items().filter((item) => typeOf(item) !== "Epic");
    const item = items[who % (items.length || 1)];
    const type = ["Feature", "User Story", "Task"][what % 3] ?? "Task";
    if (item) this.#bench.edit(item.id, { "System.WorkItemType": type });
  }

  async #kill(what: number): Promise<void> {
    const killer = new Killer(what);
    await this.#run({ store: killer.store(this.#bench.store) });
  }

  async #runAgainstFaults(who: number, what: number): Promise<void> {
    const { faults } = this.#bench.sandbox;
    const host = who % 2 === 0 ? "dev.azure.com" : "my.oneplan.ai";
    const method = ["GET", "POST", "PATCH"][who % 3] ?? "GET";
    const then = [{ status: 500 }, { cut: 10 }, { status: 429, retryAfter: 1 }, { status: 503 }][what % 4] ?? {
      status: 500,
    };
    faults.add({ host, method, times: 1 + (what % 3), then });
    await this.#run();
    faults.clear();
  }

  /** Both sides have the same, each once. */
  #check(): void {
    const bench = this.#bench;
    const found = new Map<string, { name: string; priority: Value; type: string | undefined; above: string }>();
    const put = (id: string, value: { name: string; priority: Value; type: string | undefined; above: string }) => {
      if (id === "") throw new Error(`${value.name} goes with no work item.`);
      if (found.has(id)) throw new Error(`Work item ${id} is in OnePlan twice.`);
      found.set(id, value);
    };
    for (const plan of bench.plans()) {
      if (plan.Archived) continue;
      put(stampOf(plan), {
        name: plan.Name,
        priority: (plan.Fields["Priority"] ?? null) as Value,
        type: bench.typeName(plan),
        above: stampOf(bench.data.plans[plan.PortfolioParentId]),
      });
    }
    for (const task of Object.values(bench.data.tasks)) {
      // In a plan that is nobody's any more nothing is anybody's.
      const isLeft = this.#everRemoved.has(Number(stampOf(bench.data.plans[task.WorkPlanId])));
      if (this.#lost && isLeft && !task.Integration?.ExternalItemId) continue;
      // Nothing is made for what was put away before anything was.
      if (bench.data.plans[task.WorkPlanId]?.Archived && !task.Integration?.ExternalItemId) continue;
      put(task.Integration?.ExternalItemId ?? "", {
        name: task.Name,
        priority: (task.Fields["Priority"] ?? null) as Value,
        type: bench.data.workTypes.find(({ Id }) => Id === task.WorkTypeId)?.Name,
        above:
          bench.data.tasks[task.ParentId]?.Integration?.ExternalItemId ?? stampOf(bench.data.plans[task.WorkPlanId]),
      });
    }
    const names = new Set<string>();
    for (const item of bench.workItems()) {
      const { values } = newest(item);
      const id = String(item.id);
      const there = found.get(id);
      found.delete(id);
      if (values["System.State"] === "Removed") {
        if (there) throw new Error(`${id} is removed, and in OnePlan.`);
        continue;
      }
      const name = values[TITLE] as string;
      if (names.has(name)) throw new Error(`There are two work items ${name}.`);
      names.add(name);
      // A task that no plan is above has no place.
      if (!there && !isPlanType(typeOf(item)) && !this.#hasPlanAbove(item.id)) continue;
      if (!there) throw new Error(`${name} (${id}, ${typeOf(item)}) is not in OnePlan.`);
      const priority = (values[PRIORITY] ?? null) as Value;
      const isPriorityRight = this.#fields
        .filter(({ azureDevOps }) => azureDevOps === PRIORITY)
        .every((rule) => mayStay(rule, { azureDevOps: priority, oneplan: there.priority }));
      if (there.name !== name || !isPriorityRight || there.type !== typeOf(item)) {
        throw new Error(
          `${id} is ${JSON.stringify({ name, priority, type: typeOf(item) })}, in OnePlan ${JSON.stringify(there)}.`,
        );
      }
      const parent = bench.parentOf(item.id);
      const isUsual = parent !== null && mayLieBelow(typeOf(item), typeOf(bench.workItem(parent)));
      const isThere = parent !== null && bench.value(parent, "System.State") !== "Removed";
      if (isUsual && isThere && there.above !== String(parent)) {
        throw new Error(`${name} (${id}) lies below ${parent}, and in OnePlan below ${there.above}.`);
      }
    }
    // Whom a lost state had of what was removed meanwhile stays, and is told.
    if (this.#lost) for (const id of this.#everRemoved) found.delete(String(id));
    if (found.size > 0) throw new Error(`In OnePlan alone: ${JSON.stringify([...found])}`);
  }

  #hasPlanAbove(id: number): boolean {
    for (let next = this.#bench.parentOf(id); next !== null; next = this.#bench.parentOf(next)) {
      const isRemoved = this.#bench.value(next, "System.State") === "Removed";
      if (isPlanType(typeOf(this.#bench.workItem(next))) && !isRemoved) return true;
    }
    return false;
  }
}

function sandboxCalm({ sandbox }: PlansBench): void {
  sandbox.faults.clear();
}

function stampOf(plan: Plan | undefined): string {
  return plan?.Integrations.find(({ ItemId }) => ItemId !== "")?.ItemId ?? "";
}

function typeOf(item: ReturnType<PlansBench["workItem"]>): string {
  return newest(item).values["System.WorkItemType"] as string;
}

function isPlanType(type: string): boolean {
  return type === "Epic" || type === "Feature";
}

function mayLieBelow(type: string, above: string): boolean {
  const allowed: Readonly<Record<string, readonly string[]>> = {
    Feature: ["Epic"],
    "User Story": ["Feature"],
    Task: ["User Story"],
  };
  return allowed[type]?.includes(above) ?? false;
}
