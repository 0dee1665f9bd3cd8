import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import * as azdev from "azure-devops-node-api";
import { createPersonalAccessToken, ORGANIZATION } from "../../sandbox/hosts/azure-devops/organization.ts";
import { startSandbox } from "../../sandbox/server.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { clientOf } from "./client.ts";
import type { Answer, Client } from "./client.ts";
import { browserOf, signIn } from "./sign-in.ts";
import { directory } from "../../sandbox/directory/index.ts";
import { text } from "../../sandbox/directory/model.ts";

const RESOURCE = "499b84ac-1321-427f-aa17-267ca6975798";
const ROOT = `https://dev.azure.com/${ORGANIZATION}/_apis`;
const MEMBERS = `https://vsaex.dev.azure.com/${ORGANIZATION}/_apis/serviceprincipalentitlements?api-version=7.1-preview.1`;
const CONNECTION = `${ROOT}/connectionData?api-version=7.1-preview`;
const DAY = 24 * 60 * 60 * 1000;

let sandbox: Sandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startSandbox({ users: 20, provider: false });
  client = clientOf(sandbox);
});
afterAll(async () => {
  await client.close();
  await sandbox.stop();
});

function newToken(days = 30): string {
  return createPersonalAccessToken(sandbox.world, new Date(sandbox.world.now().getTime() + days * DAY));
}

function basic(token: string): string {
  return `Basic ${Buffer.from(`PAT:${token}`).toString("base64")}`;
}

function ask(url: string, authorization?: string, more: { method?: string; body?: unknown } = {}): Promise<Answer> {
  const headers = { "x-tfs-fedauthredirect": "Suppress", ...(authorization && { authorization }) };
  return client.call(url, { headers, ...more });
}

describe("a personal access token", () => {
  it("tells whose it is and of which organization", async () => {
    const answer = await ask(CONNECTION, basic(newToken()));

    expect([answer.status, answer.json()]).toMatchObject([
      200,
      { authenticatedUser: { id: sandbox.world.ownerId }, deploymentType: "hosted", instanceId: expect.any(String) },
    ]);
    expect(newToken()).toMatch(/^.{76}AZDO.{4}$/);
  });

  it.each<[string, () => string | undefined]>([
    ["none", () => undefined],
    ["an unknown one", () => basic("x".repeat(52))],
    ["one of yesterday", () => basic(newToken(-1))],
    ["a bearer token that is none", () => "Bearer abc"],
  ])("%s: 401", async (_what, authorization) => {
    const answer = await ask(CONNECTION, authorization());

    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toContain(sandbox.world.tenant.id);
  });

  it("nothing at all, from a browser: sent to sign in, and back from there", async () => {
    const browser = browserOf(sandbox);

    const { status, location } = await browser.visit(`${ROOT}/projects`, {});

    expect([status, location?.host]).toEqual([302, "app.vssps.visualstudio.com"]);
    expect(location?.searchParams.get("reply_to")).toBe(`${ROOT}/projects`);
    await browser.close();
  });

  it("is of use to the client that Microsoft publishes", async () => {
    const options = { proxy: { proxyUrl: sandbox.proxyUrl }, cert: { caFile: sandbox.caFile } };
    const connect = (token: string) =>
      new azdev.WebApi(`https://dev.azure.com/${ORGANIZATION}`, azdev.getPersonalAccessTokenHandler(token), options);

    const api = connect(newToken());

    expect((await api.connect()).authenticatedUser?.id).toBe(sandbox.world.ownerId);
    const projects = await (await api.getCoreApi()).getProjects();
    expect([...projects].map(({ name }) => name)).toEqual(["Rollout", "Integrations"]);
    await expect(connect("x".repeat(52)).connect()).rejects.toMatchObject({ statusCode: 401 });
  });
});

describe("a token of Entra", () => {
  const scope = `${RESOURCE}/.default`;

  it("lets a service principal in once it was added, by its own object id, until it is removed", async () => {
    const { deployer } = sandbox.world;
    const bearer = `Bearer ${await client.token(deployer, scope)}`;
    const refused = await ask(CONNECTION, bearer);
    expect([refused.status, refused.json()]).toMatchObject([
      401,
      { message: `TF400813: The user '${deployer.objectId}' is not authorized to access this resource.` },
    ]);
    const add = (originId: string) =>
      ask(MEMBERS, basic(newToken()), {
        method: "POST",
        body: {
          accessLevel: { accountLicenseType: "stakeholder" },
          servicePrincipal: { origin: "aad", originId, subjectKind: "servicePrincipal" },
        },
      });

    expect((await add(deployer.clientId)).json()).toMatchObject({ isSuccess: false });
    const added = (await add(deployer.objectId)).json<{ servicePrincipalEntitlement: { id: string } }>();

    expect(added).toMatchObject({
      isSuccess: true,
      servicePrincipalEntitlement: {
        accessLevel: { accountLicenseType: "stakeholder" },
        servicePrincipal: { applicationId: deployer.clientId, originId: deployer.objectId },
      },
    });
    expect((await ask(CONNECTION, bearer)).json()).toMatchObject({ authenticatedUser: { id: deployer.objectId } });
    expect((await ask(`${ROOT}/projects?api-version=7.1`, bearer)).json()).toMatchObject({ count: 2 });
    const { id } = added.servicePrincipalEntitlement;
    await ask(MEMBERS.replace("?", `/${id}?`), basic(newToken()), { method: "DELETE" });
    expect((await ask(CONNECTION, bearer)).status).toBe(401);
  });

  it("lets a person in who signed in", async () => {
    const { registrations, users } = directory(sandbox.world);
    const redirectUri = "http://localhost";
    const application = registrations.createApplication(
      { displayName: "tool", publicClient: { redirectUris: [redirectUri] } },
      [],
    );
    const owner = users.get(sandbox.world.ownerId);
    const browser = browserOf(sandbox);

    const { access_token } = await signIn(browser, sandbox.world, {
      clientId: text(application, "appId"),
      redirectUri,
      scope: `${RESOURCE}/user_impersonation`,
      user: owner ? text(owner, "userPrincipalName") : "",
    });

    expect((await ask(CONNECTION, `Bearer ${access_token}`)).status).toBe(200);
    await browser.close();
  });

  it("for something else is refused", async () => {
    const bearer = `Bearer ${await client.token(sandbox.world.deployer, "https://graph.microsoft.com/.default")}`;

    expect((await ask(CONNECTION, bearer)).status).toBe(401);
  });
});

it("another organization does not exist", async () => {
  expect((await ask("https://dev.azure.com/fabrikam/_apis/projects", basic(newToken()))).status).toBe(404);
});

it("what is under preview is asked for as such", async () => {
  const answer = await ask(CONNECTION.replace("-preview", ""), basic(newToken()));

  expect(answer.json()).toMatchObject({ typeKey: "VssInvalidPreviewVersionException" });
  expect(answer.status).toBe(400);
});

it("members are managed at the host that is for it", async () => {
  expect((await ask(MEMBERS.replace("vsaex.", ""), basic(newToken()))).status).toBe(404);
});
