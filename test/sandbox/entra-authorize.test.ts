import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createLocalJWKSet, decodeJwt, jwtVerify } from "jose";
import type { JSONWebKeySet } from "jose";
import { oneConnect } from "../../sandbox/data/vendors.ts";
import { administrators } from "../../sandbox/directory/administrators.ts";
import { directory } from "../../sandbox/directory/index.ts";
import { text } from "../../sandbox/directory/model.ts";
import type { DirectoryObject } from "../../sandbox/directory/model.ts";
import { secretHash } from "../../sandbox/directory/seed.ts";
import { client, GRAPH, newTenant } from "./graph-client.ts";
import type { Tenant } from "./graph-client.ts";
import { startSandbox } from "../../sandbox/server.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { runNode } from "./child.ts";
import { authorizeQuery, browserAt, browserOf, codeForm, signIn, VERIFIER } from "./sign-in.ts";
import type { Browser, SignIn } from "./sign-in.ts";

const REDIRECT = "https://ones.contoso.com/signin";
const SECRET = "a-secret-of-a-test";
const ONES = "https://graph.microsoft.com/Calendars.ReadWrite.Shared openid offline_access";
const DAY = 24 * 60 * 60 * 1000;

interface Scene extends Tenant {
  readonly browser: Browser;
  readonly application: DirectoryObject;
  readonly person: DirectoryObject;
  readonly administrator: DirectoryObject;
  readonly wanted: SignIn;
}

function scene(): Scene {
  const tenant = newTenant({ users: 40 });
  const { registrations, users } = directory(tenant.world);
  const day = { startDateTime: "2020-01-01T00:00:00Z", endDateTime: "2099-01-01T00:00:00Z" };
  const application = registrations.createApplication(
    {
      displayName: "ONES",
      web: { redirectUris: [REDIRECT] },
      publicClient: { redirectUris: ["http://localhost"] },
      spa: { redirectUris: ["https://spa.contoso.com"] },
      passwordCredentials: [{ ...day, keyId: tenant.world.guid("a"), secretHash: secretHash(SECRET) }],
    },
    [],
  );
  registrations.createServicePrincipal(application, { displayName: "ONES" }, []);
  const people = [...users.values()].filter((each) => each["accountEnabled"] !== false && each["mail"]);
  const person = people.find((each) => each.id !== tenant.world.ownerId) as DirectoryObject;
  const wanted: SignIn = {
    clientId: text(application, "appId"),
    clientSecret: SECRET,
    redirectUri: REDIRECT,
    scope: ONES,
    user: text(person, "userPrincipalName"),
  };
  return {
    ...tenant,
    browser: browserAt(tenant.entra, tenant.world),
    application,
    person,
    administrator: users.get(tenant.world.ownerId) as DirectoryObject,
    wanted,
  };
}

function authorize({ browser, world, wanted }: Scene, changes: Record<string, string> = {}, tenant = world.tenant.id) {
  return browser.visit(`/${tenant}/oauth2/v2.0/authorize`, { ...authorizeQuery(wanted), ...changes });
}

/** What the application is told at its redirect URI. */
async function answerOf(where: Scene, changes: Record<string, string> = {}) {
  const { location } = await authorize(where, changes);
  return Object.fromEntries(location?.searchParams ?? []);
}

async function code(where: Scene, changes: Record<string, string> = {}): Promise<string> {
  return (await answerOf(where, changes))["code"] ?? "";
}

function grants({ world, application }: Scene) {
  const known = directory(world);
  const principal = known.servicePrincipals.byKey(text(application, "appId"));
  return [...known.oauth2PermissionGrants.values()].filter((each) => each["clientId"] === principal?.id);
}

