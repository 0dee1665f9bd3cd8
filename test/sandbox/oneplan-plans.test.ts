import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { changeBehaviours } from "../../sandbox/behaviours.ts";
import { oneplanBehaviour } from "../../sandbox/hosts/oneplan/behaviour.ts";
import type { OneplanBehaviour } from "../../sandbox/hosts/oneplan/behaviour.ts";
import { eventsDelivered } from "../../sandbox/hosts/oneplan/events.ts";
import { startSandbox } from "../../sandbox/server.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { clientOf } from "./client.ts";
import type { Answer, Client } from "./client.ts";

interface Plan {
  id: string;
  Name: string;
  PlannerTypeId: string;
  PortfolioParentId: string;
  Modified: string;
  PlanNumber: number;
  Fields: Record<string, unknown>;
  Integrations: { IntegrationId: string; ItemId: string; LastImport: string | null; LastExport: string | null }[];
}
interface Task {
  id: string;
  Name: string;
  ParentId: string;
  WorkTypeId: string;
  AssignedTo: string[];
  DueDate: string | null;
  Fields: Record<string, unknown>;
  Integration: { ExternalItemId: string; ReadOnlyFields: string[] } | null;
}

const ZERO = "00000000-0000-0000-0000-000000000000";
let sandbox: Sandbox;
let client: Client;
let usual: OneplanBehaviour;

beforeAll(async () => {
  sandbox = await startSandbox({ users: 20, provider: false });
  client = clientOf(sandbox);
  usual = { ...oneplanBehaviour(sandbox.world) };
});
afterAll(async () => {
  await client.close();
  await sandbox.stop();
});
beforeEach(() => behave({}));

function behave(changes: Partial<OneplanBehaviour>): void {
  changeBehaviours(sandbox.world, { oneplan: { ...usual, ...changes } });
}

function call(method: string, path: string, body?: unknown): Promise<Answer> {
  const { name, value } = sandbox.world.oneplanKey;
  const authorization = `Basic ${Buffer.from(`${name}:${value}`).toString("base64")}`;
  return client.call(`https://eu.oneplan.ai/api${path}`, { method, headers: { authorization }, body });
}

async function typeId(name: string): Promise<string> {
  return (await call("GET", `/config/GetPlanTypeGuidByName?Name=${encodeURIComponent(name)}`)).json();
}

async function create(name: string, more: Record<string, unknown> = {}): Promise<Plan> {
  const WorkPlan = { Name: name, PlanType: await typeId("Epic"), Owner: ZERO, Fields: {}, ...more };
  return (await call("POST", "/workplan", { WorkPlan })).json<Plan>();
}

async function read(id: string): Promise<Plan | null> {
  return (await call("GET", `/workplan/${id}`)).json<Plan | null>();
}

async function workType(plan: Plan, name: string): Promise<string> {
  const types = (await call("GET", `/workplan/${plan.id}/worktypes`)).json<{ Id: string; Name: string }[]>();
  return types.find(({ Name }) => Name === name)?.Id ?? "";
}

async function createTask(plan: Plan, name: string, more: Record<string, unknown> = {}): Promise<Task> {
  const body = { Name: name, WorkTypeId: await workType(plan, "Task"), Fields: {}, ...more };
  return (await call("POST", `/workplan/${plan.id}/tasks`, body)).json<Task>();
}

async function tasksOf(plan: Plan): Promise<Task[]> {
  return (await call("GET", `/workplan/${plan.id}/tasks`)).json<Task[]>();
}

