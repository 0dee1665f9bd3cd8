/** Plans and tasks against the stand-in's OnePlan, with each of its contradictions. */
import { beforeEach, describe, expect, it } from "@jest/globals";
import { changeBehaviours } from "../../../sandbox/behaviours.ts";
import { oneplanBehaviour } from "../../../sandbox/hosts/oneplan/behaviour.ts";
import { planData } from "../../../sandbox/hosts/oneplan/plan-store.ts";
import type { Sandbox } from "../../../sandbox/server.ts";
import type { ApiClient } from "../../../sync/connectors/api.ts";
import { createOnePlanClient } from "../../../sync/connectors/oneplan/client.ts";
import {
  createPlan,
  itemOf,
  listPlans,
  movePlan,
  NO_ID,
  planTypeId,
  readPlan,
  stampPlan,
  updatePlan,
} from "../../../sync/connectors/oneplan/plans.ts";
import {
  createTask,
  deleteTask,
  listTasks,
  type NewTask,
  provenTask,
  updateTask,
} from "../../../sync/connectors/oneplan/tasks.ts";
import { inOneTenant } from "../../sandbox/in-one-tenant.ts";

const INTEGRATION = "11111111-2222-4333-8444-555555555555";
const signal = AbortSignal.timeout(60_000);

let sandbox: Sandbox;
let client: ApiClient;
let usual: object;
let epic: string;

inOneTenant({ users: 20 }, async (started) => {
  sandbox = started;
  const { name: keyName, value } = sandbox.world.oneplanKey;
  client = createOnePlanClient({ baseUrl: "https://my.oneplan.ai", keyName, key: () => Promise.resolve(value) });
  usual = { ...oneplanBehaviour(sandbox.world) };
  epic = (await planTypeId(client, "Epic", signal)) ?? "";
});
beforeEach(() => behave({}));

function behave(changes: object): void {
  changeBehaviours(sandbox.world, { oneplan: { ...usual, ...changes } });
}

function make(name: string, parent?: string) {
  return createPlan(client, { name, type: epic, parent, fields: { Description: "What for" } }, signal);
}

function newTask(name: string, itemId: string, more: Partial<NewTask> = {}): NewTask {
  const { Id: type = "" } = planData(sandbox.world).workTypes[0] ?? {};
  const itemUrl = `https://dev.azure.com/contoso/_workitems/edit/${itemId}`;
  return {
    name,
    type,
    fields: { Priority: 1 },
    goesWith: { integration: INTEGRATION, itemId, itemUrl, readOnlyFields: ["Name"] },
    assigned: [],
    ...more,
  };
}

describe("a plan", () => {
  it("of a type that there is, by its exact name", async () => {
    expect([await planTypeId(client, "Epic", signal), await planTypeId(client, "epic", signal)]).toEqual([
      epic,
      undefined,
    ]);
  });

  it.each(["accept", "ignore"])(
    "lies below its parent, whatever OnePlan does with it at first: %s",
    async (planParent) => {
      const parent = await make("Parent");
      behave({ planParent });

      const child = await make("Child", parent.id);

      expect(child).toMatchObject({
        PortfolioParentId: parent.id,
        PlannerTypeId: epic,
        Fields: { Description: "What for" },
      });
      expect((await movePlan(client, child.id, { type: epic }, signal)).PortfolioParentId).toBe(NO_ID);
    },
  );

  it.each(["merge", "replace", "mergeWhenAsked"])("keeps what an update does not name: %s", async (planUpdate) => {
    const plan = await make("Before");
    behave({ planUpdate });

    const changed = await updatePlan(client, plan.id, { name: "After", fields: { Priority: 2 } }, signal);

    expect(changed).toMatchObject({ Name: "After", Fields: { Priority: 2, Description: "What for" } });
  });

  it("with a field that there is not is told, since success says nothing", async () => {
    const plan = await make("Kept");

    await expect(updatePlan(client, plan.id, { name: "Changed", fields: { Unknown: 1 } }, signal)).rejects.toThrow(
      'OnePlan (my.oneplan.ai) said that it changed the plan "Kept", and did not change Name, Unknown.',
    );
  });

  it("carries the item that it goes with", async () => {
    const plan = await make("Linked");
    const stamp = {
      integration: INTEGRATION,
      itemId: "12",
      itemUrl: "https://dev.azure.com/contoso/_workitems/edit/12",
    };

    expect(itemOf(await stampPlan(client, plan.id, stamp, signal), INTEGRATION)).toBe("12");
    expect(itemOf(plan, INTEGRATION)).toBeUndefined();
  });

  it("is listed with all others, or is not there", async () => {
    const plan = await make("Listed");
    const ids: string[] = [];
    for await (const plans of listPlans(client, signal)) ids.push(...plans.map(({ id }) => id));

    expect(ids).toContain(plan.id);
    expect(await readPlan(client, INTEGRATION, signal)).toBeUndefined();
  });
});

