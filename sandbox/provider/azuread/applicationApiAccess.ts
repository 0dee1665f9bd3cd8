import { applicationId, uuid } from "../formats.ts";
import { idFormat } from "../ids.ts";
import { type Properties, records, text, texts } from "../json.ts";
import { inTurn } from "../locks.ts";
import type { AzureadResource } from "./bridged.ts";
import { applicationIds, objectIdOf } from "./applicationRegistration.ts";
import { type Graph, saying } from "./graph.ts";
import { requiresImport } from "./requiresImport.ts";

const ids = idFormat("/applications/{applicationId}/apiAccess/{apiClientId}");

export const applicationApiAccess: AzureadResource = {
  token: "azuread:index/applicationApiAccess:ApplicationApiAccess",
  inputs: {
    apiClientId: { type: "string", required: true, format: uuid, replaces: true },
    applicationId: { type: "string", required: true, format: applicationId, replaces: true },
    roleIds: { type: "set", items: { type: "string", format: uuid } },
    scopeIds: { type: "set", items: { type: "string", format: uuid } },
  },
  computed: [],
  rules: ({ roleIds, scopeIds }) =>
    roleIds === undefined && scopeIds === undefined ? ["one of 'roleIds' and 'scopeIds' must be given"] : [],

  async create(graph, inputs) {
    const application = objectIdOf(inputs["applicationId"]);
    const api = text(inputs["apiClientId"]);
    const id = ids.make({ applicationId: application, apiClientId: api });
    await rewrite(graph, application, `creating ${id}`, (existing) => {
      if (existing.some((entry) => isOf(entry, api))) throw requiresImport("azuread_application_api_access", id);
      return [...existing, accessTo(api, inputs)];
    });
    return { id };
  },

  async read(graph, id) {
    const { applicationId: application = "", apiClientId: api = "" } = ids.parse(id);
    const found = await saying(`retrieving ${id}`, graph.find(`/applications/${application}`));
    const access = records(found?.["requiredResourceAccess"]).find((entry) => isOf(entry, api));
    if (!access) return undefined;
    const idsOf = (type: string) =>
      records(access["resourceAccess"])
        .filter((permission) => permission["type"] === type)
        .map((permission) => text(permission["id"]));
    return {
      applicationId: applicationIds.make({ applicationId: application }),
      apiClientId: text(access["resourceAppId"]),
      roleIds: idsOf("Role"),
      scopeIds: idsOf("Scope"),
    };
  },

  async update(graph, id, inputs) {
    const { applicationId: application = "", apiClientId: api = "" } = ids.parse(id);
    await rewrite(graph, application, `updating ${id}`, (existing) => {
      if (!existing.some((entry) => isOf(entry, api))) throw new Error("could not identify existing API");
      return existing.map((entry) => (isOf(entry, api) ? accessTo(api, inputs) : entry));
    });
  },

  async delete(graph, id) {
    const { applicationId: application = "", apiClientId: api = "" } = ids.parse(id);
    if (!(await graph.find(`/applications/${application}`))) return;
    await rewrite(graph, application, `deleting ${id}`, (existing) => existing.filter((entry) => !isOf(entry, api)));
  },
};

/** Graph takes the accesses of an application only as a whole: read, change, write, one at a time. */
async function rewrite(
  graph: Graph,
  application: string,
  words: string,
  change: (existing: readonly Properties[]) => readonly Properties[],
): Promise<void> {
  await inTurn(application, async () => {
    const found = await saying(words, graph.get(`/applications/${application}`));
    const requiredResourceAccess = change(records(found["requiredResourceAccess"]));
    await saying(
      words,
      // Seen: azuread provider 6.9.1 repeats the object's own id.
      graph.patch(
        `/applications/${application}`,
        { id: application, requiredResourceAccess },
        { awaitReplication: true },
      ),
    );
  });
}

function accessTo(api: string, { roleIds, scopeIds }: Properties): Properties {
  return {
    resourceAppId: api,
    resourceAccess: [
      ...texts(roleIds).map((id) => ({ id, type: "Role" })),
      ...texts(scopeIds).map((id) => ({ id, type: "Scope" })),
    ],
  };
}

function isOf(access: Properties, api: string): boolean {
  return text(access["resourceAppId"]).toLowerCase() === api.toLowerCase();
}
