/**
 * The data sources of the azuread plugin.
 *
 * @packageDocumentation
 */
import { createHash } from "node:crypto";
import { type Properties, text, texts } from "../json.ts";
import type { InvokableFunction } from "../resource.ts";
import { filter, type Graph, quoted, saying } from "./graph.ts";
import { servicePrincipalState } from "./servicePrincipalState.ts";

const getClientConfig: InvokableFunction = {
  token: "azuread:index/getClientConfig:getClientConfig",
  async invoke({ graph: { tenantId, clientId, callerId } }) {
    const objectId = await callerId();
    return { id: `${tenantId}-${clientId}-${objectId}`, tenantId, clientId, objectId };
  },
};

const getDomains: InvokableFunction = {
  token: "azuread:index/getDomains:getDomains",
  async invoke({ graph }, args) {
    const found = await saying("listing domains", graph.list("/domains"));
    const domains = found.filter((domain) => isAskedFor(domain, args)).map(domainState);
    if (domains.length === 0) throw new Error("no domains found for the provided filters");
    const names = domains.map((domain) => text(domain["domainName"])).join("/");
    const hash = createHash("sha1").update(names).digest("base64url");
    return { ...args, id: `domains#${graph.tenantId}#${hash}`, domains };
  },
};

function isAskedFor(domain: Properties, args: Properties): boolean {
  if (args["adminManaged"] === true && domain["isAdminManaged"] === false) return false;
  if (args["onlyDefault"] === true && domain["isDefault"] === false) return false;
  if (args["onlyInitial"] === true && domain["isInitial"] === false) return false;
  if (args["onlyRoot"] === true && domain["isRoot"] === false) return false;
  if (args["includeUnverified"] !== true && domain["isVerified"] === false) return false;
  const supported = texts(domain["supportedServices"]);
  return texts(args["supportsServices"]).every((service) => supported.includes(service));
}

function domainState(domain: Properties): Properties {
  return {
    adminManaged: domain["isAdminManaged"] === true,
    authenticationType: text(domain["authenticationType"]),
    default: domain["isDefault"] === true,
    domainName: text(domain["id"]),
    initial: domain["isInitial"] === true,
    root: domain["isRoot"] === true,
    supportedServices: texts(domain["supportedServices"]),
    verified: domain["isVerified"] === true,
  };
}

const getServicePrincipal: InvokableFunction = {
  token: "azuread:index/getServicePrincipal:getServicePrincipal",
  async invoke({ graph }, args) {
    const found = await findServicePrincipal(graph, args);
    const id = text(found["id"]);
    const saml = await graph.get(`/beta/servicePrincipals/${id}?$select=samlMetadataUrl`);
    return { id: `/servicePrincipals/${id}`, ...servicePrincipalState(found, saml), samlSingleSignOns: [] };
  },
};

async function findServicePrincipal(graph: Graph, args: Properties): Promise<Properties> {
  const objectId = text(args["objectId"]);
  const clientId = text(args["clientId"]);
  const displayName = text(args["displayName"]);
  if ([objectId, clientId, displayName].filter(Boolean).length !== 1) {
    throw new Error("one of `clientId`, `displayName` or `objectId` must be specified");
  }
  if (objectId) {
    const found = await graph.find(`/servicePrincipals/${objectId}`);
    if (!found) throw new Error(`Service principal with object ID "${objectId}" was not found`);
    return found;
  }
  const expression = clientId ? `appId eq ${quoted(clientId)}` : `displayName eq ${quoted(displayName)}`;
  const [found, second] = await saying(
    `Listing service principals for filter "${expression}"`,
    graph.list(filter("/servicePrincipals", expression)),
  );
  if (second) throw new Error(`Found multiple service principals matching filter: "${expression}"`);
  if (!found) throw new Error(`No service principal found matching filter: "${expression}"`);
  return found;
}

/** Some of Microsoft's own applications; the plugin's list is longer and is compiled into it too. */
const PUBLISHED: Properties = {
  AzureDevOps: "499b84ac-1321-427f-aa17-267ca6975798",
  AzureKeyVault: "cfa8b339-82a2-471a-a3c9-0fc0be7a4093",
  AzureServiceManagement: "797f4846-ba00-4fd7-ba43-dac1f8f63013",
  MicrosoftGraph: "00000003-0000-0000-c000-000000000000",
  Office365ExchangeOnline: "00000002-0000-0ff1-ce00-000000000000",
  Office365SharePointOnline: "00000003-0000-0ff1-ce00-000000000000",
};

const getApplicationPublishedAppIds: InvokableFunction = {
  token: "azuread:index/getApplicationPublishedAppIds:getApplicationPublishedAppIds",
  invoke: async () => ({ id: "appIds", result: PUBLISHED }),
};

export const azureadFunctions: readonly InvokableFunction[] = [
  getApplicationPublishedAppIds,
  getClientConfig,
  getDomains,
  getServicePrincipal,
];
