import { describe, expect, it } from "@jest/globals";
import type { FastifyInstance } from "fastify";
import { createLocalJWKSet, decodeJwt, jwtVerify, SignJWT } from "jose";
import type { JSONWebKeySet } from "jose";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { directory } from "../../sandbox/directory/index.ts";
import { entraHost, workloadIssuerHost } from "../../sandbox/hosts/entra.ts";
import { issueAccessToken, issueWorkloadToken, TokenRejected, verifyAccessToken } from "../../sandbox/tokens.ts";
import { createWorld } from "../../sandbox/world.ts";
import type { World } from "../../sandbox/world.ts";
import { GRAPH, newTenant } from "./graph-client.ts";

const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

async function askToken(
  entra: FastifyInstance,
  tenant: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
) {
  const response = await entra.inject({
    method: "POST",
    url: `/${tenant}/oauth2/v2.0/token`,
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    payload: new URLSearchParams(form).toString(),
  });
  return { status: response.statusCode, body: response.json<Record<string, unknown>>() };
}

function secretForm(world: World, changes: Record<string, string> = {}): Record<string, string> {
  return {
    grant_type: "client_credentials",
    client_id: world.deployer.clientId,
    client_secret: world.deployer.clientSecret,
    scope: `${GRAPH}/.default`,
    ...changes,
  };
}

describe("token endpoint, by secret", () => {
  const world = createWorld({ users: 5 });
  const entra = entraHost(world);

  it("gives a token that its own published keys prove, with the claims that clients read", async () => {
    const { status, body } = await askToken(entra, world.tenant.id, secretForm(world));

    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3600 });
    const keys = (await entra.inject(`/${world.tenant.id}/discovery/v2.0/keys`)).json<JSONWebKeySet>();
    const { payload } = await jwtVerify(body["access_token"] as string, createLocalJWKSet(keys));
    expect(payload).toMatchObject({
      aud: GRAPH,
      iss: `https://sts.windows.net/${world.tenant.id}/`,
      tid: world.tenant.id,
      oid: world.deployer.objectId,
      appid: world.deployer.clientId,
      azp: world.deployer.clientId,
      app_displayname: world.deployer.displayName,
      idtyp: "app",
      ver: "1.0",
    });
    expect([...(payload["roles"] as string[])].sort()).toEqual([
      "AppRoleAssignment.ReadWrite.All",
      "Application.ReadWrite.OwnedBy",
      "DelegatedPermissionGrant.ReadWrite.All",
      "Directory.Read.All",
    ]);
  });

  it.each([
    ["https://management.azure.com/.default", "https://management.azure.com"],
    ["https://management.core.windows.net//.default", "https://management.core.windows.net/"],
    ["https://vault.azure.net/.default", "https://vault.azure.net"],
    ["00000003-0000-0000-c000-000000000000/.default", "00000003-0000-0000-c000-000000000000"],
  ])("scope %s is for the audience %s", async (scope, audience) => {
    const { body } = await askToken(entra, world.tenant.id, secretForm(world, { scope }));

    expect(decodeJwt(body["access_token"] as string).aud).toBe(audience);
  });

  it("has no claim roles where nothing is granted", async () => {
    const { body } = await askToken(
      entra,
      world.tenant.id,
      secretForm(world, { scope: "https://vault.azure.net/.default" }),
    );

    expect(decodeJwt(body["access_token"] as string)).not.toHaveProperty("roles");
  });

  it.each([["id"], ["domain"], ["mailDomain"]] as const)("knows the tenant by its %s", async (name) => {
    expect((await askToken(entra, world.tenant[name], secretForm(world))).status).toBe(200);
  });

  it("takes the secret by HTTP Basic", async () => {
    const { clientId, clientSecret } = world.deployer;
    const basic = Buffer.from(`${clientId}:${encodeURIComponent(clientSecret)}`).toString("base64");

    const form = { grant_type: "client_credentials", scope: `${GRAPH}/.default` };
    const { status } = await askToken(entra, world.tenant.id, form, { authorization: `Basic ${basic}` });

    expect(status).toBe(200);
  });

  it("tolerates the parameters that MSAL adds", async () => {
    const form = secretForm(world, { client_info: "1", claims: '{"access_token":{"xms_cc":{"values":["CP1"]}}}' });

    expect((await askToken(entra, world.tenant.id, form)).status).toBe(200);
  });

  const unknown = "11111111-2222-4333-8444-555555555555";
  it.each([
    ["a wrong secret", { client_secret: "wrong" }, 401, 7000215, "invalid_client"],
    ["an unknown application", { client_id: unknown }, 400, 700016, "unauthorized_client"],
    ["an unknown resource", { scope: "https://nothing.contoso.com/.default" }, 400, 500011, "invalid_resource"],
    ["a scope without /.default", { scope: "User.Read.All" }, 400, 1002012, "invalid_scope"],
    ["another grant", { grant_type: "password" }, 400, 70003, "unsupported_grant_type"],
    ["no grant", { grant_type: "" }, 400, 900144, "invalid_request"],
    [
      "an assertion that is none",
      { client_secret: "", client_assertion: "x", client_assertion_type: JWT_BEARER },
      400,
      50027,
      "invalid_request",
    ],
  ])("refuses %s", async (_what, changes, status, code, error) => {
    const answer = await askToken(entra, world.tenant.id, secretForm(world, changes));

    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error, error_codes: [code] });
    expect(answer.body["error_description"]).toMatch(new RegExp(`^AADSTS${code}: .* Trace ID: .* Timestamp: `));
    for (const name of ["timestamp", "trace_id", "correlation_id"]) expect(answer.body).toHaveProperty(name);
  });

  it("refuses a client without any credential", async () => {
    const { client_secret: _, ...form } = secretForm(world);

    expect((await askToken(entra, world.tenant.id, form)).body).toMatchObject({ error_codes: [7000218] });
  });

  it("refuses another tenant", async () => {
    const answer = await askToken(entra, "fabrikam.onmicrosoft.com", secretForm(world));

    expect(answer).toMatchObject({ status: 400, body: { error: "invalid_request", error_codes: [90002] } });
    expect(answer.body["error_description"]).toContain("Tenant 'fabrikam.onmicrosoft.com' not found.");
  });

  it("never repeats the secret", async () => {
    const answer = await askToken(entra, world.tenant.id, secretForm(world, { client_secret: "s3cret-of-somebody" }));

    expect(JSON.stringify(answer.body)).not.toContain("s3cret-of-somebody");
  });
});

