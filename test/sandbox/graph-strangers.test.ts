/**
 * Requests as clients that nobody here wrote send them, and as people type them: what Graph answers is answered, what
 * Graph refuses is 400 or 405 with Graph's code, and what the stand-in does not have is 501, never the wrong way round.
 */
import { beforeAll, describe, expect, it } from "@jest/globals";
import { directory } from "../../sandbox/directory/index.ts";
import { text } from "../../sandbox/directory/model.ts";
import { issueAccessToken } from "../../sandbox/tokens.ts";
import { GRAPH, newTenant } from "./graph-client.ts";
import type { Body, Tenant } from "./graph-client.ts";

const GRAPH_APP = "00000003-0000-0000-c000-000000000000";
const eventual = { consistencylevel: "eventual" };

let tenant: Tenant;
let token: string;
const names: Record<string, string> = {};

beforeAll(async () => {
  tenant = newTenant({ users: 40 });
  const { registrations, servicePrincipals, people, groups, users } = directory(tenant.world);
  const application = registrations.createApplication({ displayName: "stranger" }, []);
  const principal = registrations.createServicePrincipal(application, { displayName: "stranger" }, []);
  const graph = servicePrincipals.byKey(GRAPH_APP);
  for (const role of graph?.["appRoles"] as { id: string }[]) {
    registrations.addAssignment({ appRoleId: role.id, principalId: principal.id, resourceId: graph?.id ?? "" });
  }
  const subject = { displayName: "stranger", clientId: text(application, "appId"), objectId: principal.id };
  token = (await issueAccessToken(tenant.world, subject, GRAPH)).access_token;
  const group = [...groups.values()][0]?.id ?? "";
  people.addMember(group, principal.id);
  registrations.setOwners(group, [tenant.world.ownerId]);
  registrations.setOwners(application.id, [tenant.world.ownerId]);
  const owner = users.get(tenant.world.ownerId);
  Object.assign(names, {
    owner: tenant.world.ownerId,
    OWNER: tenant.world.ownerId.toUpperCase(),
    upn: owner ? text(owner, "userPrincipalName") : "",
    group,
    app: application.id,
    appId: text(application, "appId"),
    sp: principal.id,
    graph: graph?.id ?? "",
  });
});

interface Sent {
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** As it is, instead of JSON. */
  readonly raw?: string;
}