describe("signing a person in", () => {
  it("ends at the registered address with a code, the state, and tokens for that person", async () => {
    const here = scene();

    const { status, location } = await authorize(here);

    expect([status, location?.origin, location?.pathname]).toEqual([302, "https://ones.contoso.com", "/signin"]);
    expect(location?.searchParams.get("state")).toBe("s-1");
    const { body } = await here.browser.token(codeForm(here.wanted, location?.searchParams.get("code") ?? ""));
    expect(body).toMatchObject({
      token_type: "Bearer",
      expires_in: 3600,
      scope: "https://graph.microsoft.com/Calendars.ReadWrite.Shared https://graph.microsoft.com/openid",
      refresh_token: expect.any(String),
    });
    const access = decodeJwt(body["access_token"] ?? "");
    expect(access).toMatchObject({
      aud: GRAPH,
      tid: here.world.tenant.id,
      oid: here.person.id,
      upn: here.person["userPrincipalName"],
      appid: here.wanted.clientId,
      scp: "Calendars.ReadWrite.Shared openid",
      idtyp: "user",
    });
    expect(access).not.toHaveProperty("roles");
    const keys = (await here.entra.inject(`/${here.world.tenant.id}/discovery/v2.0/keys`)).json<JSONWebKeySet>();
    const { payload } = await jwtVerify(body["id_token"] ?? "", createLocalJWKSet(keys), {
      audience: here.wanted.clientId,
      issuer: `https://login.microsoftonline.com/${here.world.tenant.id}/v2.0`,
    });
    expect(payload).toMatchObject({ oid: here.person.id, nonce: "n-1" });
    expect(payload).not.toHaveProperty("name");
  });

  it.each([
    ["openid profile email", ["access_token", "id_token"]],
    ["https://graph.microsoft.com/User.Read", ["access_token"]],
    ["User.Read offline_access", ["access_token", "refresh_token"]],
  ])("%s gives %j", async (scope, tokens) => {
    const here = scene();

    const body = await signIn(here.browser, here.world, { ...here.wanted, scope });

    expect(Object.keys(body).filter((name) => name.endsWith("_token"))).toEqual(expect.arrayContaining(tokens));
    expect(Object.keys(body).filter((name) => name.endsWith("_token"))).toHaveLength(tokens.length);
  });

  it("knows a person by mail address too, and puts the answer into the fragment when asked", async () => {
    const here = scene();

    const { location } = await authorize(here, {
      login_hint: text(here.person, "mail").toUpperCase(),
      response_mode: "fragment",
    });

    expect(new URLSearchParams(location?.hash.slice(1)).get("code")).toBeTruthy();
  });

  it.each([
    [{ redirect_uri: "https://ones.contoso.com/signin/" }, "AADSTS50011: The redirect URI"],
    [{ redirect_uri: "https://ones.contoso.com/Signin" }, "AADSTS50011: The redirect URI"],
    [{ client_id: "11111111-2222-4333-8444-555555555555" }, "AADSTS700016: Application with identifier"],
    [{ redirect_uri: "" }, "AADSTS900144"],
  ])("%j is told to the person, and to no address", async (changes, message) => {
    const { status, location, text: page } = await authorize(scene(), changes);

    expect([status, location]).toEqual([400, undefined]);
    expect(page).toContain(message);
  });

  it.each([
    [{ response_type: "id_token" }, "unsupported_response_type", "AADSTS700054"],
    [{ scope: "Teapots.Read" }, "invalid_client", "AADSTS650053"],
    [{ scope: "https://teapots.contoso.com/Read" }, "invalid_resource", "AADSTS500011"],
    [{ scope: "User.Read https://vault.azure.net/user_impersonation" }, "invalid_scope", "AADSTS28000"],
    [{ login_hint: "nobody@contoso.com" }, "invalid_grant", "AADSTS50034"],
    [{ login_hint: "", prompt: "none" }, "login_required", "AADSTS50058: A silent sign-in request"],
    [{ response_mode: "form_post" }, "invalid_request", "The stand-in tenant does not have"],
    [{ redirect_uri: "https://spa.contoso.com" }, "invalid_request", "The stand-in tenant does not have"],
  ])("%j is told to the application: %s", async (changes, error, description) => {
    const answer = await answerOf(scene(), changes);

    expect(answer).toEqual({ error, error_description: expect.stringContaining(description), state: "s-1" });
  });

  it("asks who somebody is where nobody is named, and goes on with who was picked", async () => {
    const here = scene();
    const { status, location, text: page } = await authorize(here, { login_hint: "" });
    const account = text(here.administrator, "userPrincipalName");

    expect([status, location]).toEqual([200, undefined]);
    expect(page).toContain("Pick an account");
    expect(page).toContain(`name="login_hint" value="${account}"`);
    expect(page).toContain('name="state" value="s-1"');
    expect(await code(here, { login_hint: account })).not.toBe("");
  });

  it("refuses who is disabled", async () => {
    const here = scene();
    directory(here.world).users.change(here.person, { accountEnabled: false });

    expect((await answerOf(here))["error_description"]).toMatch(/^AADSTS50057: /);
  });

  it("is for this tenant only, unless the application is for several", async () => {
    const here = scene();
    const single = await authorize(here, {}, "common");
    directory(here.world).applications.change(here.application, { signInAudience: "AzureADMultipleOrgs" });

    expect(single.text).toContain("AADSTS50194");
    expect((await authorize(here, {}, "organizations")).location?.searchParams.get("code")).toBeTruthy();
  });
});

