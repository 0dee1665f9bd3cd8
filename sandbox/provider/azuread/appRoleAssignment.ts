import { uuid } from "../formats.ts";
import { idFormat } from "../ids.ts";
import { text } from "../json.ts";
import type { AzureadResource } from "./bridged.ts";
import { saying } from "./graph.ts";

const ids = idFormat("/servicePrincipals/{resourceId}/appRoleAssignedTo/{assignmentId}");

const UUID_FIELD = { type: "string", required: true, format: uuid, replaces: true } as const;

export const appRoleAssignment: AzureadResource = {
  token: "azuread:index/appRoleAssignment:AppRoleAssignment",
  inputs: { appRoleId: UUID_FIELD, principalObjectId: UUID_FIELD, resourceObjectId: UUID_FIELD },
  computed: ["principalDisplayName", "principalType", "resourceDisplayName"],

  async create(graph, inputs) {
    const resource = text(inputs["resourceObjectId"]);
    await saying(
      `Could not retrieve service principal for resource (Object ID: "${resource}")`,
      graph.get(`/servicePrincipals/${resource}`),
    );
    const made = await saying(
      "Could not create app role assignment",
      graph.post(
        `/servicePrincipals/${resource}/appRoleAssignedTo`,
        { appRoleId: inputs["appRoleId"], principalId: inputs["principalObjectId"], resourceId: resource },
        { awaitReplication: true },
      ),
    );
    return { id: ids.make({ resourceId: text(made["resourceId"]), assignmentId: text(made["id"]) }) };
  },

  async read(graph, id) {
    const found = await saying(`retrieving ${id}`, graph.find(ids.make(ids.parse(id))));
    if (!found) return undefined;
    return {
      appRoleId: text(found["appRoleId"]),
      principalDisplayName: text(found["principalDisplayName"]),
      principalObjectId: text(found["principalId"]),
      principalType: text(found["principalType"]),
      resourceDisplayName: text(found["resourceDisplayName"]),
      resourceObjectId: text(found["resourceId"]),
    };
  },

  async delete(graph, id) {
    await saying(`deleting ${id}`, graph.remove(ids.make(ids.parse(id))));
  },
};
