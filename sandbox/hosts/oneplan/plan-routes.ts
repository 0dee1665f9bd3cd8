/**
 * Routes of plans, tasks, integrations, events, and what was deleted.
 *
 * @packageDocumentation
 */
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { World } from "../../world.ts";
import { saveEvent } from "./events.ts";
import { caselessQuery, jsonArray, sendJson } from "./http.ts";
import { connect, planOfItem, saveIntegration, stampPlan } from "./integrations.ts";
import { ZERO_ID } from "./model.ts";
import { nullReference } from "./net-exception.ts";
import { planData } from "./plan-store.ts";
import type { Plan, PlanField, Task } from "./plan-model.ts";
import { changeType, createPlan, deletePlan, listPlans, planAnswer, planOf, updatePlan } from "./plans.ts";
import { createTask, deleteTask, listTasks, taskAnswer, taskOf, updateTask } from "./tasks.ts";

interface ById {
  Params: { id: string; task: string };
}

/** Whom a key writes as (assumed: nobody who is a resource). */
export const KEY_EDITOR = "5e000000-0000-4000-8000-00000000c0de";

export function servePlans(api: FastifyInstance, world: World, configId: string): void {
  const data = () => planData(world);
  const plan = (reply: FastifyReply, found: Plan | null | undefined) =>
    sendJson(reply, found ? planAnswer(found, configId) : null);
  const task = (reply: FastifyReply, found: Task | null | undefined) =>
    sendJson(reply, found ? taskAnswer(found, configId) : null);
  const list = <T>(reply: FastifyReply, items: readonly T[], answer: (item: T) => unknown) =>
    reply.type("application/json; charset=utf-8").send(Readable.from(jsonArray(items, answer)));
  const field = (each: PlanField) => ({
    ...each,
    System: false,
    Hidden: false,
    DefaultValue: null,
    ConfigId: configId,
  });

  api.get("/workplan", (request, reply) => {
    const query = caselessQuery(request.query);
    const found = listPlans(world, {
      field: query.get("filterfield") ?? "",
      value: query.get("filtervalue") ?? "",
      archived: query.get("showarchived")?.toLowerCase() === "true",
    });
    return list(reply, found, (each) => planAnswer(each, configId));
  });
  api.get("/workplan/fields", () => data().planFields.map(field));
  // Seen in one tenant: an answer of success that deleted nothing.
  api.delete("/workplan/fields", (_request, reply) => sendJson(reply, "Delete Successful"));
  api.get<ById>("/workplan/:id", (request, reply) => plan(reply, planOf(world, request.params.id)));
  api.post("/workplan", (request, reply) => plan(reply, createPlan(world, request.body, KEY_EDITOR)));
  api.post<ById>("/workplan/:id", (request, reply) => {
    const changedOnly = caselessQuery(request.query).get("changedfields")?.toLowerCase() === "true";
    return plan(reply, updatePlan(world, request.params.id, request.body, changedOnly, KEY_EDITOR));
  });
  api.delete<ById>("/workplan/:id", (request, reply) => {
    deletePlan(world, request.params.id);
    return sendJson(reply, "Delete Successful");
  });
  api.post<ById>("/workplan/:id/changetype", (request, reply) => {
    const query = caselessQuery(request.query);
    const [type, parent] = [query.get("plantype"), query.get("newparentid")];
    // Documented: both are required.
    if (type === undefined || parent === undefined) throw nullReference("WorkPlanController", "ChangeType(Guid Id)");
    return plan(reply, changeType(world, request.params.id, type, parent, KEY_EDITOR));
  });
  api.get<ById>("/workplan/:id/worktypes", (request) => (planOf(world, request.params.id) ? data().workTypes : []));
  // Assumed: the plans below it.
  api.get<ById>("/workplan/:id/subplans", (request, reply) =>
    list(
      reply,
      Object.values(data().plans).filter((each) => each.PortfolioParentId === request.params.id.toLowerCase()),
      (each) => planAnswer(each, configId),
    ),
  );

  api.get<ById>("/workplan/:id/tasks", (request, reply) => {
    const query = caselessQuery(request.query);
    const filter = { field: query.get("filterfield") ?? "", value: query.get("filtervalue") ?? "" };
    return list(reply, listTasks(world, request.params.id, filter), (each) => taskAnswer(each, configId));
  });
  api.post<ById>("/workplan/:id/tasks", (request, reply) =>
    task(reply, createTask(world, request.params.id, request.body, KEY_EDITOR)),
  );
  api.get<ById>("/workplan/:id/tasks/:task", ({ params }, reply) => task(reply, taskOf(world, params.id, params.task)));
  api.post<ById>("/workplan/:id/tasks/:task", ({ params, body }, reply) =>
    task(reply, updateTask(world, params.id, params.task, body, KEY_EDITOR)),
  );
  api.delete<ById>("/workplan/:id/tasks/:task", ({ params }, reply) => {
    deleteTask(world, params.id, params.task);
    return sendJson(reply, "Delete Successful");
  });
  api.get("/tasks/fields", () => data().taskFields.map(field));

  // Documented: by name, whose letter case counts; none is the zero GUID (assumed).
  api.get("/config/GetPlanTypeGuidByName", (request, reply) => {
    const name = caselessQuery(request.query).get("name");
    return sendJson(reply, data().planTypes.find((each) => each.Name === name)?.Id ?? ZERO_ID);
  });
  api.get("/portfolio/plantypes", () => data().planTypes);
  api.get("/config", () => ({
    WorkTypes: data().workTypes,
    PlanFields: data().planFields.map(field),
    BacklogFields: data().taskFields.map(field),
  }));

  api.get("/agile/iterations", () => data().iterations);
  api.post("/agile/iterations", (request, reply) => {
    const { Name = "", StartDate = null, EndDate = null } = (request.body ?? {}) as Record<string, string | null>;
    const iteration = { id: crypto.randomUUID(), Name: Name ?? "", StartDate, EndDate };
    data().iterations.push(iteration);
    return sendJson(reply, iteration);
  });

  serveIntegrations(api, world, plan);
  serveEvents(api, world);
  api.post("/audit/plans/deleted", (_request, reply) =>
    sendJson(
      reply,
      data().deletedPlans.map((each) => ({ ...each, Action: "Delete", AuthKey: null, UserId: ZERO_ID })),
    ),
  );
}

