/**
 * Which requests each azuread type sends, in order, as the unmodified plugin was seen to (6.9.1) and its source says.
 * Answers that have to agree several times are one line each, with their number.
 */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { directory } from "../../sandbox/directory/index.ts";
import { type Properties, text } from "../../sandbox/provider/json.ts";
import type { Recorded } from "../../sandbox/provider/resource.ts";
import { type Azuread, startAzuread } from "./provider-azuread.ts";

const GRAPH = "00000003-0000-0000-c000-000000000000";
const READ_ALL = "df021288-bdef-4463-88db-98f22de89214";

let azuread: Azuread;
let registration: Recorded;
let principal: Recorded;
/** Object id of Graph's own service principal. */
let graphId: string;

beforeAll(async () => {
  azuread = await startAzuread();
  registration = await azuread.create("ApplicationRegistration", { displayName: "sequences" });
  // The deployer may read and write what it owns.
  const owners = [azuread.sandbox.world.deployer.objectId];
  principal = await azuread.create("ServicePrincipal", { clientId: registration.state["clientId"], owners });
  const [found] = await azuread.session.graph.list(`/servicePrincipals?$filter=appId eq '${GRAPH}'`);
  graphId = text(found?.["id"]);
});
afterAll(() => azuread.close());

interface Sequence {
  readonly type: string;
  readonly inputs: () => Properties;
  readonly create: readonly string[];
  readonly read: readonly string[];
  /** The change of an update, and what it sends. None: every change replaces. */
  readonly change?: Properties;
  readonly update?: readonly string[];
  readonly delete: readonly string[];
}

const APP = "/applications/*";
const SP = "/servicePrincipals/*";
const readPrincipal = [`GET ${SP}`, `GET /beta${SP}?$select=samlMetadataUrl`, `GET ${SP}/owners`];

const readApplication = [`GET ${APP}`, `GET /beta${APP}?$select=oauth2RequirePostResponse`, `GET ${APP}/owners`];
const ROLE = {
  ...{ id: "11111111-2222-4333-8444-555555555555", displayName: "Use", description: "Use", value: "Use" },
  allowedMemberTypes: ["User"],
};
const deployer = () => azuread.sandbox.world.deployer.objectId;

