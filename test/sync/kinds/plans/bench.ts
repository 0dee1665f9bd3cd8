/** A project of the stand-in's Azure DevOps and its OnePlan, with what people do on both, and the real sync between them. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PlansOrganization } from "../../../../contract/outputs/plans.ts";
import { changeBehaviours } from "../../../../sandbox/behaviours.ts";
import { azureDevOpsBehaviour } from "../../../../sandbox/hosts/azure-devops/behaviour.ts";
import {
  createPersonalAccessToken,
  ORGANIZATION,
  type Project,
} from "../../../../sandbox/hosts/azure-devops/organization.ts";
import type { PatchDocument } from "../../../../sandbox/hosts/azure-devops/patch.ts";
import {
  addComment,
  createItem,
  deleteItem,
  restoreItem,
  updateItem,
} from "../../../../sandbox/hosts/azure-devops/saves.ts";
import { ensureNode } from "../../../../sandbox/hosts/azure-devops/node-routes.ts";
import { fieldPath } from "../../../../sandbox/hosts/azure-devops/nodes.ts";
import {
  CHILD,
  createProject,
  liveItem,
  newest,
  PARENT,
  SOMEBODY,
  stateOf,
  tracking,
  type WorkItem,
} from "../../../../sandbox/hosts/azure-devops/tracking.ts";
import { addressOf } from "../../../../sandbox/hosts/azure-devops/relations.ts";
import { oneplanBehaviour } from "../../../../sandbox/hosts/oneplan/behaviour.ts";
import type { Plan, PlanData, Task } from "../../../../sandbox/hosts/oneplan/plan-model.ts";
import { planData } from "../../../../sandbox/hosts/oneplan/plan-store.ts";
import { changeType, createPlan, deletePlan, updatePlan } from "../../../../sandbox/hosts/oneplan/plans.ts";
import { createTask, deleteTask, updateTask } from "../../../../sandbox/hosts/oneplan/tasks.ts";
import type { Sandbox } from "../../../../sandbox/server.ts";
import { type AzureDevOpsConnection, createAzureDevOpsClient } from "../../../../sync/connectors/azure-devops/index.ts";
import { Gate } from "../../../../sync/connectors/http/gate.ts";
import { createOnePlanClient } from "../../../../sync/connectors/oneplan/client.ts";
import type { Connected } from "../../../../sync/kinds/plans/by-hand/connect.ts";
import { type PlansDefinition, plansDefinition } from "../../../../sync/kinds/plans/definition.ts";
import { type Asked, organizationFor } from "../../../../sync/kinds/plans/by-hand/carry.ts";
import { Limits } from "../../../../sync/planner/limits.ts";
import type { RunOptions } from "../../../../sync/run/definition.ts";
import type { RunReport } from "../../../../sync/run/report.ts";
import { runSync } from "../../../../sync/run/run.ts";
import { openSqliteState } from "../../../../sync/state/sqlite/store.ts";
import type { StateStore } from "../../../../sync/state/session.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const SYNC = "plans-contoso";
const ONEPLAN = "https://my.oneplan.ai";
const PERSON = "0e000000-0000-4000-8000-000000000001";

/** Requests that change something; how the sync asks is no matter. */
const CHANGES = ["POST", "PATCH", "PUT", "DELETE"];
const READS = /wiql|workitemsbatch|reporting\/workitemrevisions/i;

export class PlansBench {
  static #count = 0;
  readonly sandbox: Sandbox;
  readonly project: Project;
  readonly folder = mkdtempSync(join(tmpdir(), "tenantwire-plans-"));
  store: StateStore = openSqliteState(join(this.folder, "state", "state.sqlite"));
  organization: PlansOrganization;
  limits = Limits.parse({
    disable: { count: 10_000, percent: 100 },
    clear: { count: 10_000, percent: 100 },
    create: { percent: 1_000_000 },
  });
  /** Other organizations are synced with the same group. */
  isShared = false;
  /** Id of the line of the integration, where the settings have it. */
  integrationId: string | undefined;
  /** Signs in with this in place of a personal access token. */
  entraToken: string | undefined;
  #minutes = 0;