describe("consent at sign-in", () => {
  it("a person's own is a grant for that person, and later ones are added to it", async () => {
    const here = scene();
    expect(await answerOf(here, { prompt: "none" })).toMatchObject({
      error: "interaction_required",
      error_description: expect.stringMatching(/^AADSTS65001: /),
    });

    await signIn(here.browser, here.world, here.wanted);
    await signIn(here.browser, here.world, { ...here.wanted, scope: "User.Read" });

    expect(grants(here)).toEqual([
      expect.objectContaining({
        consentType: "Principal",
        principalId: here.person.id,
        scope: "Calendars.ReadWrite.Shared openid offline_access User.Read",
      }),
    ]);
    expect(await answerOf(here, { prompt: "none" })).toHaveProperty("code");
  });

  it("what wants an administrator is refused to others, and changes nothing", async () => {
    const here = scene();

    expect(await answerOf(here, { scope: "User.Read User.Read.All" })).toMatchObject({
      error: "consent_required",
      error_description: expect.stringMatching(/^AADSTS65001: /),
    });
    expect(grants(here)).toEqual([]);
  });

  it("an administrator consents to it alone", async () => {
    const here = scene();
    administrators(here.world).push(here.person.id);

    expect(await answerOf(here, { scope: "User.Read.All" })).toHaveProperty("code");
    expect(grants(here)).toMatchObject([{ consentType: "Principal", principalId: here.person.id }]);
  });

  it("makes the service principal of a vendor's application", async () => {
    const here = scene();
    const { servicePrincipals } = directory(here.world);
    expect(servicePrincipals.byKey(oneConnect.appId)).toBeUndefined();

    const [redirect_uri = ""] = oneConnect.redirectUris;
    const answer = await answerOf(here, { client_id: oneConnect.appId, redirect_uri, scope: "User.Read" });

    expect(answer).toHaveProperty("code");
    expect(servicePrincipals.byKey(oneConnect.appId)).toMatchObject({
      displayName: "OneConnect",
      appOwnerOrganizationId: oneConnect.tenantId,
    });
  });
});

describe("redeeming a code", () => {
  it.each<[string, Record<string, string>, string, string]>([
    ["another verifier", { code_verifier: "x".repeat(43) }, "invalid_grant", "AADSTS501481"],
    ["no verifier", { code_verifier: "" }, "invalid_grant", "AADSTS501481"],
    ["a wrong secret", { client_secret: "wrong" }, "invalid_client", "AADSTS7000215"],
    ["no secret", { client_secret: "" }, "invalid_client", "AADSTS7000218"],
    ["another address", { redirect_uri: "http://localhost" }, "invalid_client", "AADSTS500112"],
    ["no such code", { code: "1.abc" }, "invalid_grant", "AADSTS9002313"],
  ])("%s", async (_what, changes, error, description) => {
    const here = scene();
    const form = { ...codeForm(here.wanted, await code(here)), ...changes };

    const { status, body } = await here.browser.token(form);

    expect(status).toBeGreaterThanOrEqual(400);
    expect([body["error"], body["error_description"]]).toEqual([error, expect.stringContaining(`${description}: `)]);
  });

  it("goes once", async () => {
    const here = scene();
    const form = codeForm(here.wanted, await code(here));

    expect((await here.browser.token(form)).status).toBe(200);
    expect((await here.browser.token(form)).body["error_description"]).toMatch(/^AADSTS54005: /);
  });

  it.each([
    [9 * 60, 200],
    [10 * 60, 400],
  ])("after %i seconds: %i", async (seconds, status) => {
    const here = scene();
    const form = codeForm(here.wanted, await code(here));
    here.world.advance(seconds * 1000);

    const answer = await here.browser.token(form);

    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body["error_description"]).toMatch(/^AADSTS70008: /);
  });

  it("is for the client that asked", async () => {
    const here = scene();
    const { clientId, clientSecret } = here.world.deployer;

    const { body } = await here.browser.token(codeForm({ ...here.wanted, clientId, clientSecret }, await code(here)));

    expect(body["error_description"]).toMatch(/^AADSTS70000: /);
  });

  it("a public client redeems without a secret, on any port of its own machine, and only without one", async () => {
    const here = scene();
    const redirectUri = "http://localhost:51234";
    const { clientSecret: _, ...open } = { ...here.wanted, redirectUri };

    expect(await signIn(here.browser, here.world, open)).toHaveProperty("access_token");
    expect(await signIn(here.browser, here.world, { ...here.wanted, redirectUri })).toMatchObject({
      error_description: expect.stringMatching(/^AADSTS700025: /),
    });
  });
});

