/** What is not there says so in each system's own words, and what is named is there. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { decodeJwt } from "jose";
import { createPersonalAccessToken, ORGANIZATION } from "../../sandbox/hosts/azure-devops/organization.ts";
import { startSandbox } from "../../sandbox/server.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { clientOf } from "./client.ts";
import type { Client } from "./client.ts";

const LOGIN = "https://login.microsoftonline.com";
const DEVOPS = `https://dev.azure.com/${ORGANIZATION}/_apis`;

let sandbox: Sandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startSandbox({ users: 5, provider: false });
  client = clientOf(sandbox);
});
afterAll(async () => {
  await client.close();
  await sandbox.stop();
});

function personalToken(): Record<string, string> {
  const end = new Date(sandbox.world.now().getTime() + 24 * 60 * 60 * 1000);
  const token = createPersonalAccessToken(sandbox.world, end);
  return { authorization: `Basic ${Buffer.from(`:${token}`).toString("base64")}` };
}

describe("an address that nothing answers", () => {
  it.each(["GET", "POST", "DELETE"])("of Key Vault: %s", async (method) => {
    const authorization = `Bearer ${await client.token(sandbox.world.deployer, "https://vault.azure.net/.default")}`;
    const url = "https://kv-any.vault.azure.net/certificates/x/y/z?api-version=7.5";

    const stranger = await client.call(url, { method });
    expect([stranger.status, stranger.headers.get("www-authenticate")]).toEqual([
      401,
      expect.stringMatching(/^Bearer /),
    ]);
    const answer = await client.call(url, { method, headers: { authorization } });
    expect(answer.status).toBe(404);
    expect(answer.json()).toEqual({ error: { code: "NotFound", message: expect.stringContaining("no operation") } });
  });

  it.each<[string, string, number, number]>([
    ["GET", "/{id}/oauth2/v2.0/nothing", 404, 90100],
    ["POST", "/nothing", 404, 90100],
    ["GET", "/{id}/oauth2/v2.0/token", 400, 900561],
    ["POST", "/{id}/oauth2/v2.0/devicecode", 404, 90100],
  ])("of Entra: %s %s", async (method, path, status, code) => {
    const answer = await client.call(LOGIN + path.replace("{id}", sandbox.world.tenant.id), { method });

    expect(answer.status).toBe(status);
    expect(answer.json()).toMatchObject({
      error: "invalid_request",
      error_codes: [code],
      error_description: expect.stringMatching(new RegExp(`^AADSTS${code}: `)),
      correlation_id: expect.any(String),
    });
  });

  it("of Entra: a body that is no form", async () => {
    const url = `${LOGIN}/${sandbox.world.tenant.id}/oauth2/v2.0/token`;
    const answer = await client.call(url, { method: "POST", headers: { "content-type": "text/xml" }, body: "x" });

    expect(answer.json()).toMatchObject({ error: "invalid_request", error_codes: [90100] });
  });

  it.each(["GET", "POST", "OPTIONS"])("of Azure DevOps: %s", async (method) => {
    const answer = await client.call(`${DEVOPS}/wit/nothing/here`, { method, headers: personalToken() });

    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({
      $id: "1",
      typeKey: "HttpException",
      message: `The controller for path '/${ORGANIZATION}/_apis/wit/nothing/here' was not found or does not implement IController.`,
    });
  });
});

it.each([
  ["login.microsoftonline.com", "error_codes"],
  ["graph.microsoft.com", "innerError"],
  ["management.azure.com", "InvalidRequestContent"],
  ["kv-any.vault.azure.net", "BadParameter"],
  ["anything.blob.core.windows.net", "InvalidUri"],
  ["dev.azure.com", "typeKey"],
  ["my.oneplan.ai", ""],
  ["ones.contoso.com", "message"],
])("an address with wrong escapes at %s is answered by it, not by the web framework", async (host, own) => {
  const answer = await client.call(`https://${host}/x/%zz`);

  expect([Math.floor(answer.status / 100), answer.text]).toEqual([4, expect.stringContaining(own)]);
  expect(answer.text).not.toMatch(/FST_ERR|statusCode/);
});

it("tells where everything is in Azure DevOps, to who asks for all at once", async () => {
  const answer = await client.call(DEVOPS, { method: "OPTIONS", headers: personalToken() });

  const { count, value } = answer.json<{ count: number; value: { resourceName: string }[] }>();
  expect(count).toBe(value.length);
  expect(value.map(({ resourceName }) => resourceName)).toContain("projects");
});

describe.each(["", "v2.0/"])("discovery (%s)", (version) => {
  it("names only what is there", async () => {
    const root = `${LOGIN}/${sandbox.world.tenant.id}`;
    const document = (await client.call(`${root}/${version}.well-known/openid-configuration`)).json<object>();

    const endpoints = Object.entries(document).filter(([name]) => /_(endpoint|uri)$/.test(name));
    expect(endpoints.map(([name]) => name).toSorted()).toEqual([
      "authorization_endpoint",
      "end_session_endpoint",
      "jwks_uri",
      "token_endpoint",
    ]);
    for (const [name, url] of endpoints) {
      const answer = await client.call(url as string, { method: name === "token_endpoint" ? "POST" : "GET" });
      expect([name, answer.status]).not.toEqual([name, 404]);
    }
  });
});

it("gives tokens at the endpoint of version 1.0, by resource", async () => {
  const { deployer, tenant } = sandbox.world;
  const fields = {
    grant_type: "client_credentials",
    client_id: deployer.clientId,
    client_secret: deployer.clientSecret,
    resource: "https://management.core.windows.net/",
  };
  const answer = await client.form(`${LOGIN}/${tenant.id}/oauth2/token`, fields);

  expect(decodeJwt(answer.json<{ access_token: string }>().access_token)).toMatchObject({ aud: fields.resource });
});

it.each([
  ["", 200],
  ["?post_logout_redirect_uri=https://nobody.example/", 200],
])("signs out%s", async (query, status) => {
  const answer = await client.call(`${LOGIN}/common/oauth2/v2.0/logout${query}`);

  expect([answer.status, answer.text]).toEqual([status, expect.stringContaining("You signed out")]);
});
