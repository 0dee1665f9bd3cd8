import { notEmpty, uuid } from "../formats.ts";
import { idFormat } from "../ids.ts";
import { text, texts } from "../json.ts";
import type { AzureadResource } from "./bridged.ts";
import { saying } from "./graph.ts";

/** Seen: azuread provider 6.9.1, in the state and in imports. */
const ids = idFormat("/oauth2PermissionGrants/{id}");

export const servicePrincipalDelegatedPermissionGrant: AzureadResource = {
  token: "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant",
  inputs: {
    claimValues: { type: "set", required: true, items: { type: "string", format: notEmpty } },
    resourceServicePrincipalObjectId: { type: "string", required: true, format: uuid, replaces: true },
    servicePrincipalObjectId: { type: "string", required: true, format: uuid, replaces: true },
    userObjectId: { type: "string", format: uuid, replaces: true },
  },
  computed: [],

  async create(graph, inputs) {
    const client = text(inputs["servicePrincipalObjectId"]);
    const resource = text(inputs["resourceServicePrincipalObjectId"]);
    for (const id of [client, resource]) {
      await saying(
        `Could not retrieve service principal with object ID "${id}"`,
        graph.get(`/servicePrincipals/${id}`),
      );
    }
    const user = text(inputs["userObjectId"]);
    const made = await saying(
      "Could not create delegated permission grant",
      graph.post(
        "/oauth2PermissionGrants",
        {
          clientId: client,
          resourceId: resource,
          scope: scopeOf(inputs["claimValues"]),
          ...(user ? { consentType: "Principal", principalId: user } : { consentType: "AllPrincipals" }),
        },
        { awaitReplication: true },
      ),
    );
    return { id: ids.make({ id: text(made["id"]) }) };
  },

  async read(graph, id) {
    const found = await saying(`retrieving ${id}`, graph.find(ids.make(ids.parse(id))));
    if (!found) return undefined;
    return {
      claimValues: text(found["scope"]).split(" ").filter(Boolean),
      resourceServicePrincipalObjectId: text(found["resourceId"]),
      servicePrincipalObjectId: text(found["clientId"]),
      userObjectId: text(found["principalId"]),
    };
  },

  async update(graph, id, inputs) {
    await saying(
      "Could not update delegated permission grant",
      graph.patch(ids.make(ids.parse(id)), { scope: scopeOf(inputs["claimValues"]) }),
    );
  },

  async delete(graph, id) {
    await saying(`Deleting delegated permission grant with ID "${id}"`, graph.remove(ids.make(ids.parse(id))));
  },
};

function scopeOf(claimValues: unknown): string {
  return texts(claimValues).join(" ");
}
