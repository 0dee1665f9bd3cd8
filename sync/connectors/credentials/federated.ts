/**
 * Signing in without a secret: a token of an outside identity that the sync identity trusts.
 *
 * @packageDocumentation
 */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { FederatedCredential } from "../../../contract/outputs.ts";
import { CredentialError } from "../../../contract/errors.ts";
import { decodeText, NotText } from "../../../contract/text/decode.ts";
import { isPassingStatus } from "../http/answer.ts";
import { httpEvent } from "../http/events.ts";
import { Unreachable, unreachable } from "../network.ts";
import { payloadOf } from "./claims.ts";

/** Gets the outside identity's token anew: files are rotated, and GitHub's live for minutes. */
export type Assertion = () => Promise<string>;

/** Whether this machine has a token of an outside identity. */
export function hasAssertion(environment: NodeJS.ProcessEnv): boolean {
  const { AZURE_FEDERATED_TOKEN_FILE: file, ACTIONS_ID_TOKEN_REQUEST_URL: url } = environment;
  return Boolean(file || (url && environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"]));
}

/**
 * Where this machine has a token of an outside identity.
 *
 * @param trusted the outside identities that are declared for the sync identity
 * @throws CredentialError when there is none
 */
export function findAssertion(environment: NodeJS.ProcessEnv, trusted: readonly FederatedCredential[]): Assertion {
  const file = environment["AZURE_FEDERATED_TOKEN_FILE"];
  if (file) return () => readToken(file);
  const url = environment["ACTIONS_ID_TOKEN_REQUEST_URL"];
  const bearer = environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
  if (url && bearer) {
    const audience = trusted[0]?.audience ?? "api://AzureADTokenExchange";
    return () => requestGitHubToken(url, bearer, audience);
  }
  throw new CredentialError(
    `The sync identity signs in without a secret, with a token of ${describeTrusted(trusted)}, and there is none here: ` +
      `name the file that holds it in AZURE_FEDERATED_TOKEN_FILE, or, in GitHub Actions, give the job the permission "id-token: write".`,
  );
}

/** Issuer and subject of what was shown, beside what is trusted: the two are compared letter by letter by Entra. */
export function compareWithTrusted(token: string | undefined, trusted: readonly FederatedCredential[]): string {
  const shown = claimsOf(token);
  const said = shown ? `It says issuer ${shown.iss}, subject ${shown.sub}` : "It could not be read";
  return `${said}; declared is ${describeTrusted(trusted)}.`;
}

/** Whether a token is of one of the outside identities, by issuer and subject: letter by letter, as Entra compares. */
export function isTrusted(token: string, trusted: readonly FederatedCredential[]): boolean {
  const shown = claimsOf(token);
  return trusted.some(({ issuer, subject }) => issuer === shown?.iss && subject === shown.sub);
}

function describeTrusted(trusted: readonly FederatedCredential[]): string {
  if (trusted.length === 0) return "no outside identity at all";
  return trusted.map(({ issuer, subject }) => `issuer ${issuer}, subject ${subject}`).join(" or ");
}

async function readToken(file: string): Promise<string> {
  try {
    return decodeText(await readFile(file)).trim();
  } catch (error) {
    const code = error instanceof NotText ? "no text" : (error as NodeJS.ErrnoException).code;
    throw new CredentialError(
      `The federated token of the sync identity cannot be read (${code}): AZURE_FEDERATED_TOKEN_FILE names ${file}.`,
      { cause: error },
    );
  }
}

const TIMEOUT_MS = 30_000;
const GitHubAnswer = z.looseObject({ value: z.string() });

/**
 * The token of a job in GitHub Actions.
 *
 * @param who whose proof it is, for the message
 * @throws CredentialError when the job may not have one, Unreachable when GitHub does not answer or is not able to
 */
export async function requestGitHubToken(
  url: string,
  bearer: string,
  audience: string,
  who = "the sync identity",
): Promise<string> {
  const request = new URL(url);
  request.searchParams.set("audience", audience);
  const asked = { method: "GET", host: request.host, path: request.pathname } as const;
  const begun = performance.now();
  let response: Response;
  try {
    response = await fetch(request, {
      headers: { Authorization: `Bearer ${bearer}`, Accept: "application/json" },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    const failure = unreachable(request.host, error);
    httpEvent({ kind: "no answer", ...asked, why: failure.message });
    throw failure;
  }
  const milliseconds = Math.round(performance.now() - begun);
  httpEvent({ kind: "answer", ...asked, status: response.status, milliseconds, id: "" });
  // What came of it is not told: it may be a part of the token.
  const answer = GitHubAnswer.safeParse(response.ok ? await response.json().catch(() => undefined) : undefined);
  if (answer.success) return answer.data.value;
  if (response.ok || isPassingStatus(response.status)) {
    const words = response.ok ? "did not answer as documented" : `answered ${response.status}`;
    throw new Unreachable(`${request.host} ${words} when asked for the token of this job for ${who}: try again.`, {
      transient: true,
      begun: false,
    });
  }
  throw new CredentialError(
    `GitHub Actions gave no token for ${who} (${response.status}): give the job the permission "id-token: write".`,
  );
}

const Claims = z.looseObject({ iss: z.string(), sub: z.string() });

/** Shown to a person, never believed. */
function claimsOf(token: string | undefined): z.infer<typeof Claims> | undefined {
  return Claims.safeParse(payloadOf(token ?? "")).data;
}