describe("refreshing", () => {
  async function signedIn(): Promise<{ here: Scene; form: Record<string, string> }> {
    const here = scene();
    const { refresh_token = "" } = await signIn(here.browser, here.world, here.wanted);
    const { clientId: client_id } = here.wanted;
    return { here, form: { grant_type: "refresh_token", client_id, client_secret: SECRET, refresh_token } };
  }

  it("gives new tokens for the same person, and a new refresh token beside the old one", async () => {
    const { here, form } = await signedIn();

    const { body } = await here.browser.token(form);

    expect(decodeJwt(body["access_token"] ?? "")).toMatchObject({ oid: here.person.id, scp: /Calendars/ });
    expect(body["refresh_token"]).not.toBe(form["refresh_token"]);
    expect((await here.browser.token(form)).status).toBe(200);
  });

  it("goes for another resource that was consented to", async () => {
    const { here, form } = await signedIn();
    const scope = "https://vault.azure.net/user_impersonation";
    expect((await here.browser.token({ ...form, scope })).body["error_description"]).toMatch(/^AADSTS65001: /);
    await code(here, { scope });

    const { body } = await here.browser.token({ ...form, scope });

    expect(decodeJwt(body["access_token"] ?? "")).toMatchObject({ aud: "https://vault.azure.net" });
  });

  it("lives while it is used, and dies of 90 days without use", async () => {
    const { here, form } = await signedIn();
    here.world.advance(89 * DAY);
    const { body } = await here.browser.token(form);
    here.world.advance(89 * DAY);

    expect((await here.browser.token({ ...form, refresh_token: body["refresh_token"] ?? "" })).status).toBe(200);
    expect((await here.browser.token(form)).body["error_description"]).toMatch(/^AADSTS700082: /);
  });

  it.each<[string, (here: Scene) => void, string]>([
    ["the secret", ({ world, application }) => drop(world, application), "AADSTS7000215"],
    [
      "the application",
      ({ world, application }) => directory(world).registrations.deleteApplication(application.id),
      "AADSTS700016",
    ],
    ["the person", ({ world, person }) => directory(world).people.deleteUser(person.id), "AADSTS500341"],
    [
      "the person's account",
      ({ world, person }) => directory(world).users.change(person, { accountEnabled: false }),
      "AADSTS50057",
    ],
    [
      "the consent",
      (here) => grants(here).forEach(({ id }) => directory(here.world).oauth2PermissionGrants.remove(id)),
      "AADSTS65001",
    ],
  ])("is of no use without %s", async (_what, remove, description) => {
    const { here, form } = await signedIn();
    remove(here);

    const { status, body } = await here.browser.token(form);

    expect(status).toBeGreaterThanOrEqual(400);
    expect(body["error_description"]).toMatch(new RegExp(`^${description}: `));
  });

  function drop(world: Scene["world"], application: DirectoryObject): void {
    directory(world).applications.change(application, { passwordCredentials: [] });
  }

  it("is its client's", async () => {
    const { here, form } = await signedIn();
    const { clientId: client_id, clientSecret: client_secret } = here.world.deployer;

    const { body } = await here.browser.token({ ...form, client_id, client_secret });

    expect(body["error_description"]).toMatch(/^AADSTS70000: /);
  });
});

