/** Tokens that are not what they should be, handed over by whoever stands in Entra's place on the way: none lets anybody in. */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Agent, fetch as undiciFetch, getGlobalDispatcher, setGlobalDispatcher } from "undici";
import { RelyingParty } from "../../console/sign-in/relying-party.ts";
import { createCertificates } from "../../sandbox/certificates.ts";

const TENANT = "11111111-1111-4111-8111-111111111111";
const OTHER = "99999999-9999-4999-8999-999999999999";
const PERSON = "22222222-2222-4222-8222-222222222222";
const CLIENT = "33333333-3333-4333-8333-333333333333";
const SECRET = "a-secret-of-the-console-of-a-test";

const own = generateKeyPairSync("rsa", { modulusLength: 2048 });
const foreign = generateKeyPairSync("rsa", { modulusLength: 2048 });

let server: Server;
let issuer: string;
/** What the token endpoint hands over. */
let idToken = "";
let keysAsked = 0;
let restore: () => Promise<void>;

beforeAll(async () => {
  const { ca, cert, key } = await createCertificates(["localhost"]);
  server = createServer({ cert, key }, (request, response) => {
    const answers: Readonly<Record<string, () => object>> = {
      "/v2.0/.well-known/openid-configuration": () => ({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ["code"],
        subject_types_supported: ["pairwise"],
        id_token_signing_alg_values_supported: ["RS256"],
      }),
      "/v2.0/keys": () => {
        keysAsked += 1;
        return { keys: [{ ...own.publicKey.export({ format: "jwk" }), kid: "own", use: "sig", alg: "RS256" }] };
      },
      "/v2.0/token": () => ({ token_type: "Bearer", access_token: "a", expires_in: 600, id_token: idToken }),
    };
    const answer = answers[request.url ?? ""];
    request.resume().on("end", () => {
      response.writeHead(answer ? 200 : 404, { "content-type": "application/json" });
      response.end(JSON.stringify(answer?.() ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  issuer = `https://localhost:${(server.address() as AddressInfo).port}/v2.0`;
  const [before, fetched] = [getGlobalDispatcher(), globalThis.fetch];
  const agent = new Agent({ connect: { ca } });
  setGlobalDispatcher(agent);
  globalThis.fetch = undiciFetch as unknown as typeof fetch;
  restore = async () => {
    setGlobalDispatcher(before);
    globalThis.fetch = fetched;
    await agent.close();
  };
});
afterAll(async () => {
  await restore();
  server.closeAllConnections();
  server.close();
});

interface Made {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly signed?: (text: string) => Buffer;
}

const byKey = (key: KeyObject) => (text: string) => sign("sha256", Buffer.from(text), key);
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

function tokenOf(nonce: string, { claims, header, signed = byKey(own.privateKey) }: Made): string {
  const now = Math.floor(Date.now() / 1000);
  const text = [
    encoded({ typ: "JWT", alg: "RS256", kid: "own", ...header }),
    encoded({
      ...{ iss: issuer, aud: CLIENT, sub: "s", tid: TENANT, oid: PERSON, ver: "2.0", nonce },
      ...{ iat: now, nbf: now, exp: now + 600, name: "Ada", preferred_username: "ada@contoso.com" },
      ...claims,
    }),
  ].join(".");
  return `${text}.${signed(text).toString("base64url")}`;
}

function party(): RelyingParty {
  return new RelyingParty({
    ...{ issuer: new URL(issuer), clientId: CLIENT, tenant: TENANT },
    ...{ proof: async () => ({ secret: SECRET }), redirectUri: () => "https://console.contoso.com/auth/callback" },
  });
}

async function signIn(made: Made, at = party()) {
  const { begun } = await at.begin("/", new Date());
  idToken = tokenOf(begun.nonce, made);
  return at.finish(`code=c&state=${begun.state}`, begun);
}

describe("a token", () => {
  it("that is Entra's lets somebody in, and its keys are asked for once", async () => {
    const at = party();
    const asked = keysAsked;
    expect(await signIn({}, at)).toMatchObject({ id: PERSON, tenant: TENANT, userName: "ada@contoso.com" });
    expect(await signIn({}, at)).toMatchObject({ id: PERSON });
    expect(keysAsked - asked).toBe(1);
  });

  const past = Math.floor(Date.now() / 1000) - 3_600;
  const publicKey = own.publicKey.export({ format: "pem", type: "spki" });
  it.each<[string, Made]>([
    ["signed by another key under Entra's name of it", { signed: byKey(foreign.privateKey) }],
    ["signed by a key that Entra does not have", { header: { kid: "foreign" }, signed: byKey(foreign.privateKey) }],
    ["signed by nobody", { header: { alg: "none" }, signed: () => Buffer.alloc(0) }],
    [
      "signed by the console's own secret",
      { header: { alg: "HS256" }, signed: (text) => createHmac("sha256", SECRET).update(text).digest() },
    ],
    [
      "signed by the public key, taken for a secret",
      { header: { alg: "HS256" }, signed: (text) => createHmac("sha256", publicKey).update(text).digest() },
    ],
    ["that is over", { claims: { iat: past - 600, nbf: past - 600, exp: past } }],
    ["of another application", { claims: { aud: OTHER } }],
    ["of several applications, for another one", { claims: { aud: [CLIENT, OTHER], azp: OTHER } }],
    ["of another issuer", { claims: { iss: `https://login.microsoftonline.com/${OTHER}/v2.0` } }],
    ["of version 1.0", { claims: { iss: `https://sts.windows.net/${TENANT}/`, ver: "1.0" } }],
    ["of another sign-in", { claims: { nonce: "another" } }],
    ["of no sign-in", { claims: { nonce: undefined } }],
    ["of another tenant", { claims: { tid: OTHER } }],
    ["of a personal account", { claims: { tid: "9188040d-6c67-4c5b-b112-36a304b66dad" } }],
    ["of no tenant", { claims: { tid: undefined } }],
    ["of nobody", { claims: { oid: undefined } }],
    ["of somebody whose id is none", { claims: { oid: "../administrators" } }],
  ])("%s lets nobody in", async (_, made) => {
    await expect(signIn(made)).rejects.toMatchObject({ name: "HttpError", status: 403 });
  });

  it("of a guest is one of somebody else's naming, whoever let the guest in", async () => {
    for (const idp of ["live.com", `https://sts.windows.net/${OTHER}/`, "mail"])
      expect(await signIn({ claims: { idp } })).toMatchObject({ id: PERSON, external: true });
    for (const idp of [undefined, `https://sts.windows.net/${TENANT}/`])
      expect(await signIn({ claims: { idp } })).not.toHaveProperty("external");
  });
});
