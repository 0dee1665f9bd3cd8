import { beforeAll, describe, expect, it } from "@jest/globals";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { modelOf, modelText } from "../../sandbox/data/generate-graph-model.ts";
import { MODEL_FILE } from "../../sandbox/data/graph-model.ts";
import { newTenant } from "./graph-client.ts";
import type { Body, Client } from "./graph-client.ts";

const folder = join(process.env["TENANTWIRE_CONTRACTS"] ?? join(import.meta.dirname, "../../../shared/contracts"));
const published = join(folder, "graph/v1.0-metadata.xml");
const isHere = existsSync(published);

(isHere ? it : it.skip)(
  `the stand-in's model of Graph is the published one${isHere ? "" : ` [skipped: no ${published}; TENANTWIRE_CONTRACTS names the folder]`}`,
  () => {
    expect(readFileSync(MODEL_FILE, "utf8")).toBe(modelText(modelOf(readFileSync(published, "utf8"))));
  },
);

const GRAPH_APP = "00000003-0000-0000-c000-000000000000";
const SOME = "11111111-2222-4333-8444-555555555555";
const application = { displayName: "an app" };
const user = {
  displayName: "x",
  mailNickname: "x",
  userPrincipalName: "x@contoso.com",
  accountEnabled: true,
  passwordProfile: { password: "P@ssw0rd-of-a-test" },
};
const group = { displayName: "x", mailNickname: "x", mailEnabled: false, securityEnabled: true };
const role = { id: SOME, displayName: "r", description: "r", value: "R", allowedMemberTypes: ["User"] };

let client: Client;

beforeAll(async () => {
  client = await newTenant({ users: 10 }).withRoles(
    ...["Application.ReadWrite.All", "User.ReadWrite.All", "Group.ReadWrite.All", "Directory.Read.All"],
    ...["AppRoleAssignment.ReadWrite.All", "AdministrativeUnit.ReadWrite.All"],
  );
});

async function create(set: string, body: object): Promise<Body> {
  const made = await client.post(`/v1.0/${set}`, body);
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  return made.body;
}