describe("a task", () => {
  it("is made with its item, its parent and its people, and changed", async () => {
    const plan = await make("With tasks");
    const story = await createTask(client, plan.id, newTask("Story", "1"), signal);

    const somebody = "22222222-2222-4333-8444-555555555555";
    const task = await createTask(
      client,
      plan.id,
      newTask("Task", "2", { parent: story.id, assigned: [somebody] }),
      signal,
    );
    const wanted = newTask("Changed", "2", { fields: { Priority: 3 } });
    await updateTask(client, plan.id, task.id, wanted, signal);
    const changed = await provenTask(client, plan.id, task.id, wanted, signal);

    expect(task).toMatchObject({ ParentId: story.id, AssignedTo: [somebody], Integration: { ExternalItemId: "2" } });
    expect(changed).toMatchObject({ id: task.id, Name: "Changed", ParentId: NO_ID, Fields: { Priority: 3 } });
  });

  it("that is not as it was written is told by what it is not, its item too", async () => {
    const plan = await make("Not as written");
    const task = await createTask(client, plan.id, newTask("Task", "3"), signal);

    const other = newTask("Other", "4", { parent: plan.id, fields: { Priority: 2 } });
    await expect(provenTask(client, plan.id, task.id, other, signal)).rejects.toThrow(
      'OnePlan (my.oneplan.ai) said that it wrote the task "Task", and did not write Name, ParentId, Integration, Priority.',
    );
  });

  it.each<[taskCreate: string, made: boolean]>([
    ["refuse", false],
    ["refuseAfterwards", true],
  ])("that OnePlan fails at is looked for before it is made again: %s", async (taskCreate, made) => {
    const plan = await make("Fails");
    behave({ taskCreate });

    const creating = createTask(client, plan.id, newTask("Task", "7"), signal);

    if (made) expect(await creating).toMatchObject({ Name: "Task", Integration: { ExternalItemId: "7" } });
    else await expect(creating).rejects.toMatchObject({ name: "ApiError", status: 500, became: "unknown" });
    expect(await listTasks(client, plan.id, signal)).toHaveLength(made ? 1 : 0);
  });
});

describe("a write that is not answered", () => {
  const stamp = { integration: INTEGRATION, itemId: "12", itemUrl: "https://dev.azure.com/contoso/_workitems/edit/12" };

  it.each<[what: string, write: (plan: string, task: string) => Promise<unknown>]>([
    ["a plan's move", (plan) => movePlan(client, plan, { type: epic }, signal)],
    ["a plan's change", (plan) => updatePlan(client, plan, { name: "Changed", fields: { Priority: 2 } }, signal)],
    ["a plan's archiving", (plan) => updatePlan(client, plan, { archived: true }, signal)],
    ["a plan's item", (plan) => stampPlan(client, plan, stamp, signal)],
    ["a task's change", (plan, task) => updateTask(client, plan, task, newTask("Changed", "3"), signal)],
    ["a task's item", (plan, task) => updateTask(client, plan, task, newTask("Task", "4"), signal)],
    ["a task's going", (plan, task) => deleteTask(client, plan, task, signal)],
  ])("is read back before it counts as failed: %s", async (_what, write) => {
    const above = await make("Above");
    const plan = await make("Below", above.id);
    const { id: task } = await createTask(client, plan.id, newTask("Task", "3"), signal);

    for (const method of ["POST", "DELETE"]) {
      sandbox.faults.add({ host: client.host, method, then: { status: 500 } });
    }
    await expect(write(plan.id, task)).rejects.toMatchObject({ status: 500, became: "unknown" });
    sandbox.faults.clear();
    for (const method of ["POST", "DELETE"]) {
      sandbox.faults.add({ host: client.host, method, times: 1, then: { cut: 1 } });
    }
    await write(plan.id, task);
    sandbox.faults.clear();
  });
});
