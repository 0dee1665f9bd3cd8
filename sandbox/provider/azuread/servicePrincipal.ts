import { randomUUID } from "node:crypto";
import { upTo, url, uuid } from "../formats.ts";
import { idFormat } from "../ids.ts";
import { type Properties, text, texts } from "../json.ts";
import type { Field } from "../schema.ts";
import type { AzureadResource } from "./bridged.ts";
import { filter, type Graph, GraphError, quoted, saying } from "./graph.ts";
import { OWNERS_AT_CREATION, isIn } from "./owners.ts";
import { requiresImport } from "./requiresImport.ts";
import { servicePrincipalState } from "./servicePrincipalState.ts";
import { featureTagFields, tagsOfFeatures } from "./featureTags.ts";

const ids = idFormat("/servicePrincipals/{id}");

const GUIDS: Field = { type: "set", items: { type: "string", format: uuid } };

export const servicePrincipal: AzureadResource = {
  token: "azuread:index/servicePrincipal:ServicePrincipal",
  inputs: {
    accountEnabled: { type: "boolean", default: true },
    alternativeNames: { type: "set" },
    appRoleAssignmentRequired: { type: "boolean" },
    clientId: { type: "string", required: true, format: uuid, replaces: true },
    description: { type: "string", format: upTo(1024) },
    featureTags: { type: "list", chosen: true, items: { type: "object", fields: featureTagFields } },
    loginUrl: { type: "string", format: url },
    notes: { type: "string", format: upTo(1024) },
    notificationEmailAddresses: { type: "set" },
    owners: GUIDS,
    preferredSingleSignOnMode: { type: "string", oneOf: ["", "notSupported", "oidc", "password", "saml"] },
    tags: { type: "set", chosen: true },
    useExisting: { type: "boolean" },
  },
  computed: [
    "appRoleIds",
    "appRoles",
    "applicationTenantId",
    "displayName",
    "features",
    "homepageUrl",
    "logoutUrl",
    "oauth2PermissionScopeIds",
    "oauth2PermissionScopes",
    "objectId",
    "redirectUris",
    "samlMetadataUrl",
    "servicePrincipalNames",
    "signInAudience",
    "type",
  ],
  rules: ({ tags, featureTags }) =>
    tags !== undefined && featureTags !== undefined ? ["'tags' conflicts with 'featureTags'"] : [],

  async create(graph, inputs) {
    const existing = await existingOf(graph, text(inputs["clientId"]));
    if (existing) {
      // Seen: azuread provider 6.9.1 names it by its bare object id.
      if (inputs["useExisting"] !== true) throw requiresImport("azuread_service_principal", existing);
      return { id: ids.make({ id: existing }) };
    }
    const owners = await ownersAtCreation(graph, inputs);
    const made = await saying(
      "Could not create service principal",
      graph.post("/servicePrincipals", {
        ...body(inputs, inputs["featureTags"] !== undefined),
        appId: inputs["clientId"],
        // Replaced by the right one in a moment, which shows that the new object has arrived.
        description: `TERRAFORM_UPDATE_${randomUUID()}`,
        "owners@odata.bind": owners.map((owner) => graph.directoryObject(owner)),
      }),
    );
    return { id: ids.make({ id: text(made["id"]) }) };
  },

  async finish(graph, id, inputs) {
    const objectId = objectIdOf(id);
    if (inputs["useExisting"] === true) {
      await write(graph, objectId, body(inputs, inputs["featureTags"] !== undefined));
      if (inputs["owners"] !== undefined) await makeOwners(graph, objectId, texts(inputs["owners"]));
      return;
    }
    await describe(graph, objectId, inputs);
    const wanted = texts(inputs["owners"]);
    const atCreation = await ownersAtCreation(graph, inputs);
    for (const owner of wanted.filter((other) => !isIn(other, atCreation))) await addOwner(graph, objectId, owner);
    // The caller had to be an owner to go on; it stays one only if the program lists it.
    const caller = await graph.callerId();
    if (!isIn(caller, wanted)) await removeOwner(graph, objectId, caller);
  },

  async read(graph, id) {
    const objectId = objectIdOf(id);
    const words = `retrieving service principal with object ID: "${objectId}"`;
    const found = await saying(words, graph.find(`/servicePrincipals/${objectId}`));
    if (!found) return undefined;
    const saml = await saying(words, graph.get(`/beta/servicePrincipals/${objectId}?$select=samlMetadataUrl`));
    return { ...servicePrincipalState(found, saml), owners: await ownersOf(graph, objectId) };
  },

  async update(graph, id, inputs, changed) {
    const objectId = objectIdOf(id);
    await write(graph, objectId, body(inputs, changed.includes("featureTags")));
    if (changed.includes("owners")) await makeOwners(graph, objectId, texts(inputs["owners"]));
  },

  async delete(graph, id, { useExisting }) {
    const path = ids.make(ids.parse(id));
    // Seen: azuread provider 6.9.1 deletes one that was there before it too, and does not mind being refused.
    if (useExisting === true) return graph.remove(path).catch(unlessGraphError);
    await saying(`deleting ${id}`, graph.remove(path));
    await graph.untilGone(id, () => graph.find(path));
  },
};