async function send(method: string, path: string, { headers = {}, body, raw }: Sent = {}) {
  const url = path.replace(/\{(\w+)\}/g, (_, name: string) => names[name] ?? "?");
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await tenant.graph.inject({
    method: method as "GET",
    url,
    headers: {
      ...{ host: "graph.microsoft.com", authorization: `Bearer ${token}` },
      ...(payload !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(payload !== undefined && { payload }),
  });
  const isJson = String(response.headers["content-type"]).startsWith("application/json") && response.body !== "";
  return { status: response.statusCode, body: (isJson ? response.json() : response.body) as Body };
}

describe("is answered", () => {
  it.each<[string, Record<string, string>?]>([
    ["/v1.0/users/?$top=5"],
    ["/v1.0/Users?%24top=5"],
    ["/v1.0/users?$TOP=5&$Select=ID,DisplayName"],
    ["/v1.0/users?$select=displayname,USERPRINCIPALNAME"],
    ["/v1.0/users?$select="],
    ["/v1.0/users?$format=json"],
    ["/v1.0/users?$select=id&api-version=1"],
    ["/beta/users?select=id&top=3"],
    ["/v1.0/users?filter=displayName eq 'nobody'"],
    ["/v1.0/users?$filter=startsWith(displayname,'a')"],
    ["/v1.0/users?$filter=displayName EQ 'x' OR mail Eq null"],
    ["/v1.0/users?$filter=accountEnabled eq true and userType eq 'Member'"],
    ["/v1.0/users?$filter=userPrincipalName eq '{upn}'"],
    ["/v1.0/users?$filter=id in ('{owner}','{sp}')"],
    ["/v1.0/users?$filter=createdDateTime ge 2020-01-01T00:00:00Z"],
    ["/v1.0/users?$filter=createdDateTime le 2099-01-01T00:00:00%2B02:00"],
    ["/v1.0/users?$filter=otherMails/any(m:m eq 'x@y.z')"],
    ["/v1.0/users?$filter=proxyAddresses/any(p:startswith(p,'SMTP:'))"],
    ["/v1.0/users?$filter=onPremisesExtensionAttributes/extensionAttribute1 eq 'CC'&$count=true", eventual],
    ["/v1.0/users?$filter=identities/any(i:i/issuer eq 'contoso' and i/issuerAssignedId eq 'x')"],
    ["/v1.0/users?$filter=endswith(mail,'@contoso.com')&$count=true&$orderby=displayName", eventual],
    ["/v1.0/users?$filter=mail ne null&$count=true", { ConsistencyLevel: "Eventual" }],
    ['/v1.0/users?$search="displayName:a"&$select=id', eventual],
    ["/v1.0/users?$orderby=displayName desc"],
    ["/v1.0/users?$orderby=displayname%20DESC"],
    ["/v1.0/users?$expand=manager"],
    ["/v1.0/users?$expand=manager($select=id,displayName)&$select=id,displayName"],
    ["/beta/users?$expand=manager(select=id)"],
    ["/v1.0/users/{owner}?$expand=memberOf"],
    ["/v1.0/users/{owner}?$expand=directReports($select=id,mail)"],
    ["/v1.0/users/{OWNER}"],
    ["/v1.0/users/{upn}"],
    ["/v1.0/users('{upn}')"],
    ["/v1.0/users(userPrincipalName='{upn}')"],
    ["/v1.0/users(%27{owner}%27)/memberOf"],
    ["/v1.0/users({owner})"],
    ["/v1.0/users/{owner}/memberOf/$/microsoft.graph.group".replace("/$", "") + "?$count=true", eventual],
    ["/v1.0/users/{owner}/memberOf/microsoft.graph.administrativeUnit?$count=true", eventual],
    ["/v1.0/users/{owner}/manager/$ref".replace("/manager/$ref", "/directReports")],
    ["/v1.0/users/$count?$filter=accountEnabled eq true", eventual],
    ["/v1.0/groups?$expand=members($select=id)"],
    ["/v1.0/groups/{group}?$expand=owners"],
    ["/v1.0/groups/{group}/members?$select=id,displayName,appId"],
    ["/v1.0/groups/{group}/members?$filter=startswith(displayName,'a')&$count=true", eventual],
    ['/v1.0/groups/{group}/members?$search="displayName:a"&$count=true', eventual],
    ["/v1.0/groups/{group}/members/graph.servicePrincipal?$count=true&$select=appId", eventual],
    ["/v1.0/groups/{group}/transitiveMembers/microsoft.graph.user/$count", eventual],
    ["/v1.0/groups/{group}/members/$ref"],
    ["/v1.0/groups/{group}/owners/microsoft.graph.user?$count=true", eventual],
    ["/v1.0/groups?$filter=groupTypes/any(c:c eq 'Unified')"],
    ["/v1.0/groups?$filter=securityEnabled eq true&$orderby=displayName&$count=true", eventual],
    ["/v1.0/applications?$filter=appId eq '{appId}'"],
    ["/v1.0/applications?$filter=identifierUris/any(x:x eq 'api://x')"],
    ["/v1.0/applications?$filter=tags/any(t:t eq 'x')"],
    ["/v1.0/applications?$expand=owners"],
    ['/v1.0/applications?$search="displayName:stranger"&$count=true', eventual],
    ["/v1.0/applications?$orderby=displayName"],
    ["/v1.0/applications(appId='{appId}')?$select=id,web"],
    ["/v1.0/applications(AppId='{appId}')/owners"],
    ["/v1.0/applications(appId={appId})"],
    ["/v1.0/applications/{app}/owners/graph.user?$count=true", eventual],
    ["/v1.0/servicePrincipals(appId='{appId}')/appRoleAssignments"],
    ["/v1.0/servicePrincipals?$filter=servicePrincipalNames/any(c:c eq 'https://graph.microsoft.com')"],
    ["/v1.0/servicePrincipals?$filter=appId eq '{appId}' and accountEnabled eq true"],
    ["/v1.0/servicePrincipals/{sp}?$expand=appRoleAssignments"],
    ["/v1.0/servicePrincipals/{sp}?$expand=owners($select=id)"],
    ["/v1.0/servicePrincipals/{graph}/appRoleAssignedTo?$filter=principalId eq {sp}"],
    ["/v1.0/servicePrincipals/{graph}/appRoleAssignedTo?$top=3"],
    ["/v1.0/oauth2PermissionGrants?$filter=clientId eq '{sp}' and consentType eq 'AllPrincipals'"],
    ["/v1.0/directory/deletedItems/microsoft.graph.group"],
    ["/v1.0/directory/deletedItems/graph.application?$count=true", eventual],
    ["/v1.0/directory/administrativeUnits?$expand=members"],
    ["/beta/administrativeUnits?$filter=displayName eq 'x'"],
    ["/v1.0/directoryObjects/{group}"],
    ["/v1.0/organization?$select=id,verifiedDomains"],
    ["/v1.0/places/graph.room?$top=500&$count=true"],
    ["/v1.0/places/microsoft.graph.room?$filter=capacity gt 5"],
    ["/v1.0/users/delta?$select=displayName&$deltatoken=latest"],
    ["/v1.0/groups/delta()?$filter=id eq '{group}'"],
  ])("GET %s", async (path, headers = {}) => {
    const { status, body } = await send("GET", path, { headers });
    expect([status, status === 200 ? undefined : body]).toEqual([200, undefined]);
  });

  it.each<[string, string, unknown, number]>([
    [
      "POST",
      "/v1.0/groups/{group}/members/$ref",
      { "@odata.id": "https://graph.microsoft.com/v1.0/directoryObjects('{app2}')" },
      404,
    ],
    [
      "POST",
      "/v1.0/groups/{group}/owners/$ref",
      { "@odata.id": "https://graph.microsoft.com/v1.0/servicePrincipals/{sp}" },
      204,
    ],
    ["DELETE", "/v1.0/groups/{group}/owners/{sp}/$ref", undefined, 204],
    [
      "POST",
      "/v1.0/groups/{group}/owners/$ref",
      { "@odata.id": "https://graph.microsoft.com/v1.0/directoryObjects('{sp}')" },
      204,
    ],
    ["PATCH", "/v1.0/applications(appId='{appId}')", { notes: null }, 204],
    ["PATCH", "/v1.0/applications/{app}", { id: "{app}", appId: "{appId}", web: null }, 204],
    [
      "PATCH",
      "/v1.0/applications/{app}",
      { "@odata.type": "#microsoft.graph.application", displayName: "stranger" },
      204,
    ],
    ["PATCH", "/v1.0/users/{owner}", { jobTitle: null, businessPhones: [] }, 204],
    ["POST", "/v1.0/directoryObjects/getByIds", { ids: ["{owner}"], types: ["user"] }, 200],
    ["POST", "/v1.0/users/{owner}/getMemberGroups", { securityEnabledOnly: true }, 200],
    ["POST", "/v1.0/users/{owner}/microsoft.graph.checkMemberGroups", { groupIds: ["{group}"] }, 200],
  ])("%s %s with %j", async (method, path, body, status) => {
    const filled: unknown = JSON.parse(
      JSON.stringify(body ?? null).replace(/\{(\w+)\}/g, (whole, name: string) => names[name] ?? whole),
    );
    expect((await send(method, path, body === undefined ? {} : { body: filled })).status).toBe(status);
  });

  it("a batch of such, each by itself", async () => {
    const urls = [
      "/users('{upn}')?$select=id",
      "applications(appId='{appId}')",
      "/groups?$expand=members($select=id)",
      "/users?$top=1000",
    ];
    const requests = urls.map((url, index) => ({
      id: String(index),
      method: "GET",
      url: url.replace(/\{(\w+)\}/g, (_, name: string) => names[name] ?? "?"),
    }));
    const { body } = await send("POST", "/v1.0/$batch", { body: { requests } });
    const responses = body["responses"] as { id: string; status: number }[];
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 400]);
  });
});

