import { randomUUID } from "node:crypto";
import { notEmpty, upTo, uuid } from "../formats.ts";
import { type Properties, records, text, texts } from "../json.ts";
import { inTurn } from "../locks.ts";
import type { Field } from "../schema.ts";
import { applicationBody, applicationState, sameItems } from "./applicationState.ts";
import { applicationIds, objectIdOf } from "./applicationRegistration.ts";
import type { AzureadResource } from "./bridged.ts";
import { featureTagFields } from "./featureTags.ts";
import { filter, type Graph, quoted, saying } from "./graph.ts";
import { OWNERS_AT_CREATION, isIn } from "./owners.ts";
import { requiresImport } from "./requiresImport.ts";

const GIVEN: Field = { type: "string", format: notEmpty };
const GUIDS: Field = { type: "set", items: { type: "string", format: uuid } };
const FLAG: Field = { type: "boolean" };
const TEXT: Field = { type: "string" };
const REDIRECTS: Field = { type: "object", fields: { redirectUris: { type: "set" } }, same: sameItems };
const CLAIMS: Field = {
  type: "list",
  items: {
    type: "object",
    fields: {
      additionalProperties: { type: "list" },
      essential: FLAG,
      name: { ...GIVEN, required: true },
      source: TEXT,
    },
  },
};
const ID: Field = { type: "string", required: true, format: uuid };