describe("a body is refused", () => {
  it.each([
    ["an unknown audience", "applications", { ...application, signInAudience: "Blub" }, "signInAudience"],
    [
      "an unknown kind of permission",
      "applications",
      {
        ...application,
        requiredResourceAccess: [{ resourceAppId: GRAPH_APP, resourceAccess: [{ id: SOME, type: "Rolle" }] }],
      },
      "type",
    ],
    [
      "a permission without its kind",
      "applications",
      { ...application, requiredResourceAccess: [{ resourceAppId: GRAPH_APP, resourceAccess: [{ id: SOME }] }] },
      "type",
    ],
    [
      "a name that is misspelt one level down",
      "applications",
      { ...application, web: { redirectUrls: [] } },
      "redirectUrls",
    ],
    [
      "a name that is misspelt three levels down",
      "applications",
      { ...application, requiredResourceAccess: [{ resourceAppId: GRAPH_APP, resourceAccess: [{ idd: SOME }] }] },
      "idd",
    ],
    ["an app role without an id", "applications", { ...application, appRoles: [{ ...role, id: undefined }] }, "id"],
    [
      "an app role without a value",
      "applications",
      { ...application, appRoles: [{ ...role, value: undefined }] },
      "value",
    ],
    [
      "an app role for nobody",
      "applications",
      { ...application, appRoles: [{ ...role, allowedMemberTypes: [] }] },
      "allowedMemberTypes",
    ],
    [
      "personal accounts with tokens of version 1",
      "applications",
      { ...application, signInAudience: "AzureADandPersonalMicrosoftAccount" },
      "requestedAccessTokenVersion",
    ],
    ["a page that is no address", "applications", { ...application, info: { marketingUrl: "hello" } }, "marketingUrl"],
    [
      "an unknown rule for minors",
      "applications",
      { ...application, parentalControlSettings: { legalAgeGroupRule: "Blub" } },
      "legalAgeGroupRule",
    ],
    [
      "a client known by a name",
      "applications",
      { ...application, api: { preAuthorizedApplications: [{ appId: "x", delegatedPermissionIds: [SOME] }] } },
      "appId",
    ],
    [
      "a claim without a name",
      "applications",
      { ...application, optionalClaims: { idToken: [{ essential: true }] } },
      "name",
    ],
    ["a mail address that is none", "users", { ...user, mail: "hello" }, "mail"],
    ["other mail addresses that are none", "users", { ...user, otherMails: ["x@y.z", "hello"] }, "otherMails"],
    ["two business phones", "users", { ...user, businessPhones: ["1", "2"] }, "businessPhones"],
    ["a department that is too long", "users", { ...user, department: "x".repeat(65) }, "department"],
    ["an unknown kind of group", "groups", { ...group, groupTypes: ["Blub"] }, "groupTypes"],
    ["an unknown theme", "groups", { ...group, theme: "Blub" }, "theme"],
    ["hidden members of a security group", "groups", { ...group, visibility: "HiddenMembership" }, "HiddenMembership"],
    ["a rule of a group that has none", "groups", { ...group, membershipRule: "(user.city -eq 1)" }, "membership rule"],
    [
      "an unknown state of a unit's rule",
      "directory/administrativeUnits",
      { displayName: "x", membershipRuleProcessingState: "Blub" },
      "membershipRuleProcessingState",
    ],
    ["a redirect that is no URI", "applications", { ...application, web: { redirectUris: ["hello"] } }, "hello"],
    [
      "a redirect with a wildcard",
      "applications",
      { ...application, web: { redirectUris: ["https://*.contoso.com"] } },
      "*",
    ],
    [
      "a redirect in clear text",
      "applications",
      { ...application, web: { redirectUris: ["http://a.contoso.com"] } },
      "http:",
    ],
    [
      "a redirect of a browser application with a scheme of its own",
      "applications",
      { ...application, spa: { redirectUris: ["myapp://x"] } },
      "myapp",
    ],
    ["an identifier that is no URI", "applications", { ...application, identifierUris: ["hello"] }, "identifierUris"],
    ["null for a list", "applications", { ...application, tags: null }, "tags"],
    ["a number in a list of texts", "applications", { ...application, tags: [1] }, "tags"],
    [
      "text for a truth",
      "applications",
      { ...application, web: { implicitGrantSettings: { enableIdTokenIssuance: "no" } } },
      "enableIdTokenIssuance",
    ],
    ["another type", "applications", { ...application, "@odata.type": "#microsoft.graph.user" }, ""],
    ["a weak password", "users", { ...user, passwordProfile: { password: "a" } }, "complexity"],
    ["a country of three letters", "users", { ...user, usageLocation: "USA" }, "usageLocation"],
    ["a nickname with a blank", "users", { ...user, mailNickname: "x y" }, "mailNickname"],
    ["a time without a zone", "users", { ...user, employeeHireDate: "2026-01-01T00:00:00" }, "employeeHireDate"],
    ["a time that is none", "users", { ...user, employeeHireDate: "2026-13-45T00:00:00Z" }, "employeeHireDate"],
    [
      "an unknown name in a complex property",
      "users",
      { ...user, onPremisesExtensionAttributes: { extensionAttribute16: "x" } },
      "extensionAttribute16",
    ],
    ["an unknown visibility", "groups", { ...group, visibility: "Secret" }, "visibility"],
    ["text for a truth of a group", "groups", { ...group, mailEnabled: "false" }, "mailEnabled"],
    ["a unit without a name", "directory/administrativeUnits", { description: "x" }, "displayName"],
  ])("%s", async (_what, set, body, named) => {
    const { status, body: answer } = await client.post(`/v1.0/${set}`, body);

    expect({ status, code: answer.error.code }).toEqual({ status: 400, code: "Request_BadRequest" });
    expect(answer.error.message).toContain(named);
  });

  const scope = { id: "22222222-2222-4333-8444-555555555555", value: "S", type: "User", isEnabled: true };
  it.each([
    ["two app roles with one id", { appRoles: [role, { ...role, value: "S" }] }],
    [
      "an app role and a scope with one id",
      { appRoles: [role], api: { oauth2PermissionScopes: [{ ...scope, id: SOME }] } },
    ],
    ["two app roles with one value", { appRoles: [role, { ...role, id: scope.id }] }],
    [
      "an app role and a scope with one value",
      { appRoles: [role], api: { oauth2PermissionScopes: [{ ...scope, value: "R" }] } },
    ],
    ["one redirect twice", { web: { redirectUris: ["https://a.contoso.com", "https://a.contoso.com"] } }],
    ["one tag twice", { tags: ["a", "b", "a"] }],
    ["one identifier twice", { identifierUris: ["api://a", "api://a"] }],
    [
      "one permission twice",
      {
        requiredResourceAccess: [
          { resourceAppId: GRAPH_APP, resourceAccess: Array(2).fill({ id: SOME, type: "Role" }) },
        ],
      },
    ],
    [
      "one resource twice",
      {
        requiredResourceAccess: ["Role", "Scope"].map((type) => ({
          resourceAppId: GRAPH_APP,
          resourceAccess: [{ id: SOME, type }],
        })),
      },
    ],
  ])("%s: DuplicateValue", async (_what, body) => {
    const { status, body: answer } = await client.post("/v1.0/applications", { ...application, ...body });

    expect({ status, code: answer.error.code }).toEqual({ status: 400, code: "DuplicateValue" });
  });

  it.each([
    ["is somebody else's", "https://fabrikam.example/a"],
    ["ends like one of ours", "https://notcontoso.com/a"],
  ])("an identifier on a domain that %s", async (_what, uri) => {
    const { status, body } = await client.post("/v1.0/applications", { ...application, identifierUris: [uri] });

    expect({ status, code: body.error.code }).toEqual({ status: 400, code: "HostNameNotOnVerifiedDomain" });
  });

  it("a scope with the value of an app role that was there before", async () => {
    const { id } = await create("applications", { ...application, appRoles: [role] });

    const { status, body } = await client.patch(`/v1.0/applications/${String(id)}`, {
      api: { oauth2PermissionScopes: [{ ...scope, value: "R" }] },
    });

    expect({ status, code: body.error.code }).toEqual({ status: 400, code: "DuplicateValue" });
  });

  it.each([
    ["a property that is for a kind of object that is not there", { targetObjects: ["Blub"] }, "targetObjects"],
    ["a property with a blank in its name", { name: "a b" }, "name"],
  ])("%s", async (_what, body, named) => {
    const { id } = await create("applications", application);

    const { status, body: answer } = await client.post(`/v1.0/applications/${String(id)}/extensionProperties`, {
      ...{ name: "pager", dataType: "String", targetObjects: ["User"] },
      ...body,
    });

    expect(status).toBe(400);
    expect(answer.error.message).toContain(named);
  });

  it("a group that becomes one that roles can be assigned to", async () => {
    const { id } = await create("groups", group);

    expect((await client.patch(`/v1.0/groups/${String(id)}`, { isAssignableToRole: false })).status).toBe(204);
    expect((await client.patch(`/v1.0/groups/${String(id)}`, { isAssignableToRole: true })).status).toBe(400);
  });

  it.each([
    ["a password of another kind", "addPassword", { passwordCredential: { endDateTime: "soon" } }, "endDateTime"],
    ["an unknown parameter", "addPassword", { passwordCredentials: {} }, "passwordCredentials"],
    ["a key id that is none", "removePassword", { keyId: "x" }, "keyId"],
    ["no key id", "removePassword", {}, "keyId"],
    ["a reference to nothing", "owners/$ref", {}, "@odata.id"],
    ["a reference with more in it", "owners/$ref", { "@odata.id": "https://x/users/1", id: "1" }, "id"],
  ])("%s", async (_what, action, body, named) => {
    const { id } = await create("applications", application);

    const { status, body: answer } = await client.post(`/v1.0/applications/${String(id)}/${action}`, body);

    expect(status).toBe(400);
    expect(answer.error.message).toContain(named);
  });
});

