import { beforeEach, describe, expect, it } from "@jest/globals";
import { decodeJwt } from "jose";
import { GRAPH_APP_ID } from "../../sandbox/data/first-party.ts";
import { applicationRole, delegatedScope } from "../../sandbox/data/permissions.ts";
import { oneConnect, oneplanSynchronization } from "../../sandbox/data/vendors.ts";
import type { VendorApplication } from "../../sandbox/data/vendors.ts";
import { administrators } from "../../sandbox/directory/administrators.ts";
import { directory } from "../../sandbox/directory/index.ts";
import { text } from "../../sandbox/directory/model.ts";
import { vendorSecret } from "../../sandbox/directory/vendors.ts";
import { GRAPH, newTenant } from "./graph-client.ts";
import type { Tenant } from "./graph-client.ts";
import { browserAt } from "./sign-in.ts";
import type { Browser } from "./sign-in.ts";

let tenant: Tenant;
let browser: Browser;
let id: string;

beforeEach(() => {
  tenant = newTenant({ users: 40 });
  browser = browserAt(tenant.entra, tenant.world);
  ({ id } = tenant.world.tenant);
});

function redirectOf({ redirectUris: [uri = ""] }: VendorApplication): string {
  return uri;
}

/** Names of the application permissions and delegated scopes that the application was granted, for everybody. */
function granted(appId: string): { roles: number; scopes: unknown[] } {
  const { servicePrincipals, appRoleAssignments, oauth2PermissionGrants } = directory(tenant.world);
  const principal = servicePrincipals.byKey(appId);
  return {
    roles: [...appRoleAssignments.values()].filter((each) => each["principalId"] === principal?.id).length,
    scopes: [...oauth2PermissionGrants.values()]
      .filter((each) => each["clientId"] === principal?.id)
      .map(({ consentType, scope }) => [consentType, scope]),
  };
}

function ordinary(): string {
  const people = [...directory(tenant.world).users.values()];
  const person = people.find((each) => each.id !== tenant.world.ownerId && each["accountEnabled"] !== false);
  return text(person ?? { id: "" }, "userPrincipalName");
}

describe("admin consent for a vendor's application", () => {
  it("grants its application permissions, with which the vendor's secret then gets a token", async () => {
    const { appId, roles } = oneplanSynchronization;
    const form = {
      grant_type: "client_credentials",
      client_id: appId,
      client_secret: vendorSecret(tenant.world, appId),
      scope: `${GRAPH}/.default`,
    };
    expect((await browser.token(form)).body["error_description"]).toMatch(/^AADSTS7000229: /);

    const { status, location } = await browser.visit(`/${id}/adminconsent`, {
      client_id: appId,
      redirect_uri: redirectOf(oneplanSynchronization),
      state: "s 1",
    });

    expect(status).toBe(302);
    expect(Object.fromEntries(location?.searchParams ?? [])).toEqual({
      admin_consent: "True",
      tenant: id,
      state: "s 1",
    });
    expect(location?.href).toMatch(/^https:\/\/my\.oneplan\.ai\/account\/ConsentIntegration\?/);
    const { body } = await browser.token(form);
    expect([...((decodeJwt(body["access_token"] ?? "")["roles"] ?? []) as string[])].sort()).toEqual([...roles].sort());
  });

  it("grants its delegated permissions for everybody, once however often it is given", async () => {
    const query = { client_id: oneConnect.appId };
    await browser.visit(`/organizations/adminconsent`, query);

    // Without a redirect URI the first address of the registration is meant.
    const { location } = await browser.visit(`/${id}/adminconsent`, query);

    expect(location?.href).toBe(`${redirectOf(oneConnect)}?admin_consent=True&tenant=${id}`);
    expect(granted(oneConnect.appId)).toEqual({ roles: 0, scopes: [["AllPrincipals", "User.Read User.Read.All"]] });
  });

  it.each([
    ["openid https://graph.microsoft.com/User.Read", [["AllPrincipals", "User.Read openid"]]],
    ["https://graph.microsoft.com/.default", [["AllPrincipals", "User.Read User.Read.All"]]],
  ])("version 2 grants what its scope says: %s", async (scope, scopes) => {
    const { location } = await browser.visit(`/${id}/v2.0/adminconsent`, {
      client_id: oneConnect.appId,
      redirect_uri: redirectOf(oneConnect),
      scope,
    });

    expect(Object.fromEntries(location?.searchParams ?? [])).toEqual({ admin_consent: "True", tenant: id, scope });
    expect(granted(oneConnect.appId)).toEqual({ roles: 0, scopes });
  });

  it("is refused to who is no administrator, and grants nothing", async () => {
    const query = { client_id: oneConnect.appId, login_hint: ordinary() };

    const { location } = await browser.visit(`/${id}/adminconsent`, { ...query, redirect_uri: redirectOf(oneConnect) });

    expect(location?.searchParams.get("error")).toBe("access_denied");
    expect(location?.searchParams.get("error_description")).toMatch(/^AADSTS90094: OneConnect needs permission/);
    expect(directory(tenant.world).servicePrincipals.byKey(oneConnect.appId)).toBeUndefined();
  });

  it("is refused where nobody is an administrator any more", async () => {
    administrators(tenant.world).length = 0;

    const { location } = await browser.visit(`/${id}/adminconsent`, { client_id: oneConnect.appId });

    expect(location?.searchParams.get("error")).toBe("access_denied");
  });

  it.each([
    [{ client_id: "11111111-2222-4333-8444-555555555555" }, "AADSTS700016"],
    [{ client_id: oneConnect.appId, redirect_uri: "https://elsewhere.example" }, "AADSTS50011"],
    [{}, "AADSTS900144"],
  ])("%j is told to the person: %s", async (query, message) => {
    const { status, location, text: page } = await browser.visit(`/${id}/adminconsent`, query);

    expect([status, location, page]).toEqual([400, undefined, expect.stringContaining(message)]);
  });
});