describe("a password made by Graph", () => {
  it("signs in from its start until its end, and no longer when it is removed", async () => {
    const { world, entra, as } = newTenant();
    const deployer = await as(world.deployer);
    const { body: app } = await deployer.post("/v1.0/applications", { displayName: "sync" });
    await deployer.post("/v1.0/servicePrincipals", { appId: app["appId"] });
    const endDateTime = new Date(world.now().getTime() + 86_400_000).toISOString();
    const add = () =>
      deployer.post(`/v1.0/applications/${String(app["id"])}/addPassword`, { passwordCredential: { endDateTime } });
    const first = (await add()).body;
    const second = (await add()).body;
    const signIn = (password: Record<string, unknown>) =>
      askToken(entra, world.tenant.id, {
        ...secretForm(world, { client_id: app["appId"] as string, client_secret: password["secretText"] as string }),
      });

    expect((await signIn(first)).status).toBe(200);
    await deployer.post(`/v1.0/applications/${String(app["id"])}/removePassword`, { keyId: first["keyId"] });
    expect((await signIn(first)).body).toMatchObject({ error_codes: [7000215] });
    expect((await signIn(second)).status).toBe(200);

    world.advance(86_400_001);
    expect(await signIn(second)).toMatchObject({ status: 401, body: { error_codes: [7000222] } });
  });

  it("is of no use before there is a service principal, nor when that is disabled", async () => {
    const { world, entra, as } = newTenant();
    const deployer = await as(world.deployer);
    const { body: app } = await deployer.post("/v1.0/applications", { displayName: "sync" });
    const { body: password } = await deployer.post(`/v1.0/applications/${String(app["id"])}/addPassword`, {});
    const form = secretForm(world, {
      client_id: app["appId"] as string,
      client_secret: password["secretText"] as string,
    });

    expect((await askToken(entra, world.tenant.id, form)).body).toMatchObject({ error_codes: [7000229] });
    const principal = await deployer.post("/v1.0/servicePrincipals", { appId: app["appId"], accountEnabled: false });
    expect((await askToken(entra, world.tenant.id, form)).body).toMatchObject({ error_codes: [7000112] });
    await deployer.patch(`/v1.0/servicePrincipals/${String(principal.body["id"])}`, { accountEnabled: true });
    expect((await askToken(entra, world.tenant.id, form)).status).toBe(200);
  });
});