describe("a body is taken", () => {
  it("with names in any letter case, as CLI for Microsoft 365 sends them", async () => {
    const made = await create("users", { ...user, mailNickname: undefined, mailNickName: "odd" });

    const { body } = await client.get(`/v1.0/users/${String(made["id"])}?$select=mailNickname`);
    expect(body["mailNickname"]).toBe("odd");
  });

  it("where a read-only property is said as it is; any other value is refused", async () => {
    const { id, appId, createdDateTime } = await create("applications", application);
    const path = `/v1.0/applications/${String(id)}`;

    const same = await client.patch(path, { id, appId, createdDateTime, passwordCredentials: [], notes: "kept" });
    const other = await client.patch(path, { id: SOME, notes: "changed" });
    const earlier = await client.patch(path, { createdDateTime: "2020-01-01T00:00:00Z", notes: "changed" });

    expect([same.status, other.status, earlier.status]).toEqual([204, 400, 400]);
    expect(other.body.error.message).toBe("Property 'id' is read-only and cannot be set.");
    expect((await client.get(path)).body["notes"]).toBe("kept");
  });

  it("with redirects to this machine, and schemes of one's own where no browser is", async () => {
    await create("applications", {
      ...application,
      web: { redirectUris: ["http://localhost:8080/a", "https://a.contoso.com/b?c=d"] },
      publicClient: { redirectUris: ["myapp://auth", "http://localhost", "urn:ietf:wg:oauth:2.0:oob"] },
    });
  });

  it("and an app role that says nothing of it is enabled and read so", async () => {
    const { id } = await create("applications", { ...application, appRoles: [role] });

    const { body } = await client.get(`/v1.0/applications/${String(id)}`);

    expect(body["appRoles"]).toEqual([{ ...role, isEnabled: true, origin: "Application" }]);
  });

  it("and passwords inside a new application are shown once, and good to sign in with", async () => {
    const made = await create("applications", { ...application, passwordCredentials: [{ displayName: "first" }] });

    expect(made["passwordCredentials"]).toEqual([
      expect.objectContaining({ displayName: "first", keyId: expect.any(String), secretText: expect.any(String) }),
    ]);
    const { body } = await client.get(`/v1.0/applications/${String(made["id"])}`);
    expect(body["passwordCredentials"]).toEqual([expect.objectContaining({ displayName: "first", secretText: null })]);
  });

  it("that has what Graph keeps and the stand-in does not: said so, not called unknown", async () => {
    const { status, body } = await client.post("/v1.0/users", { ...user, aboutMe: "x" });

    expect({ status, code: body.error.code }).toEqual({ status: 501, code: "NotImplemented" });
    expect(body.error.message).toContain("aboutMe");
  });
});

