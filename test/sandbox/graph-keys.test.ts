import { beforeAll, describe, expect, it } from "@jest/globals";
import { issueAccessToken } from "../../sandbox/tokens.ts";
import { newCertificate, selfIssued } from "./certificate.ts";
import type { Certificate } from "./certificate.ts";
import { client, GRAPH, newTenant } from "./graph-client.ts";
import type { Body, Client, Tenant } from "./graph-client.ts";

const PROOF_AUDIENCE = "00000002-0000-0000-c000-000000000000";

let tenant: Tenant;
let admin: Client;
let first: Certificate;
let second: Certificate;

beforeAll(async () => {
  tenant = newTenant({ users: 5 });
  admin = await tenant.withRoles("Application.ReadWrite.All");
  [first, second] = await Promise.all([newCertificate("first"), newCertificate("second", 10)]);
});

function text(date: Date): string {
  return date.toISOString().replace(".000Z", "Z");
}

async function application(...keyCredentials: object[]): Promise<Body> {
  return (await admin.post("/v1.0/applications", { displayName: "keys", keyCredentials })).body;
}

async function keysOf(app: Body, query = ""): Promise<Body[]> {
  const { body } = await admin.get(`/v1.0/applications/${String(app["id"])}${query}`);
  return body["keyCredentials"] as Body[];
}

describe("keyCredentials", () => {
  it("get an id, the thumbprint, the certificate's name and dates", async () => {
    const app = await application({ type: "AsymmetricX509Cert", usage: "Verify", key: first.key });

    expect(app["keyCredentials"]).toEqual([
      {
        customKeyIdentifier: first.digest("sha1").toString("hex").toUpperCase(),
        displayName: "CN=first",
        startDateTime: text(first.notBefore),
        endDateTime: text(first.notAfter),
        key: null,
        keyId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        type: "AsymmetricX509Cert",
        usage: "Verify",
      },
    ]);
  });

  it("are taken as PEM in Base64 too, with an id, name and dates of their own", async () => {
    const given = {
      keyId: "11111111-2222-4333-8444-555555555555",
      displayName: "mine",
      startDateTime: text(first.notBefore),
      endDateTime: text(new Date(first.notAfter.getTime() - 60_000)),
    };
    const pem = first.pem.split("-----BEGIN PRIVATE KEY")[0] ?? "";
    const app = await application({ ...given, key: Buffer.from(pem).toString("base64") });

    expect(await keysOf(app)).toEqual([expect.objectContaining(given)]);
    expect((await keysOf(app, "?$select=keyCredentials"))[0]).toHaveProperty("key", first.key);
  });

  it("hand out their key only to who selects them of one object", async () => {
    const app = await application({ key: first.key });
    const id = String(app["id"]);

    const { body: list } = await admin.get(`/v1.0/applications?$filter=id eq '${id}'&$select=id,keyCredentials`);
    expect(await keysOf(app)).toMatchObject([{ key: null }]);
    expect(list.value).toMatchObject([{ keyCredentials: [{ key: null }] }]);
    expect(await keysOf(app, "?$select=keyCredentials")).toMatchObject([{ key: first.key }]);
  });

  it("stay when they are sent back as they were read, beside a new one, and go when they are left out", async () => {
    const app = await application({ key: first.key });
    const path = `/v1.0/applications/${String(app["id"])}`;
    const read = await keysOf(app);

    await admin.patch(path, { keyCredentials: [...read, { key: second.key }] });
    expect(await keysOf(app, "?$select=keyCredentials")).toMatchObject([
      { ...read[0], key: first.key },
      { key: second.key },
    ]);
    await admin.patch(path, { keyCredentials: [] });
    expect(await keysOf(app)).toEqual([]);
  });

  it("are those of service principals too", async () => {
    const app = await application();
    const { body } = await admin.post("/v1.0/servicePrincipals", { appId: app["appId"] });
    const path = `/v1.0/servicePrincipals/${String(body["id"])}`;

    await admin.patch(path, { keyCredentials: [{ key: first.key }] });
    expect((await admin.get(path)).body).toMatchObject({ keyCredentials: [{ key: null, displayName: "CN=first" }] });
  });

  const year = 365 * 24 * 60 * 60 * 1000;
  it.each<[string, (of: Certificate) => object, string]>([
    ["no certificate", () => ({ key: "AAAA" }), "Request_BadRequest"],
    ["no key", () => ({}), "Request_BadRequest"],
    ["another type", ({ key }) => ({ key, type: "Blub" }), "Request_BadRequest"],
    ["a usage of another type", ({ key }) => ({ key, usage: "Sign" }), "Request_BadRequest"],
    ["no date", ({ key }) => ({ key, endDateTime: "tomorrow" }), "Request_BadRequest"],
    [
      "an end after the certificate's",
      ({ key, notAfter }) => ({ key, endDateTime: text(new Date(notAfter.getTime() + 1000)) }),
      "KeyCredentialsInvalidEndDate",
    ],
    [
      "an end in the past",
      ({ key, notBefore }) => ({ key, endDateTime: text(new Date(notBefore.getTime() + 1000)) }),
      "KeyCredentialsInvalidEndDate",
    ],
    [
      "a start before the certificate's",
      ({ key, notBefore }) => ({ key, startDateTime: text(new Date(notBefore.getTime() - year)) }),
      "KeyCredentialsInvalidStartDate",
    ],
  ])("are refused with %s", async (_what, credential, code) => {
    const body = { displayName: "keys", keyCredentials: [credential(first)] };

    expect(await admin.post("/v1.0/applications", body)).toMatchObject({ status: 400, body: { error: { code } } });
  });
});