describe("token endpoint, by federated assertion", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const others = "https://token.actions.githubusercontent.com";

  /** A tenant with an application that trusts its workload, or what `changes` makes of that trust. */
  async function trusting(changes: Record<string, unknown> = {}) {
    const tenant = newTenant({ users: 5 });
    const { world } = tenant;
    const deployer = await tenant.as(world.deployer);
    const { body: app } = await deployer.post("/v1.0/applications", { displayName: "sync" });
    await deployer.post("/v1.0/servicePrincipals", { appId: app["appId"] });
    const { issuer, subject, audience } = world.workload;
    await deployer.post(`/v1.0/applications/${String(app["id"])}/federatedIdentityCredentials`, {
      name: "workload",
      issuer,
      subject,
      audiences: [audience],
      ...changes,
    });
    const signIn = (client_assertion: string) =>
      askToken(tenant.entra, world.tenant.id, {
        grant_type: "client_credentials",
        client_id: app["appId"] as string,
        client_assertion,
        client_assertion_type: JWT_BEARER,
        scope: `${GRAPH}/.default`,
      });
    return { world, signIn };
  }

  it("believes the world's own workload", async () => {
    const { world, signIn } = await trusting();

    const { status, body } = await signIn(await issueWorkloadToken(world));

    expect(status).toBe(200);
    expect(decodeJwt(body["access_token"] as string)).toMatchObject({ appidacr: "2", tid: world.tenant.id });
  });

  it.each([
    ["another subject", { subject: "system:serviceaccount:tenantwire:other" }, 700213],
    ["a subject in other letters", { subject: "system:serviceaccount:tenantwire:SYNC" }, 7002138],
    ["another audience", { audiences: ["api://other"] }, 700212],
    ["another issuer", { issuer: others }, 700211],
    ["an issuer with a slash at the end", { issuer: "https://workloads.contoso.com/" }, 700211],
  ])("does not match %s", async (_what, changes, code) => {
    const { world, signIn } = await trusting(changes);

    const answer = await signIn(await issueWorkloadToken(world));

    expect(answer).toMatchObject({ status: 401, body: { error: "invalid_client", error_codes: [code] } });
  });

  it("refuses what somebody else signed", async () => {
    const { world, signIn } = await trusting();
    const { issuer, subject, audience } = world.workload;
    const forged = await new SignJWT({})
      .setProtectedHeader({ alg: "RS256" })
      .setIssuer(issuer)
      .setSubject(subject)
      .setAudience(audience)
      .setExpirationTime("1h")
      .sign(privateKey);

    expect(await signIn(forged)).toMatchObject({ status: 401, body: { error_codes: [50013] } });
  });

  it("refuses an assertion whose time is over", async () => {
    const { world, signIn } = await trusting();
    const assertion = await issueWorkloadToken(world);
    world.advance(3_600_001);

    expect(await signIn(assertion)).toMatchObject({ status: 401, body: { error_codes: [700024] } });
  });

  it("refuses what is no JWT", async () => {
    const { signIn } = await trusting();

    expect(await signIn("abc")).toMatchObject({ status: 400, body: { error_codes: [50027] } });
  });

  it("says so when the application trusts nobody", async () => {
    const { world, entra } = newTenant({ users: 5 });
    const { client_secret: _, ...form } = secretForm(world, {
      client_assertion: await issueWorkloadToken(world),
      client_assertion_type: JWT_BEARER,
    });

    expect((await askToken(entra, world.tenant.id, form)).body).toMatchObject({ error_codes: [70025] });
  });

  it("publishes the issuer's keys where OpenID discovery says", async () => {
    const world = createWorld({ users: 5 });
    const issuer = workloadIssuerHost(world);
    const discovery = (await issuer.inject("/.well-known/openid-configuration")).json<Record<string, string>>();
    expect(discovery["issuer"]).toBe(world.workload.issuer);

    const keys = (await issuer.inject(new URL(discovery["jwks_uri"] ?? "").pathname)).json<JSONWebKeySet>();

    await jwtVerify(await issueWorkloadToken(world), createLocalJWKSet(keys), {
      issuer: world.workload.issuer,
      audience: world.workload.audience,
      subject: world.workload.subject,
    });
    expect(JSON.stringify(keys)).not.toContain('"d"');
  });
});