describe("a person's token at Graph", () => {
  async function as(scope: string) {
    const here = scene();
    administrators(here.world).push(here.person.id);
    const { access_token = "" } = await signIn(here.browser, here.world, { ...here.wanted, scope });
    return { here, graph: client(here.graph, access_token) };
  }

  it("is let in by its scopes, and by no more", async () => {
    const { here, graph } = await as("User.Read");

    expect((await graph.get("/v1.0/me?$select=id")).body).toMatchObject({ id: here.person.id });
    expect((await graph.get("/v1.0/users")).status).toBe(403);
    const reader = await as("User.Read User.Read.All");
    expect((await reader.graph.get("/v1.0/users")).status).toBe(200);
    expect((await reader.graph.get("/v1.0/groups")).status).toBe(403);
  });

  it("may not read a profile without the permission, and an application has none", async () => {
    expect((await (await as("Calendars.ReadWrite.Shared")).graph.get("/v1.0/me")).status).toBe(403);
    const application = await scene().withRoles("User.Read.All");
    expect(await application.get("/v1.0/me")).toMatchObject({
      status: 400,
      body: { error: { message: "/me request is only valid with delegated authentication flow." } },
    });
  });
});

describe("clients that nobody here wrote", () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox({ users: 20, provider: false });
  });
  afterAll(() => sandbox.stop());

  it("@azure/identity and MSAL redeem a code, and MSAL refreshes silently", async () => {
    const { world } = sandbox;
    const { registrations, users } = directory(world);
    const day = { startDateTime: "2020-01-01T00:00:00Z", endDateTime: "2099-01-01T00:00:00Z" };
    const password = { ...day, keyId: world.guid("a"), secretHash: secretHash(SECRET) };
    const application = registrations.createApplication(
      { displayName: "ONES", web: { redirectUris: [REDIRECT] }, passwordCredentials: [password] },
      [],
    );
    const wanted: SignIn = {
      clientId: text(application, "appId"),
      clientSecret: SECRET,
      redirectUri: REDIRECT,
      scope: ONES,
      user: text(users.get(world.ownerId) ?? { id: "" }, "userPrincipalName"),
    };
    const browser = browserOf(sandbox);
    const codeFor = async (query: Record<string, string>) => {
      const { location } = await browser.visit(`/${world.tenant.id}/oauth2/v2.0/authorize`, query);
      return location?.searchParams.get("code") ?? "";
    };
    // Clients that did not make the nonce refuse an ID token with one.
    const { nonce: _nonce, ...hashed } = authorizeQuery(wanted);
    const { code_challenge: _challenge, code_challenge_method: _method, ...plain } = hashed;
    const settings = {
      tenant: world.tenant.id,
      clientId: wanted.clientId,
      secret: SECRET,
      redirectUri: REDIRECT,
      plainCode: await codeFor(plain),
      pkceCode: await codeFor(hashed),
      codeVerifier: VERIFIER,
    };
    const script = `
      import { AuthorizationCodeCredential } from "@azure/identity";
      import { ConfidentialClientApplication } from "@azure/msal-node";
      const s = JSON.parse(process.env.SETTINGS);
      const scopes = ["https://graph.microsoft.com/Calendars.ReadWrite.Shared"];
      const credential = new AuthorizationCodeCredential(s.tenant, s.clientId, s.secret, s.plainCode, s.redirectUri);
      const first = await credential.getToken(scopes);
      const auth = { clientId: s.clientId, clientSecret: s.secret, authority: "https://login.microsoftonline.com/" + s.tenant };
      const msal = new ConfidentialClientApplication({ auth });
      const second = await msal.acquireTokenByCode({ code: s.pkceCode, scopes, redirectUri: s.redirectUri, codeVerifier: s.codeVerifier });
      const third = await msal.acquireTokenSilent({ account: second.account, scopes, forceRefresh: true });
      console.log(JSON.stringify([first.token, second.accessToken, third.accessToken]));`;

    const { stdout, stderr, code: exit } = await runNode(script, sandbox, { SETTINGS: JSON.stringify(settings) });

    expect([exit, stderr]).toEqual([0, ""]);
    for (const token of JSON.parse(stdout) as string[]) {
      expect(decodeJwt(token)).toMatchObject({ oid: world.ownerId, scp: "Calendars.ReadWrite.Shared openid" });
    }
    await browser.close();
  });
});
