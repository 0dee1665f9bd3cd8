import { decodeJwt } from "jose";
import type { Credentials } from "./credentials.ts";
import type { Http } from "./http.ts";
import { record, text } from "./json.ts";

/** Who one connection of the engine works as. */
export interface Identity {
  readonly tenantId: string;
  readonly clientId: string;
  /**
   * An access token, kept until shortly before its end.
   *
   * @param resource root of the API, `https://graph.microsoft.com`
   * @throws SignInRejected with Entra's own sentence
   */
  token(resource: string): Promise<string>;
  /** Object id of the service principal: the token's `oid`, as the real plugins read it. */
  objectId(resource: string): Promise<string>;
}

export class SignInRejected extends Error {
  override name = "SignInRejected";
}

interface Token {
  readonly value: string;
  /** Milliseconds since 1970, by the world's clock. */
  readonly end: number;
}

interface Kept {
  readonly token: Promise<Token>;
  /** Infinite while it is being asked for. */
  end: number;
}

const SAFETY = 5 * 60 * 1000;

/** @param now the world's clock: tokens end by it */
export function createIdentity(http: Http, credentials: Credentials, now: () => Date): Identity {
  const tokens = new Map<string, Kept>();

  function current(resource: string): Promise<Token> {
    const known = tokens.get(resource);
    if (known && known.end - SAFETY > now().getTime()) return known.token;
    const kept: Kept = { token: signIn(http, credentials, resource, now), end: Infinity };
    tokens.set(resource, kept);
    kept.token.then(
      (token) => (kept.end = token.end),
      // A refusal is not kept: the secret may be right the next time.
      () => tokens.delete(resource),
    );
    return kept.token;
  }

  return {
    tenantId: credentials.tenantId,
    clientId: credentials.clientId,
    token: async (resource) => (await current(resource)).value,
    objectId: async (resource) => text(decodeJwt((await current(resource)).value)["oid"]),
  };
}

async function signIn(http: Http, credentials: Credentials, resource: string, now: () => Date): Promise<Token> {
  const { tenantId, clientId } = credentials;
  const url = `https://login.microsoftonline.com/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`;
  const proof = await credentials.proof(url);
  const answer = await http.send({
    method: "POST",
    url,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      ...proof,
      client_id: clientId,
      grant_type: "client_credentials",
      scope: `${resource}/.default`,
    }).toString(),
  });
  const body = record(answer.body);
  const value = text(body["access_token"]);
  if (answer.status === 200 && value) return { value, end: now().getTime() + Number(body["expires_in"]) * 1000 };
  // Seen: azuread 6.9.1. Read: what follows is the whole answer.
  const said = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body ?? "");
  throw new SignInRejected(`clientCredentialsToken: received HTTP status ${answer.status} with response: ${said}`);
}
