/**
 * OnePlan: resources, plans, tasks, integrations and events of one group, under every region's name. The routes are
 * documented (API help and the vendor's connector); errors and quirks are what one tenant was seen to do.
 *
 * @packageDocumentation
 */
import { Readable } from "node:stream";
import fastify from "fastify";
import type { FastifyInstance } from "fastify";
import { netError } from "../../faults/bodies.ts";
import { reportDefect } from "../defects.ts";
import { inOwnWords } from "../framework-errors.ts";
import { acceptEmptyJson } from "../json-body.ts";
import type { World } from "../../world.ts";
import { caselessQuery, jsonArray, sendJson, sendText } from "./http.ts";
import { ZERO_ID } from "./model.ts";
import type { OneplanData, Resource, ResourceField, SecurityGroup } from "./model.ts";
import { createResource, deleteResource, listResources, sameText, updateResource } from "./resources.ts";
import { NetException, nullReference } from "./net-exception.ts";
import { servePlans } from "./plan-routes.ts";
import { oneplanSeed } from "./seed.ts";

interface ById {
  Params: { id: string };
}

export function oneplanHost(world: World): FastifyInstance {
  const data = world.section<OneplanData>("oneplan", () => oneplanSeed(world));
  const app: FastifyInstance = fastify({
    ...inOwnWords(() => app),
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true },
    bodyLimit: 50_000_000,
  });
  acceptEmptyJson(app);

  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error instanceof NetException) return sendText(reply, 500, error.message);
    // A body that is no JSON, or too long: .NET words it otherwise, the status is the same (assumed).
    if (error.statusCode !== undefined && error.statusCode < 500)
      return sendText(reply, error.statusCode, error.message);
    reportDefect("OnePlan", error);
    return sendText(reply, 500, `System.Exception: ${error.message}`);
  });
  app.setNotFoundHandler((_request, reply) => sendText(reply, 404, netError(404).body));

  // Documented: HTTP Basic, the key's name and the key's value. The challenge is assumed.
  const expected = `Basic ${Buffer.from(`${world.oneplanKey.name}:${world.oneplanKey.value}`).toString("base64")}`;
  app.addHook("onRequest", async (request, reply) => {
    if (request.headers.authorization === expected) return;
    void reply.header("www-authenticate", 'Basic realm="OnePlan"');
    await sendText(reply, 401, netError(401).body);
  });

  const resourceAnswer = (resource: Resource) => answerOf(data, resource);
  app.register(
    async (api) => {
      api.get("/resources", (request, reply) => {
        const query = caselessQuery(request.query);
        const found = listResources(world, data, {
          email: query.get("email") ?? "",
          field: query.get("field") ?? "",
          value: query.get("value") ?? "",
          generics: (query.get("generics") ?? "true").toLowerCase() !== "false",
        });
        return reply.type("application/json; charset=utf-8").send(Readable.from(jsonArray(found, resourceAnswer)));
      });
      // Seen in one tenant as a cheap probe of the key; what it answers is assumed.
      api.get("/resources/megroup", () => ({ ConfigId: data.configId, Name: world.tenant.displayName }));
      api.get("/resources/GetResourceId", (request, reply) => {
        const query = caselessQuery(request.query);
        return sendJson(reply, resourceId(data, query.get("name") ?? "", query.get("email") ?? ""));
      });
      api.get("/resources/fields", () => data.fields.map((field) => ({ ...field, ...fieldDefaults(data) })));
      api.post("/resources/fields", (request, reply) => sendJson(reply, createField(data, request.body)));
      api.post<ById>("/resources/fields/:id", (request, reply) =>
        sendJson(reply, updateField(data, request.params.id, request.body)),
      );
      // Assumed: an unknown id is a null body, as with an unknown field.
      api.get<ById>("/resources/:id", (request, reply) => {
        const resource = data.resources[request.params.id.toLowerCase()];
        return sendJson(reply, resource ? resourceAnswer(resource) : null);
      });
      api.post("/resources", (request, reply) =>
        sendJson(reply, resourceAnswer(createResource(world, data, request.body))),
      );
      api.post<ById>("/resources/:id", (request, reply) => {
        const resource = updateResource(world, data, request.params.id, request.body);
        return sendJson(reply, resource && resourceAnswer(resource));
      });
      api.delete<ById>("/resources/:id", (request, reply) =>
        sendJson(reply, deleteResource(world, data, request.params.id)),
      );

      servePlans(api, world, data.configId);

      const group = (each: SecurityGroup | undefined) =>
        each ? { ...each, ConfigId: data.configId, RestoreFromId: null } : null;
      api.get("/securitygroups", () => data.securityGroups.map(group));
      // Assumed: one group, not a list of one.
      api.get("/securitygroups/default", (_request, reply) =>
        sendJson(reply, group(data.securityGroups.find((each) => each.IsDefault))),
      );
      api.get("/securitygroups/admin", (_request, reply) =>
        sendJson(reply, group(data.securityGroups.find((each) => each.PermissionSettings.Global === "Administrator"))),
      );
      api.get<ById>("/securitygroups/:id", (request, reply) =>
        sendJson(reply, group(data.securityGroups.find((each) => each.id === request.params.id.toLowerCase()))),
      );
    },
    { prefix: "/api" },
  );
  return app;
}

/** A resource with the properties that every answer has (documented: API help). */
function answerOf(data: OneplanData, resource: Resource): Record<string, unknown> {
  return {
    ...resource,
    ProfilePicture: null,
    LastLogin: null,
    TimeZone: null,
    Delegates: [],
    Notifications: null,
    Author: ZERO_ID,
    Editor: ZERO_ID,
    CostRate: [],
    RateTable: [],
    ConfigId: data.configId,
  };
}

/** Assumed: by mail if one is given, else by name; nobody is the zero GUID. */
function resourceId(data: OneplanData, name: string, email: string): string {
  const wanted = (email || name).toLowerCase();
  const found = Object.values(data.resources).find((resource) =>
    email ? sameText(resource.Fields["mail"], wanted) : resource.name.toLowerCase() === wanted,
  );
  return found?.id ?? ZERO_ID;
}

function fieldDefaults(data: OneplanData): Record<string, unknown> {
  return {
    Choices: null,
    DefaultValue: null,
    Required: false,
    ReadOnly: false,
    Hidden: false,
    ConfigId: data.configId,
  };
}

function createField(data: OneplanData, body: unknown): ResourceField {
  const { InternalName, DisplayName, ColumnType } = (body ?? {}) as Partial<ResourceField>;
  if (!InternalName) throw nullReference();
  if (data.fields.some((field) => field.InternalName === InternalName)) {
    throw new NetException("System.Exception: Column with same name already exists");
  }
  const field = {
    Id: crypto.randomUUID(),
    InternalName,
    DisplayName: DisplayName ?? InternalName,
    ColumnType: ColumnType ?? 1,
    System: false,
  };
  data.fields.push(field);
  return field;
}

/** Seen in one tenant: an unknown id is answered with 200 and null, and nothing is changed. */
function updateField(data: OneplanData, id: string, body: unknown): ResourceField | null {
  const index = data.fields.findIndex((field) => field.Id === id.toLowerCase());
  const before = data.fields[index];
  if (!before) return null;
  const { DisplayName } = (body ?? {}) as Partial<ResourceField>;
  const field = { ...before, ...(DisplayName !== undefined && { DisplayName }) };
  data.fields[index] = field;
  return field;
}