const sequences: readonly Sequence[] = [
  {
    type: "ApplicationRegistration",
    inputs: () => ({ displayName: "another" }),
    create: ["POST /applications", `GET ${APP}`],
    read: [`GET ${APP}`],
    change: { notes: "n" },
    update: [`PATCH ${APP}`, `GET ${APP}`],
    delete: [`DELETE ${APP}`, `5 x GET ${APP}`],
  },
  {
    type: "Application",
    inputs: () => ({ displayName: "whole", preventDuplicateNames: true, appRoles: [ROLE] }),
    create: [
      "GET /applications?$filter",
      "POST /applications",
      `2 x PATCH ${APP}`,
      `DELETE ${APP}/owners/*/$ref`,
      ...readApplication,
    ],
    read: readApplication,
    change: { notes: "n" },
    update: [`PATCH ${APP}`, ...readApplication],
    delete: [`DELETE ${APP}`, `5 x GET ${APP}`],
  },
  {
    // A role that goes is disabled first.
    type: "Application",
    inputs: () => ({ displayName: "roles", owners: [deployer()], appRoles: [ROLE] }),
    create: ["POST /applications", `2 x PATCH ${APP}`, ...readApplication],
    read: readApplication,
    change: { appRoles: [] },
    update: [`GET ${APP}`, `PATCH ${APP}`, `5 x GET ${APP}`, `PATCH ${APP}`, ...readApplication],
    delete: [`DELETE ${APP}`, `5 x GET ${APP}`],
  },
  {
    // What only beta has, and owners beyond those of the creation: none here.
    type: "Application",
    inputs: () => ({
      ...{ displayName: "beta", owners: [deployer()], oauth2PostResponseRequired: true },
      api: { mappedClaimsEnabled: true },
    }),
    create: ["POST /applications", `2 x PATCH ${APP}`, `PATCH /beta${APP}`, `PATCH ${APP}`, ...readApplication],
    read: readApplication,
    change: { oauth2PostResponseRequired: false },
    update: [`PATCH ${APP}`, `PATCH /beta${APP}`, ...readApplication],
    delete: [`DELETE ${APP}`, `5 x GET ${APP}`],
  },
  {
    type: "ApplicationPassword",
    inputs: () => ({ applicationId: registration.id, displayName: "p" }),
    create: [`GET ${APP}`, `POST ${APP}/addPassword`, `6 x GET ${APP}`],
    read: [`GET ${APP}`],
    delete: [`POST ${APP}/removePassword`, `5 x GET ${APP}`],
  },
  {
    type: "ApplicationFederatedIdentityCredential",
    inputs: () => ({
      applicationId: registration.id,
      displayName: "f",
      audiences: ["a"],
      issuer: "https://i.example",
      subject: "s",
    }),
    create: [`GET ${APP}`, `POST ${APP}/federatedIdentityCredentials`, `6 x GET ${APP}/federatedIdentityCredentials/*`],
    read: [`GET ${APP}/federatedIdentityCredentials/*`],
    change: { description: "d" },
    update: [`PATCH ${APP}/federatedIdentityCredentials/*`, `GET ${APP}/federatedIdentityCredentials/*`],
    delete: [`DELETE ${APP}/federatedIdentityCredentials/*`, `5 x GET ${APP}/federatedIdentityCredentials/*`],
  },
  {
    type: "ApplicationApiAccess",
    inputs: () => ({ applicationId: registration.id, apiClientId: GRAPH, roleIds: [READ_ALL] }),
    create: [`GET ${APP}`, `PATCH ${APP}`, `GET ${APP}`],
    read: [`GET ${APP}`],
    change: { scopeIds: [READ_ALL] },
    update: [`GET ${APP}`, `PATCH ${APP}`, `GET ${APP}`],
    delete: [`2 x GET ${APP}`, `PATCH ${APP}`],
  },
  {
    type: "ApplicationRedirectUris",
    inputs: () => ({ applicationId: registration.id, type: "SPA", redirectUris: ["https://a.example/"] }),
    create: [`GET ${APP}`, `PATCH ${APP}`, `GET ${APP}`],
    read: [`GET ${APP}`],
    change: { redirectUris: ["https://b.example/"] },
    update: [`PATCH ${APP}`, `GET ${APP}`],
    delete: [`PATCH ${APP}`],
  },
  {
    type: "ApplicationOwner",
    inputs: () => ({ applicationId: registration.id, ownerObjectId: azuread.sandbox.world.ownerId }),
    create: [`GET ${APP}/owners?$filter`, `POST ${APP}/owners/$ref`, `GET ${APP}/owners?$filter`],
    read: [`GET ${APP}/owners?$filter`],
    delete: [`DELETE ${APP}/owners/*/$ref`],
  },
  {
    type: "AppRoleAssignment",
    inputs: () => ({
      appRoleId: READ_ALL,
      principalObjectId: principal.state["objectId"],
      resourceObjectId: graphId,
    }),
    create: [`GET ${SP}`, `POST ${SP}/appRoleAssignedTo`, `GET ${SP}/appRoleAssignedTo/*`],
    read: [`GET ${SP}/appRoleAssignedTo/*`],
    delete: [`DELETE ${SP}/appRoleAssignedTo/*`],
  },
  {
    type: "ServicePrincipalDelegatedPermissionGrant",
    inputs: () => ({
      servicePrincipalObjectId: principal.state["objectId"],
      resourceServicePrincipalObjectId: graphId,
      claimValues: ["openid"],
    }),
    create: [`2 x GET ${SP}`, "POST /oauth2PermissionGrants", "GET /oauth2PermissionGrants/*"],
    read: ["GET /oauth2PermissionGrants/*"],
    change: { claimValues: ["openid", "User.Read"] },
    update: ["PATCH /oauth2PermissionGrants/*", "GET /oauth2PermissionGrants/*"],
    delete: ["DELETE /oauth2PermissionGrants/*"],
  },
  {
    type: "ServicePrincipal",
    inputs: () => ({ clientId: registration.state["clientId"], useExisting: true, owners: principal.inputs["owners"] }),
    create: ["GET /servicePrincipals?$filter", `PATCH ${SP}`, `GET ${SP}/owners`, ...readPrincipal],
    read: readPrincipal,
    change: { notes: "n" },
    update: [`PATCH ${SP}`, ...readPrincipal],
    delete: [`DELETE ${SP}`],
  },
  {
    // After the one above has deleted what it had used.
    type: "ServicePrincipal",
    inputs: () => ({ clientId: registration.state["clientId"] }),
    create: [
      "GET /servicePrincipals?$filter",
      "POST /servicePrincipals",
      `PATCH ${SP}`,
      `DELETE ${SP}/owners/*/$ref`,
      ...readPrincipal,
    ],
    read: readPrincipal,
    delete: [`DELETE ${SP}`, `5 x GET ${SP}`],
  },
];

it.each(sequences)("$type", async ({ type, inputs, ...expected }) => {
  await azuread.session.graph.callerId();
  const seen: Record<string, readonly string[]> = {};
  sent();
  let known = await azuread.create(type, inputs());
  seen["create"] = sent();
  known = { ...known, ...(await azuread.type(type).read(azuread.session, known)) };
  seen["read"] = sent();
  if (known.inputs["owners"] === undefined) handOver(type, known);
  if (expected.change) {
    known = await azuread.update(type, known, expected.change);
    seen["update"] = sent();
  }
  sent();
  await azuread.type(type).delete(azuread.session, known);
  seen["delete"] = sent();

  const { change: _, ...wanted } = expected;
  expect(seen).toEqual(wanted);
});

/** Gives the deployer back what it made and does not own any more, so that it may delete it. */
function handOver(type: string, { state }: Recorded): void {
  const { world } = azuread.sandbox;
  if (type !== "ServicePrincipal" && type !== "Application") return;
  directory(world).registrations.setOwners(text(state["objectId"]), [world.deployer.objectId]);
}

/** What was sent to Graph since the last call: ids are stars, and the same request again is counted. */
function sent(): readonly string[] {
  const entries = azuread.sandbox.requests.entries().filter(({ host }) => host === "graph.microsoft.com");
  azuread.sandbox.requests.mark();
  const lines: { line: string; times: number }[] = [];
  for (const { method, path, query } of entries) {
    const where = path
      .replace(/^\/v1\.0/, "")
      .replace(/^(.*\/(?:appRoleAssignedTo|oauth2PermissionGrants|federatedIdentityCredentials))\/[^/]+$/, "$1/*")
      .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "*");
    const asked = new URLSearchParams(query);
    const select = asked.get("$select");
    const line = `${method} ${where}${asked.has("$filter") ? "?$filter" : ""}${select ? `?$select=${select}` : ""}`;
    const last = lines.at(-1);
    if (last?.line === line) last.times += 1;
    else lines.push({ line, times: 1 });
  }
  return lines.map(({ line, times }) => (times > 1 ? `${times} x ${line}` : line));
}