function serveIntegrations(
  api: FastifyInstance,
  world: World,
  plan: (reply: FastifyReply, found: Plan | null) => FastifyReply,
): void {
  const { integrations } = planData(world);
  api.get("/integration", () => Object.values(integrations));
  api.post("/integration", (request, reply) => sendJson(reply, saveIntegration(world, request.body)));
  api.post<ById>("/integration/:id", (request, reply) =>
    sendJson(reply, saveIntegration(world, request.body, request.params.id)),
  );
  api.delete<ById>("/integration/:id", (request, reply) => {
    delete integrations[request.params.id.toLowerCase()];
    return sendJson(reply, "Delete Successful");
  });
  api.post("/integration/connecttoplan", (request, reply) => {
    const query = caselessQuery(request.query);
    return plan(reply, connect(world, query.get("planid") ?? "", query.get("integrationid") ?? ""));
  });
  api.post("/integration/updateplanintegration", (request, reply) => {
    const isImport = caselessQuery(request.query).get("isimport")?.toLowerCase();
    // Documented: required.
    if (isImport === undefined) throw nullReference("IntegrationController", "UpdatePlanIntegration(Boolean IsImport)");
    return plan(reply, stampPlan(world, request.body, isImport === "true"));
  });
  api.get("/integration/getintegratedplanId", (request, reply) => {
    const query = caselessQuery(request.query);
    return sendJson(reply, planOfItem(world, query.get("integrationid") ?? "", query.get("externalitemid") ?? ""));
  });
  // Seen in one tenant; what it answers is assumed.
  api.get("/integration/status", (request, reply) => {
    const query = caselessQuery(request.query);
    const integrationId = query.get("integrationid")?.toLowerCase();
    const found = planOf(world, query.get("planid") ?? "");
    return sendJson(reply, found?.Integrations.find((each) => each.IntegrationId === integrationId) ?? null);
  });
}

function serveEvents(api: FastifyInstance, world: World): void {
  const { events, eventLog } = planData(world);
  api.get("/events", (request) => {
    const wanted = caselessQuery(request.query).get("list");
    return Object.values(events).filter(({ List }) => wanted === undefined || String(List) === wanted);
  });
  api.post("/events", (request, reply) => sendJson(reply, saveEvent(world, request.body, undefined, undefined)));
  api.post<ById>("/events/bylist/:id", (request, reply) =>
    sendJson(reply, saveEvent(world, request.body, undefined, Number(request.params.id))),
  );
  api.post<ById>("/events/:id", (request, reply) =>
    sendJson(reply, saveEvent(world, request.body, request.params.id, undefined)),
  );
  api.delete<ById>("/events/:id", (request, reply) => {
    delete events[request.params.id.toLowerCase()];
    return sendJson(reply, "Delete Successful");
  });
  api.get<ById>("/events/:id/log", (request) =>
    eventLog.filter(({ EventId }) => EventId === request.params.id.toLowerCase()),
  );
}