it("admin consent for a registration without any reply address is an error, and grants nothing", async () => {
  const application = directory(tenant.world).registrations.createApplication({ displayName: "no address" }, []);

  const { status, text: page } = await browser.visit(`/${id}/adminconsent`, { client_id: text(application, "appId") });

  expect([status, page]).toEqual([400, expect.stringContaining("AADSTS500113")]);
  expect(directory(tenant.world).servicePrincipals.byKey(text(application, "appId"))).toBeUndefined();
});

it("admin consent for an application of the own tenant grants roles and scopes, and makes its service principal", async () => {
  const application = directory(tenant.world).registrations.createApplication(
    {
      displayName: "own",
      web: { redirectUris: ["https://own.contoso.com/callback"] },
      requiredResourceAccess: [
        {
          resourceAppId: GRAPH_APP_ID,
          resourceAccess: [
            { id: applicationRole("Place.Read.All"), type: "Role" },
            { id: applicationRole("Calendars.ReadWrite"), type: "Role" },
            { id: delegatedScope("openid"), type: "Scope" },
          ],
        },
        { resourceAppId: "11111111-2222-4333-8444-555555555555", resourceAccess: [] },
      ],
    },
    [],
  );

  await browser.visit(`/${id}/adminconsent`, { client_id: text(application, "appId") });

  expect(granted(text(application, "appId"))).toEqual({ roles: 2, scopes: [["AllPrincipals", "openid"]] });
});

describe("a vendor's service principal made by Graph", () => {
  it.each([
    ["Application.ReadWrite.All", 201],
    ["Application.ReadWrite.OwnedBy", 403],
  ])("%s: %i", async (role, status) => {
    const client = await tenant.withRoles(role);

    const answer = await client.post("/v1.0/servicePrincipals", { appId: oneConnect.appId });

    expect(answer.status).toBe(status);
    if (status === 201) {
      expect(answer.body).toMatchObject({ appId: oneConnect.appId, appOwnerOrganizationId: oneConnect.tenantId });
    }
  });

  it("does not show the vendor's registration", async () => {
    const client = await tenant.withRoles("Application.Read.All");

    expect((await client.get(`/v1.0/applications?$filter=appId eq '${oneConnect.appId}'`)).body.value).toEqual([]);
  });
});