function unlessGraphError(error: unknown): void {
  if (!(error instanceof GraphError)) throw error;
}

function objectIdOf(id: string): string {
  return ids.parse(id)["id"] ?? "";
}

async function existingOf(graph: Graph, clientId: string): Promise<string | undefined> {
  const found = await saying(
    "Could not list existing service principals",
    graph.list(filter("/servicePrincipals", `appId eq ${quoted(clientId)}`)),
  );
  return found[0] && text(found[0]["id"]);
}

/** The caller first, then as many of the wanted owners as Graph takes at once. */
async function ownersAtCreation(graph: Graph, inputs: Properties): Promise<readonly string[]> {
  const caller = await graph.callerId();
  const others = texts(inputs["owners"]).filter((owner) => !isIn(owner, [caller]));
  return [caller, ...others.slice(0, OWNERS_AT_CREATION - 1)];
}

async function describe(graph: Graph, objectId: string, { description }: Properties): Promise<void> {
  try {
    await graph.patch(`/servicePrincipals/${objectId}`, { description: description || null });
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    // Seen: azuread provider 6.9.1 says so at once, however short it waited.
    const words =
      error.status === 404
        ? "Timed out whilst waiting for new service principal to be replicated in Azure AD"
        : "Failed to patch service principal after creating";
    throw new Error(`${words}: ${error.message}`, { cause: error });
  }
}

async function write(graph: Graph, objectId: string, wanted: Properties): Promise<void> {
  const words = `Updating service principal with object ID: "${objectId}"`;
  await saying(words, graph.patch(`/servicePrincipals/${objectId}`, wanted));
}

/**
 * All of it, in every update: the real plugin does not look what has changed.
 *
 * @param byFeatures the tags are those of the features; otherwise those that are given or were there before
 */
function body(inputs: Properties, byFeatures: boolean): Properties {
  return {
    accountEnabled: inputs["accountEnabled"] !== false,
    alternativeNames: texts(inputs["alternativeNames"]),
    appRoleAssignmentRequired: inputs["appRoleAssignmentRequired"] === true,
    description: inputs["description"] || null,
    loginUrl: inputs["loginUrl"] || null,
    notes: inputs["notes"] || null,
    notificationEmailAddresses: texts(inputs["notificationEmailAddresses"]),
    preferredSingleSignOnMode: inputs["preferredSingleSignOnMode"] || null,
    tags: byFeatures ? tagsOfFeatures(inputs["featureTags"]) : texts(inputs["tags"]),
  };
}

async function makeOwners(graph: Graph, objectId: string, wanted: readonly string[]): Promise<void> {
  const existing = await ownersOf(graph, objectId);
  for (const owner of wanted.filter((other) => !isIn(other, existing))) await addOwner(graph, objectId, owner);
  for (const owner of existing.filter((other) => !isIn(other, wanted))) await removeOwner(graph, objectId, owner);
}

async function ownersOf(graph: Graph, objectId: string): Promise<readonly string[]> {
  const owners = await saying(
    `Could not retrieve owners for service principal with object ID "${objectId}"`,
    graph.list(`/servicePrincipals/${objectId}/owners`),
  );
  return owners.map((owner) => text(owner["id"]));
}

async function addOwner(graph: Graph, objectId: string, owner: string): Promise<void> {
  await saying(
    `Could not add owners to service principal with object ID: "${objectId}"`,
    graph.post(`/servicePrincipals/${objectId}/owners/$ref`, { "@odata.id": graph.directoryObject(owner) }),
  );
}

async function removeOwner(graph: Graph, objectId: string, owner: string): Promise<void> {
  await saying(
    `Could not remove initial owner from service principal with object ID: "${objectId}"`,
    graph.remove(`/servicePrincipals/${objectId}/owners/${owner}/$ref`),
  );
}