/** One registration with everything in it, as most programs have it. The inline password is not here: it is for no one. */
export const application: AzureadResource = {
  token: "azuread:index/application:Application",
  inputs: {
    api: {
      type: "object",
      same: sameItems,
      fields: {
        knownClientApplications: GUIDS,
        mappedClaimsEnabled: FLAG,
        oauth2PermissionScopes: {
          type: "set",
          items: {
            type: "object",
            fields: {
              ...{ adminConsentDescription: TEXT, adminConsentDisplayName: TEXT, enabled: FLAG, id: ID },
              type: { type: "string", oneOf: ["Admin", "User"] },
              ...{ userConsentDescription: TEXT, userConsentDisplayName: TEXT, value: TEXT },
            },
          },
        },
        requestedAccessTokenVersion: { type: "integer", oneOf: [1, 2] },
      },
    },
    appRoles: {
      type: "set",
      same: sameItems,
      items: {
        type: "object",
        fields: {
          allowedMemberTypes: {
            type: "set",
            required: true,
            items: { type: "string", oneOf: ["User", "Application"] },
          },
          ...{ description: { ...GIVEN, required: true }, displayName: { ...GIVEN, required: true } },
          ...{ enabled: FLAG, id: ID, value: TEXT },
        },
      },
    },
    description: { type: "string", format: upTo(1024) },
    deviceOnlyAuthEnabled: FLAG,
    displayName: { ...GIVEN, required: true },
    fallbackPublicClientEnabled: FLAG,
    featureTags: { type: "list", chosen: true, items: { type: "object", fields: featureTagFields } },
    groupMembershipClaims: {
      type: "set",
      items: { type: "string", oneOf: ["None", "SecurityGroup", "DirectoryRole", "ApplicationGroup", "All"] },
    },
    identifierUris: { type: "set" },
    marketingUrl: GIVEN,
    notes: GIVEN,
    oauth2PostResponseRequired: FLAG,
    optionalClaims: {
      type: "object",
      same: sameItems,
      fields: { accessTokens: CLAIMS, idTokens: CLAIMS, saml2Tokens: CLAIMS },
    },
    owners: GUIDS,
    preventDuplicateNames: FLAG,
    privacyStatementUrl: GIVEN,
    publicClient: REDIRECTS,
    requiredResourceAccesses: {
      type: "set",
      same: sameItems,
      items: {
        type: "object",
        fields: {
          resourceAccesses: {
            type: "list",
            required: true,
            items: {
              type: "object",
              fields: { id: ID, type: { type: "string", required: true, oneOf: ["Role", "Scope"] } },
            },
          },
          resourceAppId: ID,
        },
      },
    },
    serviceManagementReference: GIVEN,
    signInAudience: {
      type: "string",
      default: "AzureADMyOrg",
      oneOf: ["AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount"],
    },
    singlePageApplication: REDIRECTS,
    supportUrl: GIVEN,
    tags: { type: "set", chosen: true },
    termsOfServiceUrl: GIVEN,
    web: {
      type: "object",
      same: sameItems,
      fields: {
        homepageUrl: GIVEN,
        implicitGrant: { type: "object", fields: { accessTokenIssuanceEnabled: FLAG, idTokenIssuanceEnabled: FLAG } },
        logoutUrl: GIVEN,
        redirectUris: { type: "set" },
      },
    },
  },
  computed: [
    ...["appRoleIds", "clientId", "disabledByMicrosoft", "logoUrl", "oauth2PermissionScopeIds", "objectId"],
    ...["publisherDomain", "templateId"],
  ],
  rules: ({ tags, featureTags }) =>
    tags !== undefined && featureTags !== undefined ? ["'tags' conflicts with 'featureTags'"] : [],

  async create(graph, inputs) {
    if (inputs["preventDuplicateNames"] === true) await checkName(graph, text(inputs["displayName"]));
    const owners = await ownersAtCreation(graph, inputs);
    const made = await saying(
      "Could not create application",
      graph.post("/applications", {
        ...applicationBody(inputs, inputs["featureTags"] !== undefined),
        "owners@odata.bind": owners.map((owner) => graph.directoryObject(owner)),
      }),
    );
    return { id: applicationIds.make({ applicationId: text(made["id"]) }) };
  },

  async finish(graph, id, inputs) {
    const path = `/applications/${objectIdOf(id)}`;
    const words = "Failed to patch application after creating";
    // The first shows that the new object has arrived.
    for (const displayName of [`TERRAFORM_UPDATE_${randomUUID()}`, inputs["displayName"]]) {
      await saying(words, graph.patch(path, { displayName }, { awaitReplication: true }));
    }
    if (inputs["oauth2PostResponseRequired"] === true) await requirePost(graph, path, true);
    if (mapsClaims(inputs)) await saying(words, graph.patch(path, { api: { acceptMappedClaims: true } }));
    const wanted = texts(inputs["owners"]);
    const atCreation = await ownersAtCreation(graph, inputs);
    for (const owner of wanted.filter((other) => !isIn(other, atCreation))) await addOwner(graph, path, owner);
    const caller = await graph.callerId();
    if (!isIn(caller, wanted)) await removeOwner(graph, path, caller);
  },

  async read(graph, id) {
    const path = `/applications/${objectIdOf(id)}`;
    const words = `Retrieving Application with object ID "${objectIdOf(id)}"`;
    const found = await saying(words, graph.find(path));
    if (!found) return undefined;
    const beta = await saying(words, graph.get(`/beta${path}?$select=oauth2RequirePostResponse`));
    return applicationState(found, beta, await ownersOf(graph, path));
  },

  update: (graph, id, inputs, changed) =>
    inTurn(objectIdOf(id), async () => {
      const path = `/applications/${objectIdOf(id)}`;
      const words = `Could not update application with object ID: "${objectIdOf(id)}"`;
      if (changed.includes("appRoles") || changed.includes("api")) await disableWhatGoes(graph, path, inputs);
      const body = applicationBody(inputs, changed.includes("featureTags"));
      const api = { ...(body["api"] as Properties), acceptMappedClaims: mapsClaims(inputs) || null };
      await saying(words, graph.patch(path, { ...body, api }));
      if (changed.includes("oauth2PostResponseRequired")) {
        await requirePost(graph, path, inputs["oauth2PostResponseRequired"] === true);
      }
      if (changed.includes("owners")) await makeOwners(graph, path, texts(inputs["owners"]));
    }),

  async delete(graph, id) {
    const path = `/applications/${objectIdOf(id)}`;
    await saying(`Deleting application with object ID "${objectIdOf(id)}"`, graph.remove(path));
    await graph.untilGone(id, () => graph.find(path));
  },
};

