/** The protocol itself, spoken by its own client. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import grpc from "@grpc/grpc-js";
import rpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import { startProvider, type RunningProvider } from "../../sandbox/provider/index.ts";
import { unwrap, wrap } from "../../sandbox/provider/wire.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";

const PASSWORD = "azuread:index/applicationPassword:ApplicationPassword";

let sandbox: Sandbox;
let provider: RunningProvider;
const clients: rpc.ResourceProviderClient[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({ users: 20, provider: false });
  provider = await startProvider(sandbox);
});
afterAll(async () => {
  for (const client of clients) client.close();
  await provider.stop();
  await sandbox.stop();
});

/** A connection of its own, as every engine run has. */
function connect(): rpc.ResourceProviderClient {
  const options = { "grpc.use_local_subchannel_pool": 1 };
  const client = new rpc.ResourceProviderClient(
    `127.0.0.1:${provider.port}`,
    grpc.credentials.createInsecure(),
    options,
  );
  clients.push(client);
  return client;
}

function ask<R>(call: (done: (error: grpc.ServiceError | null, answer: R) => void) => unknown): Promise<R> {
  return new Promise((resolve, reject) => call((error, answer) => (error ? reject(error) : resolve(answer))));
}

async function configured(
  config: Record<string, unknown> = {},
  type = "azure-native",
): Promise<rpc.ResourceProviderClient> {
  const client = connect();
  const request = new pb.ConfigureRequest();
  request.setType(`pulumi:providers:${type}`);
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
  it("belongs to one connection", async () => {
    const { deployer, administrator } = sandbox.world;
    const [mine, theirs] = [await configured(), await configured({ ...administrator })];

    expect(await Promise.all([mine, theirs, mine].map(whoAmI))).toEqual([
      deployer.clientId,
      administrator.clientId,
      deployer.clientId,
    ]);
  });

  it.each([
    [{ clientId: "a" }, /configure both clientId and clientSecret, or neither/],
    [{ clientSecret: "a" }, /configure both clientId and clientSecret, or neither/],
  ])("is refused when it is half a credential: %j", async (config, message) => {
    await expect(configured(config)).rejects.toMatchObject({ details: expect.stringMatching(message) });
  });

  it("that Entra refuses is refused at once for azuread, in Entra's words and without the secret", async () => {
    const { clientId } = sandbox.world.deployer;

    await expect(configured({ clientId, clientSecret: "not-the-secret" }, "azuread")).rejects.toMatchObject({
      details: expect.stringMatching(/AADSTS7000215: Invalid client secret provided(?!.*not-the-secret)/),
    });
  });

  it("has to come before anything else", async () => {
    await expect(whoAmI(connect())).rejects.toMatchObject({
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
        reason: "property 'applicationId' must be the resource id of an application, /applications/<object id>",
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