  constructor(sandbox: Sandbox, { project, process = "Agile" }: { project?: Project; process?: string } = {}) {
    this.sandbox = sandbox;
    this.project = project ?? createProject(sandbox.world, `Project ${(PlansBench.#count += 1)}`, process);
    this.organization = {
      name: ORGANIZATION,
      url: `https://dev.azure.com/${ORGANIZATION}`,
      projects: [this.project.name],
      planTypes: ["Epic", "Feature"],
      taskTypes: ["User Story", "Task", "Bug"],
      outsideIterations: true,
      createWorkItems: true,
      notifications: false,
      nestedInItself: "nearest",
      skippedLevel: "nearest",
      parentOutOfScope: "top",
      planFields: [],
      taskFields: [],
    };
    this.planType("Feature");
    this.#behaviours = {
      azureDevOps: { ...azureDevOpsBehaviour(sandbox.world) },
      oneplan: { ...oneplanBehaviour(sandbox.world) },
    };
  }

  readonly #behaviours: { readonly azureDevOps: object; readonly oneplan: object };

  /** The switches of both hosts; they are as usual again when the bench is closed. */
  behave(changes: { readonly azureDevOps?: object; readonly oneplan?: object }): void {
    changeBehaviours(this.sandbox.world, changes);
  }

  set(changes: Partial<PlansOrganization>): void {
    this.organization = { ...this.organization, ...changes };
  }

  /** A type of plans, as an administrator of OnePlan makes it. */
  planType(Name: string): void {
    if (!this.data.planTypes.some((type) => type.Name === Name))
      this.data.planTypes.push({ Id: crypto.randomUUID(), Name });
  }

  get data(): PlanData {
    return planData(this.sandbox.world);
  }

  get now(): Date {
    return new Date(this.sandbox.world.now().getTime() + this.#minutes * 60_000);
  }

  definition(dryRun = false, asked?: Asked, project?: string): PlansDefinition {
    return plansDefinition({
      sync: SYNC,
      organization: asked ? organizationFor(asked, this.organization, project) : this.organization,
      asked,
      ...this.#clients(),
      oneplanUrl: ONEPLAN,
      integrationId: this.integrationId,
      isShared: this.isShared,
      limits: this.limits,
      scopeHash: JSON.stringify(this.organization),
      fullEveryMs: DAY_MS,
      dryRun,
      now: () => this.now,
    });
  }

  #clients() {
    const { name: keyName, value } = this.sandbox.world.oneplanKey;
    return {
      azureDevOps: createAzureDevOpsClient({
        ...this.connection(),
        gate: new Gate({ sleep: () => Promise.resolve() }),
      }),
      oneplan: createOnePlanClient({ baseUrl: ONEPLAN, keyName, key: () => Promise.resolve(value) }),
    };
  }

  /** How the sync connects to the organization. */
  connection(): AzureDevOpsConnection {
    const { world } = this.sandbox;
    const token = createPersonalAccessToken(world, new Date(world.now().getTime() + DAY_MS));
    return {
      organization: ORGANIZATION,
      root: this.organization.url,
      proof: () =>
        Promise.resolve(this.entraToken === undefined ? { personalToken: token } : { entraToken: this.entraToken }),
      mend: "Make a new token.",
    };
  }

  /** Both sides as the commands have them that look at single plans. */
  async connected(): Promise<Connected> {
    return {
      organization: this.organization,
      sync: SYNC,
      ...this.#clients(),
      integrationId: this.integrationId,
      isShared: this.isShared,
      oneplanUrl: ONEPLAN,
      state: await this.store.read(),
      signal: new AbortController().signal,
    };
  }

  /** The same under the lock of the sync. */
  async locked<T>(work: (connected: Connected) => Promise<T>): Promise<T> {
    const session = await this.store.lock(SYNC);
    try {
      return await work({ ...(await this.connected()), state: session });
    } finally {
      await session.release();
    }
  }

  /** @param definition by default a new one: that of a process that keeps running remembers for a while what there is */
  async run(
    options: Partial<RunOptions> = {},
    definition: PlansDefinition = this.definition(options.dryRun),
  ): Promise<RunReport> {
    this.sandbox.requests.mark();
    this.#minutes += 1;
    return runSync(definition, {
      store: this.store,
      now: () => this.now,
      sleep: () => Promise.resolve(),
      ...options,
    });
  }

  /** A run, and two after it that have nothing to do. */
  async settled(): Promise<void> {
    const report = await this.run();
    assert.deepEqual([report.status, report.failure, report.exceptions], ["Success", undefined, []]);
    for (const options of [{}, { mode: "full" as const }]) {
      const again = await this.run(options);
      assert.deepEqual([again.mode, again.exceptions, this.writes], [options.mode ?? "delta", [], []]);
    }
  }

  /** Requests of the last run that changed something on either side. */
  get writes(): string[] {
    return this.sandbox.requests
      .entries()
      .filter(({ method, path }) => CHANGES.includes(method) && !READS.test(path))
      .map(({ method, path }) => `${method} ${path}`);
  }

  /** Requests of the last run whose path is like this. */
  requestsTo(path: RegExp): number {
    return this.sandbox.requests.entries().filter((each) => each.method !== "OPTIONS" && path.test(each.path)).length;
  }

  get requestCount(): number {
    return this.sandbox.requests.entries().filter(({ method }) => method !== "OPTIONS").length;
  }

  later(minutes: number): void {
    this.#minutes += minutes;
  }

  async loseState(): Promise<void> {
    await this.store.close();
    rmSync(join(this.folder, "state"), { recursive: true, force: true });
    this.store = openSqliteState(join(this.folder, "state", "state.sqlite"));
  }

  async close(): Promise<void> {
    changeBehaviours(this.sandbox.world, this.#behaviours);
    this.sandbox.faults.clear();
    const { data } = this;
    for (const id of Object.keys(data.tasks)) delete data.tasks[id];
    for (const [id, plan] of Object.entries(data.plans)) if (plan.Name !== "Company portfolio") delete data.plans[id];
    for (const id of Object.keys(data.integrations)) delete data.integrations[id];
    await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  // What people do in Azure DevOps.

  get #tracking() {
    return tracking(this.sandbox.world);
  }

  item(type: string, title: string, parent?: number, fields: Record<string, unknown> = {}): number {
    const document: PatchDocument = [
      ...Object.entries({ "System.Title": title, ...fields }).map(([name, value]) => ({
        op: "add" as const,
        path: `/fields/${name}`,
        value,
      })),
      ...(parent === undefined
        ? []
        : [{ op: "add" as const, path: "/relations/-", value: { rel: PARENT, url: addressOf(parent) } }]),
    ];
    return createItem(this.#tracking, this.project, type, document, { by: SOMEBODY }).id;
  }

  /** A feature in an epic, a story in it, and a task in that. */
  tree() {
    const epic = this.item("Epic", "Epic");
    const feature = this.item("Feature", "Feature", epic);
    const story = this.item("User Story", "Story", feature);
    return { epic, feature, story, task: this.item("Task", "Task", story) };
  }

  edit(id: number, fields: Record<string, unknown>): void {
    const document = Object.entries(fields).map(([name, value]) =>
      value === null
        ? { op: "remove" as const, path: `/fields/${name}` }
        : { op: "add" as const, path: `/fields/${name}`, value },
    );
    updateItem(this.#tracking, id, document, { by: SOMEBODY });
  }

  patch(id: number, document: PatchDocument): void {
    updateItem(this.#tracking, id, document, { by: SOMEBODY });
  }

  moveItem(id: number, parent: number | null): void {
    const { relations } = this.workItem(id);
    const old = relations.findIndex(({ rel }) => rel === PARENT);
    updateItem(
      this.#tracking,
      id,
      [
        ...(old < 0 ? [] : [{ op: "remove" as const, path: `/relations/${old}` }]),
        ...(parent === null
          ? []
          : [{ op: "add" as const, path: "/relations/-", value: { rel: PARENT, url: addressOf(parent) } }]),
      ],
      { by: SOMEBODY },
    );
  }

  /** One patch of the item: its parent and the link to the child go, and the child is its parent. */
  moveUnderChild(id: number, child: number): void {
    const { relations } = this.workItem(id);
    const old = [...relations.keys()].filter((at) => {
      const { rel, target } = relations[at] ?? {};
      return rel === PARENT || (rel === CHILD && target === child);
    });
    this.patch(id, [
      ...old.reverse().map((at) => ({ op: "remove" as const, path: `/relations/${at}` })),
      { op: "add", path: "/relations/-", value: { rel: PARENT, url: addressOf(child) } },
    ]);
  }

  comment(id: number, text: string): void {
    addComment(this.#tracking, this.workItem(id), text, "html", SOMEBODY);
  }

  remove(id: number): void {
    deleteItem(this.#tracking, id, { by: SOMEBODY });
  }

  restore(id: number): void {
    restoreItem(this.#tracking, id, { by: SOMEBODY });
  }

  iteration(name: string): string {
    ensureNode(this.sandbox.world, this.project, "iteration", [name]);
    return `${this.project.name}\\${name}`;
  }

  iterationOf(id: number): string {
    const { iterations } = stateOf(this.#tracking, this.project).trees;
    return fieldPath(iterations, newest(this.workItem(id)).iterationId, this.project.name);
  }

  area(name: string): string {
    ensureNode(this.sandbox.world, this.project, "area", [name]);
    return `${this.project.name}\\${name}`;
  }

  workItem(id: number): WorkItem {
    const item = liveItem(this.#tracking, id);
    if (!item) throw new Error(`There is no work item ${id}.`);
    return item;
  }

  value(id: number, field: string): unknown {
    return newest(this.workItem(id)).values[field];
  }

  parentOf(id: number): number | null {
    const target = this.workItem(id).relations.find(({ rel }) => rel === PARENT)?.target;
    return typeof target === "number" && liveItem(this.#tracking, target) ? target : null;
  }

  revisions(): number {
    return this.#tracking.data.lastWatermark;
  }

  workItems(): WorkItem[] {
    return Object.values(this.#tracking.data.items).filter(
      (item) => !item.deleted && newest(item).projectId === this.project.id,
    );
  }

  // What people do in OnePlan.

  plan(id: number): Plan {
    const found = Object.values(this.data.plans).filter((plan) =>
      plan.Integrations.some(({ ItemId }) => ItemId === String(id)),
    );
    if (found.length !== 1) throw new Error(`${found.length} plans go with ${id}.`);
    return found[0] as Plan;
  }

  task(id: number): Task {
    const found = Object.values(this.data.tasks).filter((task) => task.Integration?.ExternalItemId === String(id));
    if (found.length !== 1) throw new Error(`${found.length} tasks go with ${id}.`);
    return found[0] as Task;
  }

  isPlan(id: number): boolean {
    return Object.values(this.data.plans).some(
      (plan) => !plan.Archived && plan.Integrations.some(({ ItemId }) => ItemId === String(id)),
    );
  }

  has(id: number): boolean {
    return (
      this.isPlan(id) || Object.values(this.data.tasks).some((task) => task.Integration?.ExternalItemId === String(id))
    );
  }

  plans(): Plan[] {
    return Object.values(this.data.plans).filter(({ Name }) => Name !== "Company portfolio");
  }

  typeId(name: string): string {
    return this.data.planTypes.find((type) => type.Name === name)?.Id ?? "";
  }

  workTypeId(name: string): string {
    return this.data.workTypes.find((type) => type.Name === name)?.Id ?? "";
  }

  typeName(plan: Plan): string | undefined {
    return this.data.planTypes.find(({ Id }) => Id === plan.PlannerTypeId)?.Name;
  }

  newPlan(type: string, Name: string, PortfolioParentId?: string): Plan {
    const WorkPlan = { Name, PlanType: this.typeId(type), ...(PortfolioParentId && { PortfolioParentId }), Fields: {} };
    return createPlan(this.sandbox.world, { WorkPlan }, PERSON);
  }

  editPlan(id: string, changes: object): void {
    updatePlan(this.sandbox.world, id, { WorkPlan: changes }, true, PERSON);
  }

  movePlan(id: string, parent: string, type?: string): void {
    const plan = this.data.plans[id];
    changeType(this.sandbox.world, id, type ?? plan?.PlannerTypeId ?? "", parent, PERSON);
  }

  deletePlan(id: string): void {
    deletePlan(this.sandbox.world, id);
  }

  newTask(plan: string, type: string, Name: string, more: object = {}): Task {
    return createTask(
      this.sandbox.world,
      plan,
      { Name, WorkTypeId: this.workTypeId(type), Fields: {}, ...more },
      PERSON,
    );
  }

  editTask({ WorkPlanId, id }: Task, changes: object): void {
    updateTask(this.sandbox.world, WorkPlanId, id, changes, PERSON);
  }

  deleteTask({ WorkPlanId, id }: Task): void {
    deleteTask(this.sandbox.world, WorkPlanId, id);
  }
}