describe("discovery", () => {
  const world = createWorld({ users: 5 });
  const entra = entraHost(world);

  it("answers for the cloud's instances", async () => {
    const url =
      "/common/discovery/instance?api-version=1.1&authorization_endpoint=https%3A%2F%2Flogin.microsoftonline.com%2Fcontoso.com%2Foauth2%2Fv2.0%2Fauthorize";

    const body = (await entra.inject(url)).json<{
      tenant_discovery_endpoint: string;
      metadata: { aliases: string[] }[];
    }>();

    expect(body.tenant_discovery_endpoint).toBe(
      "https://login.microsoftonline.com/contoso.com/v2.0/.well-known/openid-configuration",
    );
    expect(body.metadata[0]?.aliases).toContain("login.microsoftonline.com");
  });

  it.each([
    ["/v2.0/.well-known/openid-configuration", "https://login.microsoftonline.com/{id}/v2.0", "/oauth2/v2.0/token"],
    ["/.well-known/openid-configuration", "https://sts.windows.net/{id}/", "/oauth2/token"],
  ])("%s names issuer, token endpoint and keys", async (path, issuer, token) => {
    const body = (await entra.inject(`/${world.tenant.domain}${path}`)).json<Record<string, string>>();

    expect(body["issuer"]).toBe(issuer.replace("{id}", world.tenant.id));
    expect(body["token_endpoint"]).toBe(`https://login.microsoftonline.com/${world.tenant.id}${token}`);
    const keys = await entra.inject(new URL(body["jwks_uri"] ?? "").pathname);
    expect(keys.json<JSONWebKeySet>().keys).toHaveLength(1);
  });

  it("does not know other tenants", async () => {
    const answer = await entra.inject("/fabrikam.com/v2.0/.well-known/openid-configuration");

    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error_codes: [90002] });
  });
});

describe("verifyAccessToken", () => {
  const world = createWorld({ users: 5 });
  const bearer = async (audience: string) =>
    `Bearer ${(await issueAccessToken(world, world.deployer, audience)).access_token}`;

  it("believes a token of this tenant for this audience, with or without a slash at its end", async () => {
    const header = await bearer("https://management.azure.com/");

    const claims = await verifyAccessToken(world, header, ["https://vault.azure.net", "https://management.azure.com"]);

    expect(claims).toMatchObject({ oid: world.deployer.objectId, tid: world.tenant.id });
  });

  const cases: [string, (token: string) => string | undefined][] = [
    ["none", () => undefined],
    ["another scheme", () => "Basic abc"],
    ["no JWT", () => "Bearer abc"],
    [
      "a changed payload",
      (token) => token.replace(/\.[^.]+\./, `.${Buffer.from('{"aud":"x"}').toString("base64url")}.`),
    ],
    ["a changed signature", (token) => token.replace(/.{8}$/, "AAAAAAAA")],
    ["no signature at all", (token) => token.replace(/\.[^.]+$/, ".")],
  ];
  it.each(cases)("refuses %s", async (_what, change) => {
    const header = change(await bearer(GRAPH));

    await expect(verifyAccessToken(world, header, GRAPH)).rejects.toThrow(TokenRejected);
  });

  it("refuses another audience", async () => {
    await expect(verifyAccessToken(world, await bearer("https://vault.azure.net"), GRAPH)).rejects.toThrow("audience");
  });

  it("refuses a token of another world", async () => {
    await expect(verifyAccessToken(createWorld({ users: 5 }), await bearer(GRAPH), GRAPH)).rejects.toThrow(
      TokenRejected,
    );
  });

  it("refuses a token after its hour, also one that it believed before", async () => {
    const moving = createWorld({ users: 5 });
    const { access_token, expires_in } = await issueAccessToken(moving, moving.deployer, GRAPH);
    await verifyAccessToken(moving, `Bearer ${access_token}`, GRAPH);

    moving.advance(expires_in * 1000);

    await expect(verifyAccessToken(moving, `Bearer ${access_token}`, GRAPH)).rejects.toThrow("expired");
  });

  it("still believes a token after the world was put away and taken out again", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "tenantwire-world-"));
    try {
      const before = createWorld({ users: 5, dataDir });
      const { access_token } = await issueAccessToken(before, before.deployer, GRAPH);
      before.save();
      const after = createWorld({ dataDir });

      const claims = await verifyAccessToken(after, `Bearer ${access_token}`, GRAPH);

      expect(claims.roles).toContain("Directory.Read.All");
      expect([...directory(after).users.values()]).toEqual([...directory(before).users.values()]);
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  });
});
