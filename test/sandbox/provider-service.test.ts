/** The protocol itself, spoken by its own client. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { createConnection } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import grpc from "@grpc/grpc-js";
import rpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import { directory } from "../../sandbox/directory/index.ts";
import { type DirectoryObject, text } from "../../sandbox/directory/model.ts";
import type { Environment } from "../../sandbox/provider/credentials.ts";
import { startProvider, type RunningProvider } from "../../sandbox/provider/index.ts";
import { unwrap, wrap } from "../../sandbox/provider/wire.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { issueWorkloadToken } from "../../sandbox/tokens.ts";
import { keyCredential, newCertificate, pkcs12 } from "./certificate.ts";

const PASSWORD = "azuread:index/applicationPassword:ApplicationPassword";

let sandbox: Sandbox;
let provider: RunningProvider;
let folder: string;
let issuer: Server;
const clients: rpc.ResourceProviderClient[] = [];
const launchers: Socket[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({ users: 20, provider: false });
  folder = mkdtempSync(join(tmpdir(), "tenantwire-service-"));
  provider = await startProvider({ ...sandbox, socket: join(folder, "socket") });
});
afterAll(async () => {
  for (const client of clients) client.close();
  for (const launcher of launchers) launcher.destroy();
  await provider.stop();
  await sandbox.stop();
  rmSync(folder, { recursive: true });
});

/** A plugin of its own, as every engine run has, that inherits these variables. */
async function launch(name: string, environment: Environment): Promise<rpc.ResourceProviderClient> {
  const launcher = createConnection(join(folder, "socket"));
  launchers.push(launcher);
  launcher.write(`${JSON.stringify({ name, environment })}\n`);
  const [port] = (await once(launcher, "data")) as [Buffer];
  const address = `127.0.0.1:${port.toString().trim()}`;
  const client = new rpc.ResourceProviderClient(address, grpc.credentials.createInsecure());
  clients.push(client);
  return client;
}

function ask<R>(call: (done: (error: grpc.ServiceError | null, answer: R) => void) => unknown): Promise<R> {
  return new Promise((resolve, reject) => call((error, answer) => (error ? reject(error) : resolve(answer))));
}

async function configured(
  config: Record<string, unknown> = {},
  name = "azure-native",
  environment: Environment = sandbox.environment,
): Promise<rpc.ResourceProviderClient> {
  const client = await launch(name, environment);
  const request = new pb.ConfigureRequest();
  request.setArgs(wrap(config, [["clientSecret"]]));
  await ask<pb.ConfigureResponse>((done) => client.configure(request, done));
  return client;
}

async function whoAmI(client: rpc.ResourceProviderClient): Promise<unknown> {
  const request = new pb.InvokeRequest();
  request.setTok("azuread:index/getClientConfig:getClientConfig");
  request.setArgs(wrap({}, []));
  const answer = await ask<pb.InvokeResponse>((done) => client.invoke(request, done));
  return unwrap(answer.getReturn()).values["clientId"];
}

function checkOf(type: string, news: Record<string, unknown>, secrets: string[][] = []): pb.CheckRequest {
  const request = new pb.CheckRequest();
  request.setType(type);
  request.setName("x");
  request.setNews(wrap(news, secrets));
  return request;
}

describe("configuration", () => {
  it("belongs to one plugin", async () => {
    const { deployer, administrator } = sandbox.world;
    const [mine, theirs] = [await configured(), await configured({ ...administrator })];

    expect(await Promise.all([mine, theirs, mine].map(whoAmI))).toEqual([
      deployer.clientId,
      administrator.clientId,
      deployer.clientId,
    ]);
  });

  const without = (...names: string[]): Environment =>
    Object.fromEntries(Object.entries(sandbox.environment).filter(([name]) => !names.includes(name)));

  it.each([
    [{ clientId: "a" }, ["ARM_CLIENT_SECRET"]],
    [{ clientSecret: "a" }, ["ARM_CLIENT_ID"]],
    [{}, ["ARM_TENANT_ID"]],
    [{ useOidc: true }, ["ARM_CLIENT_SECRET"]],
  ])("is refused when configuration and environment are half a credential: %j without %j", async (config, missing) => {
    await expect(configured(config, "azuread", without(...missing))).rejects.toMatchObject({
      details: expect.stringMatching(/needs tenantId \(ARM_TENANT_ID\), clientId \(ARM_CLIENT_ID\) and clientSecret/),
    });
  });

  describe("by another identity than the deployer's", () => {
    let application: DirectoryObject;
    const principal = () => ({ ARM_TENANT_ID: sandbox.world.tenant.id, ARM_CLIENT_ID: text(application, "appId") });

    beforeAll(async () => {
      const { registrations, applications } = directory(sandbox.world);
      application = registrations.createApplication({ displayName: "somebody else" }, []);
      registrations.createServicePrincipal(application, { displayName: "somebody else" }, []);
      const certificate = await newCertificate();
      const { issuer: trusted, subject, audience } = sandbox.world.workload;
      applications.change(application, {
        federatedIdentityCredentials: [{ id: "f", name: "f", issuer: trusted, subject, audiences: [audience] }],
        keyCredentials: [keyCredential(certificate)],
      });
      writeFileSync(join(folder, "client.pem"), certificate.pem);
      writeFileSync(join(folder, "client.pfx"), pkcs12(certificate.pem, "the password"));
      issuer = createServer((request, response) => {
        const field = request.method === "POST" ? "oidcToken" : "value";
        void issueWorkloadToken(sandbox.world).then((token) => response.end(JSON.stringify({ [field]: token })));
      });
      await once(issuer.listen(0, "127.0.0.1"), "listening");
    });
    afterAll(() => void issuer.close());

    const tokenUrl = () => `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/token`;
    const requesting = () => ({ ARM_USE_OIDC: "true", ARM_OIDC_REQUEST_TOKEN: "t", ARM_OIDC_REQUEST_URL: tokenUrl() });

    it.each<[string, () => Promise<Environment> | Environment]>([
      ["a token", async () => ({ ARM_USE_OIDC: "true", ARM_OIDC_TOKEN: await issueWorkloadToken(sandbox.world) })],
      ["a token that GitHub is asked for", requesting],
      [
        "a token that Azure DevOps is asked for",
        () => ({ ...requesting(), ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID: "c" }),
      ],
      ["a certificate, PEM", () => ({ ARM_CLIENT_CERTIFICATE_PATH: join(folder, "client.pem") })],
      [
        "a certificate, PKCS #12",
        () => ({
          ARM_CLIENT_CERTIFICATE_PATH: join(folder, "client.pfx"),
          ARM_CLIENT_CERTIFICATE_PASSWORD: "the password",
        }),
      ],
    ])("signs in with %s", async (_what, environment) => {
      const client = await configured({}, "azuread", { ...principal(), ...(await environment()) });

      expect(await whoAmI(client)).toBe(text(application, "appId"));
    });
  });

  it("that Entra refuses is refused at once for azuread, in Entra's words and without the secret", async () => {
    const { clientId } = sandbox.world.deployer;

    await expect(configured({ clientId, clientSecret: "not-the-secret" }, "azuread")).rejects.toMatchObject({
      details: expect.stringMatching(
        /^building client: unable to obtain access token: clientCredentialsToken: received HTTP status 401 .*AADSTS7000215: Invalid client secret provided(?!.*not-the-secret)/,
      ),
    });
  });

  it("has to come before anything else", async () => {
    await expect(whoAmI(await launch("azuread", sandbox.environment))).rejects.toMatchObject({
      details: expect.stringMatching(/before it had configured it/),
    });
  });
});

