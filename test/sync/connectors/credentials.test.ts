import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { FederatedCredential, Outputs } from "../../../contract/outputs.ts";
import { type SignIn, signInFailure } from "../../../sync/connectors/credentials/failures.ts";
import { compareWithTrusted, findAssertion } from "../../../sync/connectors/credentials/federated.ts";
import { syncCredential } from "../../../sync/connectors/credentials/index.ts";
import { startTestHosts } from "./hosts.ts";

const trusted: FederatedCredential[] = [
  {
    name: "cluster",
    clientId: "0c7f3b1e-1111-4111-8111-111111111111",
    issuer: "https://workloads.contoso.com",
    subject: "system:serviceaccount:tenantwire:sync",
    audience: "api://AzureADTokenExchange",
  },
];
const declared = "issuer https://workloads.contoso.com, subject system:serviceaccount:tenantwire:sync";

/** A port that nobody listens on any more. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part(claims)}.signature`;
}

describe("the token of an outside identity", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "credentials-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is read from its file every time: files are rotated", async () => {
    const file = join(folder, "token");
    const assertion = findAssertion({ AZURE_FEDERATED_TOKEN_FILE: file }, trusted);

    writeFileSync(file, "first\n");
    expect(await assertion()).toBe("first");
    writeFileSync(file, "second\n");
    expect(await assertion()).toBe("second");
  });

  it("that cannot be read is named with its file", async () => {
    const file = join(folder, "nothing");
    await expect(findAssertion({ AZURE_FEDERATED_TOKEN_FILE: file }, trusted)()).rejects.toThrow(
      `The federated token of the sync identity cannot be read (ENOENT): AZURE_FEDERATED_TOKEN_FILE names ${file}.`,
    );
  });

  it("comes from GitHub Actions for the declared audience", async () => {
    const hosts = await startTestHosts();
    hosts.answer("token.actions.githubusercontent.com", () => ({ body: { value: "from GitHub" } }));
    const environment = {
      ACTIONS_ID_TOKEN_REQUEST_URL: "https://token.actions.githubusercontent.com/x?api-version=2",
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "job",
    };

    expect(await findAssertion(environment, trusted)()).toBe("from GitHub");
    expect(hosts.received[0]?.url).toBe("/x?api-version=2&audience=api%3A%2F%2FAzureADTokenExchange");
    expect(hosts.received[0]?.headers.authorization).toBe("Bearer job");

    hosts.answer("token.actions.githubusercontent.com", () => ({ status: 502, body: {} }));
    await expect(findAssertion(environment, trusted)()).rejects.toMatchObject({
      message:
        "token.actions.githubusercontent.com answered 502 when asked for the token of this job for the sync identity: try again.",
      transient: true,
      begun: false,
    });

    hosts.answer("token.actions.githubusercontent.com", () => ({ body: '{"value":"eyJ' }));
    await expect(findAssertion(environment, trusted)()).rejects.toMatchObject({
      message:
        "token.actions.githubusercontent.com did not answer as documented when asked for the token of this job for the sync identity: try again.",
      transient: true,
    });

    hosts.answer("token.actions.githubusercontent.com", () => ({ status: 403, body: {} }));
    await expect(findAssertion(environment, trusted)()).rejects.toThrow(
      'GitHub Actions gave no token for the sync identity (403): give the job the permission "id-token: write".',
    );
    await hosts.close();
  });

  it("that is nowhere is asked for", () => {
    expect(() => findAssertion({}, trusted)).toThrow(
      `The sync identity signs in without a secret, with a token of ${declared}, and there is none here: name the file that holds it in AZURE_FEDERATED_TOKEN_FILE, or, in GitHub Actions, give the job the permission "id-token: write".`,
    );
  });

  it.each([
    [jwt({ iss: "https://other", sub: "x" }), `It says issuer https://other, subject x; declared is ${declared}.`],
    ["no token", `It could not be read; declared is ${declared}.`],
    [undefined, `It could not be read; declared is ${declared}.`],
  ])("is set beside what is declared", (token, words) => {
    expect(compareWithTrusted(token, trusted)).toBe(words);
  });
});

describe("signing in", () => {
  const signIn: SignIn = {
    tenantId: "T",
    clientId: "C",
    host: "login.microsoftonline.com",
    proof: () => "It says so.",
  };
  const said = (text: string) => Object.assign(new Error(text), { name: "AuthenticationError" });

  it("is told with Entra's code and trace", async () => {
    const error = said("invalid_client: Error(s): 7000222 - AADSTS7000222: Access has been blocked.\nTrace ID: x");
    expect(await signInFailure(error, signIn)).toMatchObject({
      name: "CredentialError",
      message:
        "Entra does not sign the sync identity (client id C) in: its client secret has expired. Deploy the stack again (pulumi up), which renews it. (AADSTS7000222, trace x)",
    });
  });

  it("tells a network that is down from a refusal", async () => {
    const error = Object.assign(new Error("network_error: Network request failed"), {
      cause: Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:9"), { code: "ECONNREFUSED" }),
    });
    const host = `127.0.0.1:${await closedPort()}`;
    expect(await signInFailure(error, { ...signIn, host })).toMatchObject({
      name: "Unreachable",
      message: expect.stringContaining(`${host} cannot be reached (`) as unknown,
    });
  });

  it.each([
    ["Entra's passing code, whatever the status", "invalid_request: AADSTS90033: A transient error has occurred.", 400],
    ["too many requests", "AADSTS90055: There are too many incoming requests.", 429],
    ["a code of a refusal with the status of a bad day", "AADSTS700016: No such application.", 503],
  ])("may be tried again after %s", async (_, text, status) => {
    const error = Object.assign(said(text), { cause: Object.assign(new Error(text), { status }) });
    expect(await signInFailure(error, signIn)).toMatchObject({ name: "Unreachable", transient: true, begun: false });
  });

  it.each([
    [503, "Unreachable"],
    [429, "Unreachable"],
    [403, "CredentialError"],
  ])("an answer that is not Entra's own is told by its status: %s", async (status, name) => {
    const hosts = await startTestHosts();
    hosts.answer(signIn.host, () => ({ status: 200 }));
    // What the library says of it, and says again from memory for a minute.
    const error = said(
      `server_error: A server error occured.\nHttp status code: ${status}\nHttp status message: <html>`,
    );
    try {
      expect(await signInFailure(error, signIn)).toMatchObject({
        name,
        message: `login.microsoftonline.com answered ${status} when asked to sign the sync identity (client id C) in: try again.`,
      });
    } finally {
      await hosts.close();
    }
  });

  it("has a sentence for everything else", async () => {
    expect(await signInFailure(said("something\nlong"), signIn)).toMatchObject({
      name: "CredentialError",
      message: "Signing in the sync identity (client id C) failed: something",
    });
  });
});

describe("syncCredential", () => {
  const outputs: Outputs = {
    version: 1,
    mark: "tenantwire/contoso",
    tenant: { id: "0c7f3b1e-2222-4222-8222-222222222222", domain: "contoso.com", cloud: "Microsoft" },
    vault: { name: "contoso", uri: "https://contoso.vault.azure.net/" },
    syncIdentity: {
      clientId: "0c7f3b1e-1111-4111-8111-111111111111",
      principalId: "0c7f3b1e-3333-4333-8333-333333333333",
      permissions: ["User.Read.All"],
      signIn: { kind: "federated" },
    },
    credentials: { secrets: [], federated: trusted, given: [] },
    registrations: [],
    consents: [],
    integrations: {},
  };
  const without = <K extends keyof Outputs>(key: K): Outputs => {
    const { [key]: _, ...rest } = outputs;
    return rest as Outputs;
  };

  it("needs a sync identity", () => {
    expect(() => syncCredential(without("syncIdentity"), {})).toThrow(
      "The outputs of tenantwire/contoso name no sync identity: nothing that is synced is in its settings. Add an integration and deploy (pulumi up).",
    );
  });

  it("needs a vault for an identity with a secret", () => {
    const { syncIdentity, ...rest } = without("vault");
    const signIn = { kind: "secret" as const, vaultSecret: "sync" };
    if (syncIdentity === undefined) throw new TypeError();
    expect(() => syncCredential({ ...rest, syncIdentity: { ...syncIdentity, signIn } }, {})).toThrow(
      "The outputs of tenantwire/contoso name a secret for the sync identity but no vault: deploy the stack again (pulumi up).",
    );
  });

  it("says what is missing only when a token is wanted", async () => {
    await expect(syncCredential(outputs, {}).getToken("x")).rejects.toMatchObject({
      name: "CredentialError",
      message: expect.stringContaining("there is none here") as unknown,
    });
  });
});