describe("a plan", () => {
  it("is made of the type and below the parent that it names, and told whole", async () => {
    const parent = await create("Parent");
    const child = await create("Child", { PortfolioParentId: parent.id, Fields: { Description: "What for" } });

    expect(child).toMatchObject({
      PlannerTypeId: await typeId("Epic"),
      PortfolioParentId: parent.id,
      Fields: { Description: "What for", Owner: ZERO },
      Integrations: [],
    });
    expect(child.PlanNumber).toBe(parent.PlanNumber + 1);
    expect(await read(child.id)).toEqual(child);
    const below = (await call("GET", `/workplan/${parent.id}/subplans`)).json<Plan[]>();
    expect(below.map(({ id }) => id)).toEqual([child.id]);
    expect((await call("GET", "/workplan")).json<Plan[]>()).toContainEqual(child);
  });

  it("has a blank type where there is none of that name, whose letter case counts", async () => {
    expect(await typeId("epic")).toBe(ZERO);
    expect((await create("Blank", { PlanType: await typeId("Feature") })).PlannerTypeId).toBe(ZERO);
    const types = (await call("GET", "/portfolio/plantypes")).json<{ Name: string }[]>();
    expect(types.map(({ Name }) => Name)).toEqual([
      "Portfolio",
      "Program",
      "Project",
      "Epic",
      "Objective",
      "Idea",
      "Key Result",
    ]);
  });

  it("moves by its type, not below itself", async () => {
    const [parent, child] = [await create("Parent"), await create("Child")];
    const move = async (id: string, to: string) =>
      call("POST", `/workplan/${id}/changetype?PlanType=${await typeId("Project")}&NewParentId=${to}`);

    const moved = (await move(child.id, parent.id)).json<Plan>();

    expect(moved).toMatchObject({ PortfolioParentId: parent.id, PlannerTypeId: await typeId("Project") });
    expect((await move(parent.id, child.id)).status).toBe(500);
    expect((await move(child.id, ZERO)).json<Plan>().PortfolioParentId).toBe(ZERO);
    expect((await call("POST", `/workplan/${child.id}/changetype?PlanType=${await typeId("Epic")}`)).status).toBe(500);
  });

  it.each<[what: string, fields: Record<string, unknown>, status: number]>([
    ["a field that there is not: nothing is done, and 200 with null", { Unknown: 1 }, 200],
    ["a date that follows from something else: 500", { StartDate: "2026-01-05" }, 500],
    ["a choice by its label: 500", { Status: "Active" }, 500],
  ])("an update with %s", async (_what, Fields, status) => {
    const plan = await create("Kept");

    const answer = await call("POST", `/workplan/${plan.id}`, { WorkPlan: { Name: "Changed", Fields } });

    expect(answer.status).toBe(status);
    if (status === 200) expect(answer.json()).toBeNull();
    expect(await read(plan.id)).toEqual(plan);
  });

  it("takes choices by their keys", async () => {
    const fields = (await call("GET", "/workplan/fields")).json<
      { InternalName: string; Choices: Record<string, string> | null }[]
    >();
    const [key] =
      Object.entries(fields.find(({ InternalName }) => InternalName === "Status")?.Choices ?? {}).find(
        ([, label]) => label === "Active",
      ) ?? [];
    const plan = await create("Chosen");

    const changed = (
      await call("POST", `/workplan/${plan.id}`, { WorkPlan: { Fields: { Status: key } } })
    ).json<Plan>();

    expect(changed.Fields["Status"]).toBe(key);
  });

  it("that is deleted is told of by the audit, and what was below it is at the top", async () => {
    const parent = await create("Parent");
    const child = await create("Child", { PortfolioParentId: parent.id });

    await call("DELETE", `/workplan/${parent.id}`);

    expect(await read(parent.id)).toBeNull();
    expect((await read(child.id))?.PortfolioParentId).toBe(ZERO);
    const deleted = (await call("POST", "/audit/plans/deleted", {})).json<{ PlanId: string }[]>();
    expect(deleted.map(({ PlanId }) => PlanId)).toContain(parent.id);
  });
});