describe.each(["applications", "servicePrincipals"])("addKey and removeKey of %s", (set) => {
  async function itself(): Promise<{ path: string; id: string; self: Client }> {
    const app = await application({ key: first.key });
    const { body: principal } = await admin.post("/v1.0/servicePrincipals", { appId: app["appId"] });
    const object = set === "applications" ? app : principal;
    const path = `/v1.0/${set}/${String(object["id"])}`;
    if (set === "servicePrincipals") await admin.patch(path, { keyCredentials: [{ key: first.key }] });
    const subject = { displayName: "keys", clientId: String(app["appId"]), objectId: String(principal["id"]) };
    const { access_token } = await issueAccessToken(tenant.world, subject, GRAPH);
    return { path, id: String(object["id"]), self: client(tenant.graph, access_token) };
  }

  const proofOf = (certificate: Certificate, issuer: string, minutes = 10) =>
    selfIssued(certificate, { alg: "RS256", issuer, audience: PROOF_AUDIENCE, now: tenant.world.now(), minutes });

  it("renew an application's certificate by itself, without any permission", async () => {
    const { path, id, self } = await itself();
    const keyCredential = { type: "AsymmetricX509Cert", usage: "Verify", key: second.key };

    const added = await self.post(`${path}/addKey`, {
      keyCredential,
      passwordCredential: null,
      proof: await proofOf(first, id),
    });
    expect(added).toMatchObject({ status: 200, body: { displayName: "CN=second", key: null } });
    const [old] = (await admin.get(path)).body["keyCredentials"] as Body[];
    const removed = await self.post(`${path}/removeKey`, { keyId: old?.["keyId"], proof: await proofOf(second, id) });

    expect(removed.status).toBe(204);
    expect((await admin.get(path)).body).toMatchObject({ keyCredentials: [{ displayName: "CN=second" }] });
  });

  it("refuse who cannot prove a key, and who is somebody else without a permission", async () => {
    const { path, id, self } = await itself();
    const { self: other } = await itself();
    const keyCredential = { key: second.key };
    const add = async (who: Client, proof: string) =>
      (await who.post(`${path}/addKey`, { keyCredential, proof })).status;

    expect(await add(self, await proofOf(second, id))).toBe(401);
    expect(await add(self, await proofOf(first, "somebody"))).toBe(401);
    expect(await add(self, await proofOf(first, id, 11))).toBe(401);
    expect(await add(self, "no token")).toBe(401);
    expect(await add(other, await proofOf(first, id))).toBe(403);
    expect(await add(admin, await proofOf(first, id))).toBe(200);
  });
});
