import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { decodeJwt, SignJWT } from "jose";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { directory } from "../../sandbox/directory/index.ts";
import { startSandbox } from "../../sandbox/server.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { keyCredential, newCertificate, selfIssued } from "./certificate.ts";
import type { AssertionOptions, Certificate } from "./certificate.ts";
import { runNode } from "./child.ts";
import { newTenant } from "./graph-client.ts";
import type { Tenant } from "./graph-client.ts";
import { browserAt } from "./sign-in.ts";

const CERTIFICATE_DAYS = 90;
const DAY_MS = 24 * 60 * 60 * 1000;

let certificate: Certificate;
let other: Certificate;

beforeAll(async () => {
  [certificate, other] = await Promise.all([newCertificate("app", CERTIFICATE_DAYS), newCertificate("other")]);
});

async function registerWith(tenant: Tenant, key: string): Promise<string> {
  const admin = await tenant.withRoles("Application.ReadWrite.All");
  const { body } = await admin.post("/v1.0/applications", { displayName: "certificate", keyCredentials: [{ key }] });
  await admin.post("/v1.0/servicePrincipals", { appId: body["appId"] });
  return String(body["appId"]);
}

describe("an assertion by certificate", () => {
  let tenant: Tenant;
  let clientId: string;

  beforeAll(async () => {
    tenant = newTenant({ users: 5 });
    clientId = await registerWith(tenant, certificate.key);
  });

  const endpoint = () => `https://login.microsoftonline.com/${tenant.world.tenant.id}/oauth2/v2.0/token`;

  function tokenFor(assertion: string) {
    return browserAt(tenant.entra, tenant.world).token({
      grant_type: "client_credentials",
      client_id: clientId,
      scope: "https://graph.microsoft.com/.default",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
    });
  }

  const assertion = (changes: Partial<AssertionOptions> = {}, by = certificate) =>
    selfIssued(by, { issuer: clientId, audience: endpoint(), now: tenant.world.now(), ...changes });

  it.each<[string, () => Partial<AssertionOptions>]>([
    ["PS256 and SHA-256", () => ({})],
    ["RS256 and SHA-1", () => ({ alg: "RS256", header: { x5t: certificate.digest("sha1").toString("base64url") } })],
    ["the authority as audience", () => ({ audience: endpoint().replace("/oauth2/v2.0/token", "/v2.0") })],
    [
      "the domain in the audience",
      () => ({ audience: endpoint().replace(/[0-9a-f-]{36}/, tenant.world.tenant.domain) }),
    ],
  ])("gives a token: %s", async (_what, changes) => {
    const { status, body } = await tokenFor(await assertion(changes()));

    expect([status, body["error_description"]]).toEqual([200, undefined]);
    expect(decodeJwt(body["access_token"] ?? "")).toMatchObject({ appid: clientId, appidacr: "2" });
  });

  it.each<[string, number, () => Promise<string>]>([
    ["another certificate", 700027, () => assertion({}, other)],
    [
      "a signature by another key",
      700027,
      () => assertion({ header: { "x5t#S256": certificate.digest("sha256").toString("base64url") } }, other),
    ],
    ["another client", 700021, () => assertion({ issuer: "11111111-2222-4333-8444-555555555555" })],
    ["another audience", 700023, () => assertion({ audience: "https://graph.microsoft.com" })],
    ["another tenant's endpoint", 700023, () => assertion({ audience: endpoint().replace(/[0-9a-f-]{36}/, "x") })],
    ["an end in the past", 700024, () => assertion({ now: new Date(tenant.world.now().getTime() - 3_600_000) })],
    ["no thumbprint", 5002723, () => assertion({ header: {} })],
    [
      "a shared secret as key",
      5002738,
      () =>
        new SignJWT({ iss: clientId, sub: clientId, aud: endpoint() })
          .setProtectedHeader({ alg: "HS256", x5t: "AAAA" })
          .sign(new TextEncoder().encode("a secret of at least thirty-two characters")),
    ],
  ])("is refused with %s: AADSTS%i", async (_what, code, make) => {
    const { status, body } = await tokenFor(await make());

    expect([status, body["error"], body["error_codes"]]).toEqual([401, "invalid_client", [code]]);
  });

  it("is refused when the certificate's time is over, with its dates", async () => {
    const later = newTenant({ users: 5 });
    const id = await registerWith(later, certificate.key);
    later.world.advance(CERTIFICATE_DAYS * DAY_MS);
    const { body } = await browserAt(later.entra, later.world).token({
      grant_type: "client_credentials",
      client_id: id,
      scope: "https://graph.microsoft.com/.default",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await selfIssued(certificate, { issuer: id, audience: endpoint(), now: later.world.now() }),
    });

    expect(body["error_codes"]).toEqual([700027]);
    expect(body["error_description"]).toContain("The key used is expired.");
  });
});

describe("unmodified clients", () => {
  let sandbox: Sandbox;
  const folder = mkdtempSync(join(tmpdir(), "tenantwire-certificate-"));

  beforeAll(async () => {
    sandbox = await startSandbox({ users: 5, provider: false });
  });
  afterAll(async () => {
    await sandbox.stop();
    rmSync(folder, { recursive: true });
  });

  it("sign in: @azure/identity and MSAL, by SHA-256 and by SHA-1", async () => {
    const { world } = sandbox;
    const file = join(folder, "client.pem");
    writeFileSync(file, certificate.pem);
    const settings = { tenant: world.tenant.id, clientId: world.administrator.clientId, file };
    directory(world).applications.change(directory(world).applications.byKey(settings.clientId)!, {
      keyCredentials: [keyCredential(certificate)],
    });
    const script = `
      import { ClientCertificateCredential } from "@azure/identity";
      import { ConfidentialClientApplication } from "@azure/msal-node";
      import { createHash, X509Certificate } from "node:crypto";
      import { readFileSync } from "node:fs";
      const { tenant, clientId, file } = JSON.parse(process.env.SETTINGS);
      const scope = "https://graph.microsoft.com/.default";
      const { token } = await new ClientCertificateCredential(tenant, clientId, file).getToken(scope);
      const privateKey = readFileSync(file, "utf8");
      const { raw } = new X509Certificate(privateKey);
      const digest = (name) => createHash(name).update(raw).digest("hex");
      const tokens = [token];
      for (const thumbprint of [{ thumbprintSha256: digest("sha256") }, { thumbprint: digest("sha1") }]) {
        const clientCertificate = { ...thumbprint, privateKey };
        const authority = "https://login.microsoftonline.com/" + tenant;
        const msal = new ConfidentialClientApplication({ auth: { clientId, authority, clientCertificate } });
        tokens.push((await msal.acquireTokenByClientCredential({ scopes: [scope] })).accessToken);
      }
      console.log(JSON.stringify(tokens));`;

    const { stdout, stderr, code } = await runNode(script, sandbox, { SETTINGS: JSON.stringify(settings) });

    expect([code, stderr]).toEqual([0, ""]);
    const tokens = JSON.parse(stdout) as string[];
    expect(tokens.map((token) => decodeJwt(token)["appid"])).toEqual(Array(3).fill(settings.clientId));
  });
});