describe("Graph itself refuses", () => {
  it.each<[string, string, Record<string, string>?]>([
    ["/v1.0/users?$top=1000", "Request_UnsupportedQuery"],
    ["/v1.0/users?$top=0", "Request_UnsupportedQuery"],
    ["/v1.0/users?$top=-1", "BadRequest"],
    ["/v1.0/users?$top=x", "BadRequest"],
    ["/v1.0/users?$top=5&$top=6", "BadRequest"],
    ["/v1.0/users?$top=5&top=6", "BadRequest"],
    ["/v1.0/users?$skip=10", "Request_BadRequest"],
    ["/v1.0/users?$teapot=1", "BadRequest"],
    ["/v1.0/users?$select=teapot", "BadRequest"],
    ["/v1.0/users?$filter=teapot eq 'x'", "BadRequest"],
    ["/v1.0/users?$filter=displayName eq", "BadRequest"],
    ["/v1.0/users?$filter=contains(displayName,'a')", "BadRequest"],
    ["/v1.0/users?$filter=accountEnabled eq 'true'", "BadRequest"],
    ["/v1.0/users?$filter=displayName eq 5", "BadRequest"],
    ["/v1.0/users?$filter=displayName eq true", "BadRequest"],
    ["/v1.0/users?$filter=createdDateTime ge 'yesterday'", "BadRequest"],
    ["/v1.0/users?$filter=startswith(accountEnabled,'t')", "BadRequest"],
    ["/v1.0/users?$filter=otherMails eq 'x@y.z'", "BadRequest"],
    ["/v1.0/users?$filter=displayName/any(c:c eq 'x')", "BadRequest"],
    ["/v1.0/users?$filter=onPremisesExtensionAttributes/teapot eq 'x'", "BadRequest"],
    ["/v1.0/users?$filter=identities/any(i:i/teapot eq 'x')", "BadRequest"],
    ["/v1.0/users?$filter=passwordProfile/password eq 'x'", "Request_UnsupportedQuery"],
    ["/v1.0/users?$filter=endswith(mail,'x')", "Request_UnsupportedQuery"],
    ["/v1.0/users?$filter=mail ne null", "Request_UnsupportedQuery"],
    ["/v1.0/users?$filter=mail eq null&$orderby=displayName", "Request_UnsupportedQuery"],
    ["/v1.0/users?$orderby=jobTitle", "Request_UnsupportedQuery"],
    ['/v1.0/users?$search="displayName:a"', "BadRequest"],
    ["/v1.0/users?$search=anna", "BadRequest", eventual],
    ['/v1.0/users?$search="jobTitle:a"', "Request_UnsupportedQuery", eventual],
    ["/v1.0/users?$expand=teapot", "BadRequest"],
    ["/v1.0/users?$expand=displayName", "BadRequest"],
    ["/v1.0/users?$expand=manager(select=id)", "BadRequest"],
    ["/v1.0/users?$expand=manager($select=teapot)", "BadRequest"],
    ["/v1.0/groups?$expand=members($expand=memberOf)", "Request_UnsupportedQuery"],
    ["/v1.0/groups?$expand=members($top=5)", "Request_UnsupportedQuery"],
    ["/v1.0/groups?$expand=members&$count=true", "Request_UnsupportedQuery", eventual],
    ["/v1.0/users/$count", "Request_BadRequest"],
    ["/v1.0/users/{owner}?$top=5", "BadRequest"],
    ["/v1.0/users/{owner}?$filter=id eq 'x'", "BadRequest"],
    ["/v1.0/users/delta?$orderby=displayName", "Request_UnsupportedQuery"],
    ["/v1.0/users/delta?$filter=displayName eq 'x'", "Request_UnsupportedQuery"],
    ["/v1.0/users?$skiptoken=x", "BadRequest"],
    ["/v1.0/groups/{group}/members/microsoft.graph.user", "Request_UnsupportedQuery"],
    ["/v1.0/groups/{group}/members?$filter=startswith(displayName,'a')", "Request_UnsupportedQuery"],
    ["/v1.0/applications?$filter=notes eq 'x'", "Request_UnsupportedQuery"],
    ["/v1.0/applications?$filter=web/homePageUrl eq 'x'", "Request_UnsupportedQuery"],
    ["/v1.0/servicePrincipals?$filter=replyUrls/any(u:u eq 'x')", "Request_UnsupportedQuery"],
    ["/v1.0/users(teapot/1)", "BadRequest"],
    ["/v1.0/users('x'", "BadRequest"],
    ["/v1.0/teapots", "BadRequest"],
    ["/v2.0/users", "BadRequest"],
  ])("GET %s: 400 %s", async (path, code, headers = {}) => {
    const { status, body } = await send("GET", path, { headers });
    expect([status, body.error?.code]).toEqual([400, code]);
    expect(body.error.message).not.toContain("stand-in");
  });

  it.each([
    ["PUT", "/v1.0/users"],
    ["PATCH", "/v1.0/users"],
    ["DELETE", "/v1.0/groups"],
    ["POST", "/v1.0/users/{owner}"],
    ["POST", "/v1.0/users/$count"],
    ["PATCH", "/v1.0/groups/{group}/members"],
    ["GET", "/v1.0/users/{owner}/getMemberGroups"],
    ["POST", "/v1.0/users/delta"],
    ["PUT", "/v1.0/groups/{group}/members/$ref"],
    ["DELETE", "/v1.0/servicePrincipals/{sp}/addPassword"],
    ["GET", "/v1.0/$batch"],
    ["HEAD", "/v1.0/users"],
  ])("%s %s: 405", async (method, path) => {
    const { status, body } = await send(method, path);
    expect([status, method === "HEAD" ? "Request_BadRequest" : body.error?.code]).toEqual([405, "Request_BadRequest"]);
  });

  it.each<[string, string, Sent, string]>([
    ["POST", "/v1.0/users", {}, "Request_BadRequest"],
    ["POST", "/v1.0/users", { raw: "" }, "Request_BadRequest"],
    ["POST", "/v1.0/users", { raw: "null" }, "Request_BadRequest"],
    ["POST", "/v1.0/users", { raw: "[]" }, "Request_BadRequest"],
    ["POST", "/v1.0/users", { raw: "{" }, "BadRequest"],
    [
      "POST",
      "/v1.0/users",
      { raw: "a=b", headers: { "content-type": "application/x-www-form-urlencoded" } },
      "BadRequest",
    ],
    ["PATCH", "/v1.0/users/{owner}", { raw: "x", headers: { "content-type": "text/plain" } }, "Request_BadRequest"],
    ["PATCH", "/v1.0/users/{owner}", { body: { userPrincipalName: null } }, "Request_BadRequest"],
    ["PATCH", "/v1.0/users/{owner}", { body: { accountEnabled: null } }, "Request_BadRequest"],
    ["PATCH", "/v1.0/users/{owner}", { body: { displayName: null } }, "Request_BadRequest"],
    ["PATCH", "/v1.0/groups/{group}", { body: { displayName: "" } }, "Request_BadRequest"],
    ["PATCH", "/v1.0/applications/{app}", { body: { displayName: null } }, "Request_BadRequest"],
    ["PATCH", "/v1.0/applications/{app}", { body: { id: "{owner}" } }, "Request_BadRequest"],
    ["PATCH", "/v1.0/applications/{app}", { body: { displayname: 5 } }, "Request_BadRequest"],
    ["POST", "/v1.0/groups/{group}/members/$ref", { body: { "@odata.id": "{owner}" } }, "Request_BadRequest"],
    ["POST", "/v1.0/groups/{group}/members/$ref", { body: { id: "{owner}" } }, "Request_BadRequest"],
    ["POST", "/v1.0/directoryObjects/getByIds", { body: { ids: [] } }, "Request_BadRequest"],
    ["POST", "/v1.0/$batch", { body: { requests: [] } }, "BadRequest"],
    ["POST", "/v1.0/$batch", { body: {} }, "BadRequest"],
  ])("%s %s with %j: 400 %s", async (method, path, sent, code) => {
    const { status, body } = await send(method, path, sent);
    expect([status, body.error?.code]).toEqual([400, code]);
    expect(body.error.message).not.toContain("stand-in");
  });

  it("a page link for another list, or another filter", async () => {
    const next = String((await send("GET", "/v1.0/users?$top=3")).body["@odata.nextLink"]);
    const skip = new URL(next).searchParams.get("$skiptoken") ?? "";
    expect((await send("GET", `/v1.0/users?$top=5&$skiptoken=${skip}`)).status).toBe(200);
    for (const path of [`/v1.0/groups?$skiptoken=${skip}`, `/v1.0/users?$filter=mail eq null&$skiptoken=${skip}`]) {
      expect((await send("GET", path)).status).toBe(400);
    }
  });
});