it("Microsoft's own service principals cannot be deleted", async () => {
  const path = `/v1.0/servicePrincipals(appId='${GRAPH_APP}')`;

  expect(await client.delete(path)).toMatchObject({
    status: 403,
    body: { error: { code: "Authorization_RequestDenied" } },
  });
  expect((await client.get(path)).status).toBe(200);
});

it.each([
  ["appRoles", []],
  ["oauth2PermissionScopes", []],
  ["replyUrls", ["https://a.contoso.com"]],
  ["servicePrincipalNames", ["x"]],
])("nor can their %s be changed", async (name, value) => {
  const path = `/v1.0/servicePrincipals(appId='${GRAPH_APP}')`;
  const before = (await client.get(path)).body[name];

  expect((await client.patch(path, { [name]: value })).status).toBe(403);
  expect((await client.get(path)).body[name]).toEqual(before);
  expect((await client.patch(path, { [name]: before, notes: "said as it is" })).status).toBe(204);
});

it("an application cannot delete who has an administrator's role", async () => {
  const tenant = newTenant({ users: 10 });
  const writer = await tenant.withRoles("User.ReadWrite.All");
  const { value } = (await writer.get("/v1.0/users?$select=id")).body;
  const other = value.find(({ id }) => id !== tenant.world.ownerId);

  expect((await writer.delete(`/v1.0/users/${tenant.world.ownerId}`)).status).toBe(403);
  expect((await writer.delete(`/v1.0/users/${String(other?.["id"])}`)).status).toBe(204);
});
