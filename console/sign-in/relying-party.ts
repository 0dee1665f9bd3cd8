/**
 * Signing in by OpenID Connect: authorization code with PKCE, state and nonce. The tenant of the token is compared with
 * the stack's own, whatever the issuer says.
 *
 * @packageDocumentation
 */
import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import * as openId from "openid-client";
import { z } from "zod";
import type { KeptProof } from "../../sync/connectors/credentials/application.ts";
import { unreachable } from "../../sync/connectors/network.ts";
import { ConnectionError, CredentialError } from "../../contract/errors.ts";
import { quoted } from "../../contract/words.ts";
import type { Person } from "../access.ts";
import type { Begun } from "../http/sessions.ts";
import { HttpError } from "../http/http-error.ts";
import { DAY_MS } from "../../contract/days.ts";

/** How the console proves to Entra which application it is; asked at each sign-in, so that a renewed secret is used. */
export type Proof = () => Promise<KeptProof | { readonly assertion: string }>;

export interface RelyingPartyOptions {
  /** The issuer, such as `https://login.microsoftonline.com/<tenant id>/v2.0`. */
  readonly issuer: URL;
  readonly clientId: string;
  /** The only tenant whose people may come in. */
  readonly tenant: string;
  readonly proof: Proof;
  /** Where the answer is sent. */
  readonly redirectUri: () => string;
}

/**
 * `oid` is the person in every application of the tenant; `idp` is another one than the issuer where somebody else let the
 * person sign in, as of guests (documented: ID token claims reference).
 */
const Claims = z.object({
  iss: z.string(),
  idp: z.string().optional(),
  tid: z.guid(),
  oid: z.guid(),
  name: z.string().default(""),
  preferred_username: z.string().default(""),
});

/** What Entra says of itself is asked again after so long. */
const FRESH_MS = DAY_MS;

interface Discovered {
  readonly at: number;
  readonly server: Promise<openId.ServerMetadata>;
}

export class RelyingParty {
  readonly #options: RelyingPartyOptions;
  #discovered: Discovered | undefined;
  /** Entra's keys, as they were last asked for: the library asks again for one that is not there. */
  #keys: ReturnType<typeof openId.getJwksCache>;

  constructor(options: RelyingPartyOptions) {
    this.#options = options;
  }

  /**
   * What to remember until the answer comes, and where to send the browser.
   *
   * @throws ConnectionError where Entra does not answer
   */
  async begin(to: string, now: Date): Promise<{ readonly begun: Begun; readonly location: string }> {
    const begun = {
      verifier: openId.randomPKCECodeVerifier(),
      state: openId.randomState(),
      nonce: openId.randomNonce(),
      to,
      at: now.toISOString(),
    };
    const { href } = openId.buildAuthorizationUrl(await this.#configuration(now), {
      redirect_uri: this.#options.redirectUri(),
      scope: "openid profile",
      code_challenge: await openId.calculatePKCECodeChallenge(begun.verifier),
      code_challenge_method: "S256",
      state: begun.state,
      nonce: begun.nonce,
      // Whoever has several accounts says which.
      prompt: "select_account",
    });
    return { begun, location: href };
  }

  /**
   * @param query what the browser brought to the redirect URI
   * @throws HttpError for an answer that is not the one to what was begun, or of another tenant
   * @throws CredentialError where Entra does not accept the console's own credential
   * @throws ConnectionError where it does not answer
   */
  async finish(query: string, { verifier, state, nonce, at }: Begun): Promise<Person> {
    const url = new URL(this.#options.redirectUri());
    url.search = query;
    const code = url.searchParams.get("error");
    if (code !== null && url.searchParams.get("state") === state) {
      const why = url.searchParams.get("error_description") ?? code;
      throw new HttpError(403, `Entra did not sign you in: ${quoted(why)}`);
    }
    const configuration = await this.#configuration(new Date(at), true);
    // The token comes from Entra itself, over TLS; a proxy that opens TLS could hand over one of its own.
    openId.enableNonRepudiationChecks(configuration);
    if (this.#keys) openId.setJwksCache(configuration, this.#keys);
    const claims = await openId
      .authorizationCodeGrant(configuration, url, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      })
      .then(
        (tokens) => tokens.claims(),
        (error) => failureOf(this.#options.issuer.host, error),
      );
    this.#keys = openId.getJwksCache(configuration);
    const { data } = Claims.safeParse(claims);
    if (data === undefined) throw new HttpError(403, "The token of Entra does not say who you are (oid, tid).");
    if (data.tid.toLowerCase() !== this.#options.tenant.toLowerCase()) {
      throw new HttpError(
        403,
        "You signed in with an account of another tenant: this console is for one tenant alone.",
      );
    }
    return {
      id: data.oid.toLowerCase(),
      tenant: data.tid.toLowerCase(),
      name: data.name,
      userName: data.preferred_username,
      ...(isExternal(data) && { external: true }),
    };
  }

  /** @param proving whether the client's proof is needed: reading a vault takes its time */
  async #configuration(now: Date, proving = false): Promise<openId.Configuration> {
    const { clientId, proof } = this.#options;
    const server = await this.#server(now.getTime());
    return new openId.Configuration(server, clientId, undefined, proving ? await clientAuth(await proof()) : undefined);
  }

  async #server(now: number): Promise<openId.ServerMetadata> {
    const { issuer, clientId } = this.#options;
    if (!this.#discovered || now - this.#discovered.at > FRESH_MS) {
      const server = openId.discovery(issuer, clientId).then((found) => found.serverMetadata());
      this.#discovered = { at: now, server };
    }
    const asked = this.#discovered;
    try {
      return await asked.server;
    } catch (error) {
      if (this.#discovered === asked) this.#discovered = undefined;
      throw unanswered(issuer.host, error) ?? error;
    }
  }
}