describe("check", () => {
  it("names what is wrong, and neither the property's value nor the property for the engine to print it", async () => {
    const client = await configured();

    const answer = await ask<pb.CheckResponse>((done) =>
      client.check(checkOf(PASSWORD, { applicationId: "secret!" }, [["applicationId"]]), done),
    );

    expect(answer.getFailuresList().map((failure) => failure.toObject())).toEqual([
      {
        property: "",
        reason:
          "property 'applicationId' must be the resource id of an application, /applications/<object id>. Examine values at 'x.applicationId'.",
      },
    ]);
  });

  it("gives back secrets as secrets", async () => {
    const client = await configured();
    const news = { resourceGroupName: "rg", vaultName: "kv", properties: { value: "s" } };

    const answer = await ask<pb.CheckResponse>((done) =>
      client.check(checkOf("azure-native:keyvault:Secret", news, [["properties", "value"]]), done),
    );

    expect(unwrap(answer.getInputs()).secrets).toEqual([["properties", "value"]]);
  });

  it("names a type that it does not know", async () => {
    const client = await configured();

    await expect(
      ask<pb.CheckResponse>((done) => client.check(checkOf("azuread:index/group:Group", {}), done)),
    ).rejects.toMatchObject({
      details: expect.stringMatching(/^The resource type azuread:index\/group:Group is not known to the stand-in/),
    });
  });
});

it("answers the preview of a creation with secrets and unknown values, and makes nothing", async () => {
  const client = await configured();
  const request = new pb.CreateRequest();
  request.setType(PASSWORD);
  request.setPreview(true);
  request.setProperties(wrap({ applicationId: "/applications/x", displayName: "d" }, [["displayName"]]));
  sandbox.requests.mark();

  const answer = await ask<pb.CreateResponse>((done) => client.create(request, done));

  expect(answer.getId()).toBe("");
  expect(unwrap(answer.getProperties()).secrets.toSorted()).toEqual([["displayName"], ["value"]]);
  expect(sandbox.requests.counts().total).toBe(0);
});

it("keeps the id of what was made before its creation failed, with its secrets as secrets", async () => {
  const client = await configured();
  const registration = new pb.CreateRequest();
  registration.setType("azuread:index/applicationRegistration:ApplicationRegistration");
  registration.setProperties(wrap({ displayName: "half" }, []));
  const made = await ask<pb.CreateResponse>((done) => client.create(registration, done));
  const principal = new pb.CreateRequest();
  principal.setType("azuread:index/servicePrincipal:ServicePrincipal");
  principal.setProperties(wrap({ clientId: unwrap(made.getProperties()).values["clientId"], notes: "n" }, [["notes"]]));
  sandbox.faults.add({ method: "PATCH", path: "/v1.0/servicePrincipals/*", times: 1, then: { status: 404 } });

  const failed = await ask<pb.CreateResponse>((done) => client.create(principal, done)).catch(
    (error: unknown) => error,
  );

  const [details] = (failed as grpc.ServiceError).metadata.get("grpc-status-details-bin") as Buffer[];
  expect(details?.includes("pulumirpc.ErrorResourceInitFailed")).toBe(true);
  expect(details?.toString("latin1")).toMatch(/\/servicePrincipals\/[0-9a-f-]{36}/);
  expect(details?.includes("1b47061264138c4ac30d75fd1eb44270")).toBe(true);
});
