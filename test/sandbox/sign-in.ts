import type { FastifyInstance } from "fastify";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fetch, ProxyAgent } from "undici";
import type { Sandbox } from "../../sandbox/server.ts";
import type { World } from "../../sandbox/world.ts";

export const LOGIN = "https://login.microsoftonline.com";

/** Where a visit ended: elsewhere, or at a page. */
export interface Visit {
  readonly status: number;
  readonly location: URL | undefined;
  readonly text: string;
}

/** Somebody at a browser that follows no redirects, so that a test sees where it is sent. */
export interface Browser {
  /** @param path at the login host; through the proxy any address */
  visit(path: string, query: Record<string, string>): Promise<Visit>;
  /** Posts a form to the tenant's token endpoint. */
  token(form: Record<string, string>): Promise<{ status: number; body: Record<string, string> }>;
}

/** A browser at an Entra host of this process. */
export function browserAt(entra: FastifyInstance, world: World): Browser {
  return {
    async visit(path, query) {
      const answer = await entra.inject(`${path}?${new URLSearchParams(query).toString()}`);
      return visited(answer.statusCode, answer.headers.location, answer.body);
    },
    async token(form) {
      const answer = await entra.inject({
        method: "POST",
        url: `/${world.tenant.id}/oauth2/v2.0/token`,
        headers: { "content-type": "application/x-www-form-urlencoded" },
        payload: new URLSearchParams(form).toString(),
      });
      return { status: answer.statusCode, body: answer.json() };
    },
  };
}

/** A browser that reaches a running stand-in through its proxy. */
export function browserOf(sandbox: Sandbox): Browser & { close(): Promise<void> } {
  const dispatcher = new ProxyAgent({ uri: sandbox.proxyUrl, requestTls: { ca: readFileSync(sandbox.caFile) } });
  return {
    async visit(path, query) {
      const url = new URL(path, LOGIN);
      url.search = new URLSearchParams(query).toString();
      const answer = await fetch(url, { dispatcher, redirect: "manual" });
      return visited(answer.status, answer.headers.get("location") ?? undefined, await answer.text());
    },
    async token(form) {
      const url = `${LOGIN}/${sandbox.world.tenant.id}/oauth2/v2.0/token`;
      const answer = await fetch(url, { method: "POST", dispatcher, body: new URLSearchParams(form) });
      return { status: answer.status, body: (await answer.json()) as Record<string, string> };
    },
    close: () => dispatcher.close(),
  };
}

function visited(status: number, location: string | undefined, text: string): Visit {
  return { status, location: location === undefined ? undefined : new URL(location), text };
}

export interface SignIn {
  readonly clientId: string;
  /** None for a public client. */
  readonly clientSecret?: string;
  readonly redirectUri: string;
  /** Between blanks. */
  readonly scope: string;
  /** User principal name or mail address of the person. */
  readonly user: string;
}

export const VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123";
export const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url");

/** The query of the authorize endpoint for a sign-in. */
export function authorizeQuery({ clientId, redirectUri, scope, user }: SignIn): Record<string, string> {
  return {
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    scope,
    login_hint: user,
    state: "s-1",
    nonce: "n-1",
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
  };
}

/** The form that redeems a code. */
export function codeForm({ clientId, clientSecret, redirectUri }: SignIn, code: string): Record<string, string> {
  return {
    grant_type: "authorization_code",
    client_id: clientId,
    ...(clientSecret !== undefined && { client_secret: clientSecret }),
    redirect_uri: redirectUri,
    code,
    code_verifier: VERIFIER,
  };
}

/** Signs a person in with authorization code and PKCE. @returns the answer of the token endpoint */
export async function signIn(browser: Browser, world: World, wanted: SignIn): Promise<Record<string, string>> {
  const { location } = await browser.visit(`/${world.tenant.id}/oauth2/v2.0/authorize`, authorizeQuery(wanted));
  const code = location?.searchParams.get("code");
  if (!code) throw new Error(`no code was given: ${location?.href}`);
  const { body } = await browser.token(codeForm(wanted, code));
  return body;
}