describe("the stand-in does not have", () => {
  it.each<[string, string, unknown?, Record<string, string>?]>([
    ["GET", "/v1.0/users?$select=assignedLicenses"],
    ["GET", "/v1.0/users?$select=signInActivity"],
    ["GET", "/v1.0/users?$filter=assignedLicenses/any(l:l/skuId eq {sp})"],
    ["GET", "/v1.0/users?$filter=assignedLicenses/$count eq 0&$count=true", undefined, eventual],
    ["GET", "/v1.0/users?$expand=manager($levels=max;$select=id)"],
    ["GET", "/v1.0/users?$expand=manager,directReports"],
    ["GET", "/v1.0/applications?$select=web/redirectUris"],
    ["GET", "/v1.0/servicePrincipals/{graph}/appRoles?$filter=value eq 'User.Read.All'"],
    ["POST", "/beta/oauth2PermissionGrants", { clientId: "x", startTime: "2026-01-01T00:00:00Z" }],
    ["GET", "/v1.0/users?$expand=drive"],
    ["GET", "/v1.0/users?$expand=*"],
    ["GET", "/v1.0/users?$format=atom"],
    ["GET", "/beta/users?$select=teapot"],
    ["GET", "/v1.0/users/{owner}/photo/$value"],
    ["GET", "/v1.0/users/{owner}/displayName"],
    ["GET", "/v1.0/users/{owner}/ownedObjects"],
    ["GET", "/v1.0/me/messages"],
    ["GET", "/v1.0/groups(uniqueName='x')"],
    ["GET", "/v1.0/users(mail='x')"],
    ["GET", "/v1.0/groups/{group}/team"],
    ["GET", "/v1.0/subscribedSkus"],
    ["GET", "/v1.0/applications/{app}/tokenLifetimePolicies"],
    ["GET", "/v1.0/servicePrincipals/{graph}/appRoleAssignedTo?$orderby=principalDisplayName"],
    ["POST", "/v1.0/users/{owner}/revokeSignInSessions", {}],
    ["POST", "/v1.0/applicationTemplates/x/instantiate", {}],
    ["PATCH", "/v1.0/users/{owner}", { aboutMe: "x" }],
    ["PATCH", "/v1.0/applications(uniqueName='x')", { displayName: "x" }],
    [
      "POST",
      "/v1.0/groups",
      { displayName: "x", mailNickname: "x", mailEnabled: true, securityEnabled: false, groupTypes: ["Unified"] },
    ],
    ["PATCH", "/v1.0/places/room-00001@contoso.com", { capacity: 5 }],
    ["POST", "/v1.0/users?$select=id", { displayName: "x" }],
  ])("%s %s", async (method, path, body = undefined, headers = {}) => {
    const { status, body: answer } = await send(method, path, { body, headers });
    expect([status, answer.error?.code]).toEqual([501, "NotImplemented"]);
    expect(answer.error.message).toContain("The stand-in tenant does not have");
  });
});