describe("what contradicts itself is switched", () => {
  it("a parent in the request is passed over", async () => {
    const parent = await create("Parent");
    behave({ planParent: "ignore" });

    expect((await create("Child", { PortfolioParentId: parent.id })).PortfolioParentId).toBe(ZERO);
  });

  it.each<[OneplanBehaviour["planUpdate"], query: string, kept: boolean]>([
    ["merge", "", true],
    ["replace", "?ChangedFields=true", false],
    ["mergeWhenAsked", "", false],
    ["mergeWhenAsked", "?ChangedFields=true", true],
  ])("fields that an update does not name: %s%s", async (planUpdate, query, kept) => {
    const plan = await create("Fields", { Fields: { Description: "Before", Priority: 1 } });
    behave({ planUpdate });

    await call("POST", `/workplan/${plan.id}${query}`, { WorkPlan: { Fields: { Priority: 2 } } });

    const { Fields = {} } = (await read(plan.id)) ?? {};
    expect([Fields["Priority"], Fields["Description"]]).toEqual([2, kept ? "Before" : undefined]);
  });

  it("filters work, or are 500", async () => {
    await create("Wanted", { Fields: { TeamProjectsArea: "Rollout" } });
    const path = "/workplan?FilterField=TeamProjectsArea&FilterValue=Rollout";

    expect((await call("GET", path)).json<Plan[]>().map(({ Name }) => Name)).toEqual(["Wanted"]);
    behave({ planFilter: "refuse" });
    expect((await call("GET", path)).status).toBe(500);
  });

  it("a delete that deletes nothing says that it did", async () => {
    const plan = await create("Stays");
    behave({ planDelete: "ignore" });

    expect((await call("DELETE", `/workplan/${plan.id}`)).text).toBe('"Delete Successful"');
    expect(await read(plan.id)).toEqual(plan);
  });

  it.each<[OneplanBehaviour["taskCreate"], status: number, there: number]>([
    ["accept", 200, 1],
    ["refuse", 500, 0],
    ["refuseAfterwards", 500, 1],
  ])("a new task: %s", async (taskCreate, status, there) => {
    const plan = await create("With tasks");
    const WorkTypeId = await workType(plan, "Bug");
    behave({ taskCreate });

    const answer = await call("POST", `/workplan/${plan.id}/tasks`, { Name: "Task", WorkTypeId, Fields: {} });

    expect([answer.status, (await tasksOf(plan)).length]).toEqual([status, there]);
  });

  it("a new plan is not found for some reads", async () => {
    behave({ stalePlanReads: 2 });
    const plan = await create("Late");
    const isListed = async () => (await call("GET", "/workplan")).json<Plan[]>().some(({ id }) => id === plan.id);

    expect([await isListed(), await isListed(), await isListed()]).toEqual([false, false, true]);
    expect(await read(plan.id)).toEqual(plan);
  });

  it("a change below touches the dates above", async () => {
    const parent = await create("Parent");
    const child = await create("Child", { PortfolioParentId: parent.id });
    await sandbox.advance(60_000);
    await call("POST", `/workplan/${child.id}`, { WorkPlan: { Name: "Other" } });
    expect((await read(parent.id))?.Modified).toBe(parent.Modified);
    behave({ rollUps: true });

    await createTask(child, "Task");

    expect((await read(parent.id))?.Modified).not.toBe(parent.Modified);
  });
});

describe("a task", () => {
  it("carries its parent, its people, its dates and the item that it goes with", async () => {
    const plan = await create("Plan");
    const story = await createTask(plan, "Story", { WorkTypeId: await workType(plan, "User Story") });
    const integration = {
      IntegrationId: ZERO,
      ExternalItemId: "7",
      ExternalUrl: "https://dev.azure.com/contoso/_workitems/edit/7",
      ReadOnlyFields: ["Name"],
    };

    const task = await createTask(plan, "Task", {
      ParentTaskId: story.id,
      Fields: { DueDate: "2026-02-03", Description: "<p>Text</p>" },
      Integration: integration,
      Assignments: { [sandbox.world.guid("somebody")]: 1 },
      ProcessAssignments: true,
    });

    expect(task).toMatchObject({
      ParentId: story.id,
      DueDate: "2026-02-03",
      AssignedTo: [sandbox.world.guid("somebody")],
      Integration: integration,
    });
    expect((await call("GET", `/workplan/${plan.id}/tasks/${task.id}`)).json()).toEqual(task);
    const changed = (
      await call("POST", `/workplan/${plan.id}/tasks/${task.id}`, { Name: "Other", ParentTaskId: ZERO })
    ).json<Task>();
    expect(changed).toMatchObject({
      Name: "Other",
      ParentId: ZERO,
      Integration: integration,
      Fields: { DueDate: "2026-02-03" },
    });
    await call("DELETE", `/workplan/${plan.id}/tasks/${task.id}`);
    expect((await tasksOf(plan)).map(({ id }) => id)).toEqual([story.id]);
  });

  it.each<[what: string, body: Record<string, unknown>]>([
    ["no type", { Name: "x", Fields: {} }],
    ["no fields", { Name: "x", WorkTypeId: "TASK" }],
    ["no name", { WorkTypeId: "TASK", Fields: {} }],
    [
      "a parent that there is not",
      { Name: "x", WorkTypeId: "TASK", Fields: {}, ParentTaskId: "5e000000-0000-4000-8000-000000000000" },
    ],
  ])("with %s is .NET's 500", async (_what, body) => {
    const plan = await create("Plan");
    const sent = { ...body, ...("WorkTypeId" in body && { WorkTypeId: await workType(plan, "Task") }) };

    const answer = await call("POST", `/workplan/${plan.id}/tasks`, sent);

    expect([answer.status, await tasksOf(plan)]).toEqual([500, []]);
    expect(answer.text).toContain("NullReferenceException");
  });

  it("keeps its people unless it is told to look at them", async () => {
    const plan = await create("Plan");
    const people = { [sandbox.world.guid("somebody")]: 1 };

    expect((await createTask(plan, "Task", { Assignments: people })).AssignedTo).toEqual([]);
  });
});

