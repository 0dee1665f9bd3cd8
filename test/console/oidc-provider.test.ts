/** Signing in at a provider that nobody here wrote and that is certified: oidc-provider, over TLS on this machine. */
import { generateKeyPairSync } from "node:crypto";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Provider } from "oidc-provider";
import { Agent, fetch as undiciFetch, getGlobalDispatcher, request, setGlobalDispatcher } from "undici";
import { RelyingParty } from "../../console/sign-in/relying-party.ts";
import { createCertificates } from "../../sandbox/certificates.ts";
import { Memory } from "./oidc-memory.ts";

const TENANT = "11111111-1111-4111-8111-111111111111";
const PERSON = "22222222-2222-4222-8222-222222222222";
const CLIENT = "33333333-3333-4333-8333-333333333333";
const SECRET = "a-secret-of-the-console-of-a-test";
const SIGN_IN = "/who-are-you";
const REDIRECT = "https://console.contoso.com/auth/callback";

let server: Server;
let issuer: URL;
/** How often the provider was asked what it is. */
let discoveries = 0;
let restore: () => Promise<void>;
/** Who let the person sign in, where the token says so. */
let letInBy: string | undefined;

beforeAll(async () => {
  const { ca, cert, key } = await createCertificates(["localhost"]);
  server = createServer({ cert, key });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  issuer = new URL(`https://localhost:${(server.address() as AddressInfo).port}`);
  const provider = new Provider(issuer.origin, {
    clients: [
      {
        ...{ client_id: CLIENT, client_secret: SECRET, redirect_uris: [REDIRECT] },
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    pkce: { required: () => true },
    // As Entra does it: what is asked for stands in the token itself.
    conformIdTokenClaims: false,
    claims: { openid: ["sub", "tid", "oid", "idp"], profile: ["name", "preferred_username"] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({
        ...{ sub: id, tid: TENANT, oid: PERSON, name: "Ada", preferred_username: "ada@contoso.com" },
        ...(letInBy !== undefined && { idp: letInBy }),
      }),
    }),
    adapter: Memory,
    jwks: { keys: [generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" })] },
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    features: { devInteractions: { enabled: false } },
    interactions: { url: () => SIGN_IN },
    // Whoever is signed in has consented.
    async loadExistingGrant({ oidc }) {
      const accountId = oidc.session?.accountId;
      const grant = new oidc.provider.Grant({ clientId: CLIENT, ...(accountId !== undefined && { accountId }) });
      grant.addOIDCScope("openid profile");
      await grant.save();
      return grant;
    },
    cookies: { keys: ["a", "b"] },
  });
  const handle = provider.callback();
  server.on("request", (incoming, answer) => {
    if (incoming.url?.includes("/.well-known/")) discoveries += 1;
    // A page for signing in on which nobody types: it is always Ada.
    if (incoming.url === SIGN_IN) void provider.interactionFinished(incoming, answer, { login: { accountId: "ada" } });
    else void handle(incoming, answer);
  });
  const [dispatcher, before, fetchBefore] = [new Agent({ connect: { ca } }), getGlobalDispatcher(), globalThis.fetch];
  setGlobalDispatcher(dispatcher);
  const rerouted = (input: string | URL, init?: RequestInit) => undiciFetch(input, { ...(init as object), dispatcher });
  globalThis.fetch = rerouted as unknown as typeof fetch;
  restore = async () => {
    setGlobalDispatcher(before);
    globalThis.fetch = fetchBefore;
    await dispatcher.close();
  };
});
afterAll(async () => {
  await restore();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function relyingParty(changes: { readonly tenant?: string; readonly secret?: string } = {}): RelyingParty {
  const { tenant = TENANT, secret = SECRET } = changes;
  return new RelyingParty({
    ...{ issuer, clientId: CLIENT, tenant },
    proof: async () => ({ secret }),
    redirectUri: () => REDIRECT,
  });
}

/** Follows the provider's redirects to the end, with its cookies. */
async function answerTo(location: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = new URL(location);
  // Of several accounts this provider knows nothing.
  url.searchParams.delete("prompt");
  for (let step = 0; step < 12; step += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await request(url, { headers: { cookie } });
    for (const each of [answer.headers["set-cookie"] ?? []].flat()) {
      const [pair = ""] = each.split(";");
      cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    const page = await answer.body.text();
    const [next] = [answer.headers.location].flat();
    if (next === undefined) throw new Error(`The provider leads nowhere: ${page.slice(0, 300)}`);
    if (next.startsWith(REDIRECT)) return new URL(next).search.slice(1);
    url = new URL(next, url);
  }
  throw new Error("The provider sent nobody back.");
}

describe("a provider of somebody else's", () => {
  it("says who signed in", async () => {
    const here = relyingParty();
    const { begun, location } = await here.begin("/", new Date());
    const person = await here.finish(await answerTo(location), begun);

    expect(person).toEqual({ id: PERSON, tenant: TENANT, name: "Ada", userName: "ada@contoso.com" });
  });

  it.each<[string, string, boolean]>([
    ["a guest", "https://sts.windows.net/99999999-9999-4999-8999-999999999999/", true],
    ["a guest with a personal account", "live.com", true],
    ["a member", `https://sts.windows.net/${TENANT}/`, false],
  ])("says that it was %s", async (_, idp, isExternal) => {
    letInBy = idp;
    const here = relyingParty();
    const { begun, location } = await here.begin("/", new Date());
    const person = await here.finish(await answerTo(location), begun);
    letInBy = undefined;

    expect(person.external).toBe(isExternal ? true : undefined);
  });

  it("is asked what it is once a day, not for each sign-in and not once for ever", async () => {
    const here = relyingParty();
    const before = discoveries;
    await here.begin("/", new Date("2026-03-02T08:00:00Z"));
    await here.begin("/", new Date("2026-03-02T20:00:00Z"));
    expect(discoveries - before).toBe(1);
    await here.begin("/", new Date("2026-03-03T08:00:01Z"));

    expect(discoveries - before).toBe(2);
  });

  it.each([
    ["another verifier", { verifier: "a-verifier-that-nobody-asked-with-and-that-is-long-enough" }],
    ["another nonce", { nonce: "another" }],
    ["another state", { state: "another" }],
  ])("is not believed with %s", async (_, change) => {
    const here = relyingParty();
    const { begun, location } = await here.begin("/", new Date());

    const answer = await answerTo(location);
    expect(answer).toContain("code=");
    await expect(here.finish(answer, { ...begun, ...change })).rejects.toMatchObject({
      name: "HttpError",
      status: 403,
    });
  });

  it("is not believed twice, nor of another tenant, nor by a console that cannot prove itself", async () => {
    const here = relyingParty();
    const { begun, location } = await here.begin("/", new Date());
    const answer = await answerTo(location);
    await here.finish(answer, begun);
    await expect(here.finish(answer, begun)).rejects.toMatchObject({ name: "HttpError" });

    const other = relyingParty({ tenant: PERSON });
    const begunThere = await other.begin("/", new Date());
    await expect(other.finish(await answerTo(begunThere.location), begunThere.begun)).rejects.toThrow("another tenant");

    const unproven = relyingParty({ secret: "wrong" });
    const third = await unproven.begin("/", new Date());
    await expect(unproven.finish(await answerTo(third.location), third.begun)).rejects.toMatchObject({
      name: "CredentialError",
    });
  });
});