function mapsClaims(inputs: Properties): boolean {
  return (inputs["api"] as Properties | undefined)?.["mappedClaimsEnabled"] === true;
}

async function checkName(graph: Graph, displayName: string): Promise<void> {
  const [found] = await saying(
    "Could not check for existing application(s)",
    graph.list(filter("/applications", `displayName eq ${quoted(displayName)}`)),
  );
  if (found) throw requiresImport("azuread_application", text(found["id"]));
}

async function requirePost(graph: Graph, path: string, isRequired: boolean): Promise<void> {
  const words = "Could not set oauth2RequirePostResponse";
  await saying(words, graph.patch(`/beta${path}`, { oauth2RequirePostResponse: isRequired }));
}

/** Graph removes or changes a role or scope only when it is disabled: what is another one, or gone, is disabled first. */
async function disableWhatGoes(graph: Graph, path: string, inputs: Properties): Promise<void> {
  const found = await graph.get(path);
  const { appRoles, api } = applicationBody(inputs, false) as { appRoles: Properties[]; api: Properties };
  const scopes = records((found["api"] as Properties)["oauth2PermissionScopes"]);
  const goes = (wanted: readonly Properties[]) => (each: Properties) => {
    const same = wanted.find((other) => other["id"] === each["id"]);
    return each["isEnabled"] === true && (same === undefined || !sameItems(same, picked(each, same)));
  };
  const disabled = (all: readonly Properties[], isGoing: (each: Properties) => boolean) =>
    all.map((each) => (isGoing(each) ? { ...each, isEnabled: false } : each));
  const rolesGoing = goes(appRoles);
  const scopesGoing = goes(records(api["oauth2PermissionScopes"]));
  if (!records(found["appRoles"]).some(rolesGoing) && !scopes.some(scopesGoing)) return;
  const body = {
    appRoles: disabled(records(found["appRoles"]), rolesGoing).map(({ origin: _, ...role }) => role),
    api: { oauth2PermissionScopes: disabled(scopes, scopesGoing).map(({ origin: _, ...scope }) => scope) },
  };
  await saying("Could not disable app roles and permission scopes", graph.patch(path, body));
  await graph.untilSeen(path, () => graph.find(path));
}

function picked(from: Properties, like: Properties): Properties {
  return Object.fromEntries(Object.keys(like).map((name) => [name, from[name]]));
}

async function ownersAtCreation(graph: Graph, inputs: Properties): Promise<readonly string[]> {
  const caller = await graph.callerId();
  const others = texts(inputs["owners"]).filter((owner) => !isIn(owner, [caller]));
  return [caller, ...others.slice(0, OWNERS_AT_CREATION - 1)];
}

async function ownersOf(graph: Graph, path: string): Promise<readonly string[]> {
  const owners = await saying("Could not retrieve owners for application", graph.list(`${path}/owners`));
  return owners.map((owner) => text(owner["id"]));
}

async function makeOwners(graph: Graph, path: string, wanted: readonly string[]): Promise<void> {
  const existing = await ownersOf(graph, path);
  for (const owner of wanted.filter((other) => !isIn(other, existing))) await addOwner(graph, path, owner);
  for (const owner of existing.filter((other) => !isIn(other, wanted))) await removeOwner(graph, path, owner);
}

async function addOwner(graph: Graph, path: string, owner: string): Promise<void> {
  const reference = { "@odata.id": graph.directoryObject(owner) };
  await saying("Could not add owners to application", graph.post(`${path}/owners/$ref`, reference));
}

async function removeOwner(graph: Graph, path: string, owner: string): Promise<void> {
  await saying("Could not remove initial owner from application", graph.remove(`${path}/owners/${owner}/$ref`));
}