describe("integrations", () => {
  const line = async () =>
    (
      await call("POST", "/integration", {
        SystemType: 2,
        ListType: 0,
        Properties: { Url: "https://dev.azure.com/contoso" },
      })
    ).json<{ Id: string }>().Id;

  it("an import stamps id, address and time; an export its time only; the item leads to the plan", async () => {
    const IntegrationId = await line();
    const plan = await create("Linked");
    const stamp = (isImport: boolean, more = {}) =>
      call("POST", `/integration/updateplanintegration?IsImport=${isImport}`, {
        PlanId: plan.id,
        IntegrationId,
        ...more,
      });

    await stamp(true, {
      ItemId: "12",
      ItemUrl: "https://dev.azure.com/contoso/_workitems/edit/12",
      IntegrationVersion: "1",
    });
    const exported = (await stamp(false, { ItemId: "13" })).json<Plan>();

    expect(exported.Integrations).toMatchObject([
      { ItemId: "12", LastImport: expect.any(String), LastExport: expect.any(String) },
    ]);
    const find = async (item: string) =>
      (
        await call("GET", `/integration/getintegratedplanId?IntegrationId=${IntegrationId}&ExternalItemId=${item}`)
      ).json();
    expect([await find("12"), await find("13")]).toEqual([plan.id, ZERO]);
    expect(
      (await call("GET", `/integration/status?PlanId=${plan.id}&IntegrationId=${IntegrationId}`)).json(),
    ).toMatchObject({ ItemId: "12" });
    expect((await call("POST", "/integration/updateplanintegration", { PlanId: plan.id, IntegrationId })).status).toBe(
      500,
    );
  });

  it("are lines that come, change and go", async () => {
    const id = await line();
    await call("POST", `/integration/${id}`, { Properties: { Name: "DevOps" } });

    expect((await call("GET", "/integration")).json()).toContainEqual({
      Id: id,
      SystemType: 2,
      ListType: 0,
      Properties: { Name: "DevOps" },
    });
    await call("DELETE", `/integration/${id}`);
    expect((await call("GET", "/integration")).json<{ Id: string }[]>().map(({ Id }) => Id)).not.toContain(id);
  });
});

describe("events", () => {
  let receiver: Server;
  let received: unknown[];

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        received.push(JSON.parse(Buffer.concat(chunks).toString("utf8")));
        response.end();
      });
    });
    receiver.listen(0, "127.0.0.1");
    await once(receiver, "listening");
  });
  afterAll(() => {
    receiver.close();
  });
  beforeEach(async () => {
    for (const { Id } of (await call("GET", "/events")).json<{ Id: string }[]>()) await call("DELETE", `/events/${Id}`);
    received = [];
  });

  const subscribe = async (more = {}, url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`) =>
    (
      await call("POST", "/events/bylist/0", { EventUrl: url, Strategy: "OnePlanPublish", Triggers: [1], ...more })
    ).json<{ Id: string }>().Id;

  it("tell the id of a saved plan, and nothing else", async () => {
    const id = await subscribe();
    const plan = await create("New");
    await call("POST", `/workplan/${plan.id}`, { WorkPlan: { Name: "Saved" } });
    await eventsDelivered(sandbox.world);

    expect(received).toEqual([{ Id: plan.id, Name: "Saved" }]);
    expect((await call("GET", `/events/${id}/log`)).json()).toMatchObject([{ PlanId: plan.id, Result: "200" }]);
  });

  it("of an integration are about connected plans and tasks only, and may come twice", async () => {
    behave({ eventDeliveries: 2 });
    const IntegrationId = sandbox.world.guid("an integration");
    await subscribe({ IntegrationId });
    const [plan, other] = [await create("Linked"), await create("Other")];
    await call("POST", `/integration/connecttoplan?PlanId=${plan.id}&IntegrationId=${IntegrationId}`);

    for (const { id } of [plan, other]) await call("POST", `/workplan/${id}`, { WorkPlan: { Name: "Saved" } });
    await eventsDelivered(sandbox.world);

    expect(received).toEqual(Array(2).fill({ Id: plan.id, Name: "Saved" }));
  });

  it("go nowhere but to loopback", async () => {
    const id = await subscribe({}, "https://hooks.example.com/a");
    const plan = await create("Plan");
    await call("POST", `/workplan/${plan.id}`, { WorkPlan: { Name: "Saved" } });
    await eventsDelivered(sandbox.world);

    expect((await call("GET", `/events/${id}/log`)).json()).toMatchObject([
      { Result: "The stand-in tenant delivers to loopback only." },
    ]);
  });
});