/** The tenant calls itself by the issuer of either version of its tokens. */
function isExternal({ idp, iss, tid }: z.output<typeof Claims>): boolean {
  return idp !== undefined && idp !== iss && idp !== `https://sts.windows.net/${tid}/`;
}

async function clientAuth(proof: Awaited<ReturnType<Proof>>): Promise<openId.ClientAuth> {
  if ("secret" in proof) return openId.ClientSecretPost(proof.secret);
  if ("certificate" in proof) return byCertificate(proof.certificate);
  return (_server, client, body) => {
    body.set("client_id", client.client_id);
    body.set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    body.set("client_assertion", proof.assertion);
  };
}

/** Documented: PS256, and the certificate named by its SHA-256 ("Microsoft identity platform application authentication certificate credentials"). */
async function byCertificate(pem: string): Promise<openId.ClientAuth> {
  const certificate = new X509Certificate(pem);
  const key = createPrivateKey(pem).toCryptoKey({ name: "RSA-PSS", hash: "SHA-256" }, false, ["sign"]);
  return openId.PrivateKeyJwt(key, {
    [openId.modifyAssertion]: (header) => {
      header["x5t#S256"] = createHash("sha256").update(certificate.raw).digest("base64url");
    },
  });
}

/** What is wrong with the answer is the browser's; what is wrong with our own proof is ours. */
function failureOf(host: string, error: unknown): never {
  if (error instanceof openId.ResponseBodyError && error.error === "invalid_client") {
    throw new CredentialError(
      `Entra did not accept the console's own credential: ${quoted(error.error_description ?? error.error)}. Deploy the stack again (pulumi up --refresh).`,
      { cause: error },
    );
  }
  if (error instanceof openId.ResponseBodyError || error instanceof openId.AuthorizationResponseError) {
    throw new HttpError(403, `Entra did not sign you in: ${quoted(error.error_description ?? error.error)}`);
  }
  const noAnswer = unanswered(host, error);
  if (noAnswer) throw noAnswer;
  if (error instanceof openId.ClientError)
    throw new HttpError(403, "The answer is not one to a sign-in that began here: sign in again.");
  throw error;
}

/** What the library calls it where there was no answer in time, or one that is none of Entra's: of a proxy, for example. */
const NO_ANSWER: ReadonlySet<string | undefined> = new Set([
  "OAUTH_TIMEOUT",
  "OAUTH_RESPONSE_IS_NOT_CONFORM",
  "OAUTH_RESPONSE_IS_NOT_JSON",
  "OAUTH_PARSE_ERROR",
]);

/** Undefined: it was something else. */
function unanswered(host: string, error: unknown): ConnectionError | undefined {
  // As fetch tells that there was no connection.
  if (error instanceof TypeError && error.cause !== undefined) return unreachable(host, error);
  if (!(error instanceof openId.ClientError) || !NO_ANSWER.has(error.code)) return undefined;
  const message = `${host} did not answer as documented when somebody signed in (${quoted(error.message)}): try again.`;
  return new ConnectionError(message, { cause: error });
}
