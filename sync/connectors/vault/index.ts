/**
 * Reading secrets from Azure Key Vault. Values are returned and never kept, logged or put into an error.
 *
 * @packageDocumentation
 */
import type { TokenCredential } from "@azure/identity";
import type { SecretClient, SecretClientOptions } from "@azure/keyvault-secrets";
import { ConnectionError, CredentialError, PermissionError, TenantwireError } from "../../../contract/errors.ts";
import { beginning, firstLine, quoted } from "../../../contract/words.ts";
import { azureVault } from "../azure-libraries.ts";
import { betweenWords, headersIn, isPassingStatus, requestName } from "../http/answer.ts";
import { patientWith } from "../http/patience-of-libraries.ts";
import { isAbort, Unreachable, unreachable, unreachableNow } from "../network.ts";

/**
 * The newest version of a secret.
 *
 * @param vaultUri e.g. `https://contoso.vault.azure.net/`
 * @throws CredentialError when the secret is not there, PermissionError when it may not be read
 */
export async function readSecret(
  vaultUri: string,
  name: string,
  credential: TokenCredential,
  signal?: AbortSignal,
): Promise<string> {
  return inWords(vaultUri, name, async () => {
    const client = await connect(vaultUri, credential);
    return (await client.getSecret(name, signal && { abortSignal: signal })).value ?? "";
  });
}

/** The version before the newest one, if there is one that is enabled. */
export async function readSecretBefore(
  vaultUri: string,
  name: string,
  credential: TokenCredential,
): Promise<string | undefined> {
  return inWords(vaultUri, name, async () => {
    const client = await connect(vaultUri, credential);
    const versions: { version: string; created: number }[] = [];
    const seen = new Set<string>();
    for await (const { version, createdOn, enabled } of client.listPropertiesOfSecretVersions(name)) {
      if (version !== undefined && seen.has(version)) {
        const { host } = new URL(vaultUri);
        throw new ConnectionError(
          `${host} gave a page whose next one is a page of before, when asked for the versions of "${name}": try again.`,
        );
      }
      if (version !== undefined) seen.add(version);
      if (version && enabled) versions.push({ version, created: createdOn?.getTime() ?? 0 });
    }
    const before = versions.sort((a, b) => b.created - a.created)[1];
    return before && (await client.getSecret(name, { version: before.version })).value;
  });
}

type Policy = NonNullable<SecretClientOptions["additionalPolicies"]>[number]["policy"];

async function connect(vaultUri: string, credential: TokenCredential): Promise<SecretClient> {
  const { SecretClient } = azureVault();
  const patiently = patientWith(new URL(vaultUri).host);
  const policy: Policy = { name: "patience", sendRequest: (request, next) => patiently(request, () => next(request)) };
  return new SecretClient(vaultUri, credential, {
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [{ policy, position: "perCall" }],
  });
}

async function inWords<T>(vaultUri: string, name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw await vaultFailure(vaultUri, name, error);
  }
}

async function vaultFailure(vaultUri: string, name: string, error: unknown): Promise<unknown> {
  if (error instanceof TenantwireError || isAbort(error)) return error;
  const host = new URL(vaultUri).host;
  const { statusCode } = error as { statusCode?: number };
  const cause = { cause: error };
  const said = sayingOf(error);
  if ((statusCode === 403 || statusCode === 404) && !isOfVault(error)) {
    return new ConnectionError(
      betweenWords(`vault ${host}`, statusCode, `it was asked for the secret "${name}"`),
      cause,
    );
  }
  if (statusCode === 404) {
    return new CredentialError(
      `Vault ${host} has no secret "${name}": deploy the stack again (pulumi up --refresh).`,
      cause,
    );
  }
  if (statusCode === 403) return forbidden(host, name, error, said);
  if (statusCode === 401) {
    return new CredentialError(
      `Vault ${host} did not accept the access token: is it a vault of the tenant in the outputs?${said}`,
      cause,
    );
  }
  // The library reads what a proxy refuses as an answer of the vault, and finds nothing in it.
  if (statusCode === undefined) return (await unreachableNow(new URL(vaultUri))) ?? unreachable(host, error);
  const words = `Vault ${host} answered ${statusCode} when asked for the secret "${name}".${said}`;
  return isPassingStatus(statusCode)
    ? // It was tried for as long as there is patience.
      new Unreachable(words, { transient: false, begun: false }, error)
    : new ConnectionError(words, cause);
}

/** Documented: a vault's errors have a code; a page of something in between has none. */
function isOfVault(error: unknown): boolean {
  const { details } = error as { readonly details?: { readonly error?: { readonly code?: unknown } } };
  return details?.error?.code !== undefined;
}

/** Which of its reasons a vault has, by its inner code (documented: Azure Key Vault throttling and error codes) or its words. */
function forbidden(host: string, name: string, error: unknown, said: string): TenantwireError {
  const { message = "", details } = error as {
    message?: string;
    details?: { error?: { innererror?: { code?: unknown } } };
  };
  const inner = details?.error?.innererror?.code;
  const code = typeof inner === "string" ? inner : "";
  const is = (codes: RegExp, words: RegExp) => codes.test(code) || words.test(message);
  const cause = { cause: error };
  if (is(/SecretDisabled/i, /disabled secret/i)) {
    return new CredentialError(
      `The secret "${name}" in vault ${host} is disabled: enable its newest version, or deploy the stack again (pulumi up --refresh).${said}`,
      cause,
    );
  }
  if (is(/SecretExpired|SecretNotYetValid|KeyNotYetValid/i, /(expired|not yet valid)/i)) {
    return new CredentialError(
      `The secret "${name}" in vault ${host} is outside of the time that it is valid for: correct its dates, or deploy the stack again (pulumi up --refresh).${said}`,
      cause,
    );
  }
  if (is(/ForbiddenByConnection/i, /private (link|endpoint)|public network access is disabled/i)) {
    return new PermissionError(
      `Vault ${host} is open to private links alone, and this machine does not come by one: run this in that network, or allow public access.${said}`,
      cause,
    );
  }
  if (is(/ForbiddenByFirewall/i, /firewall|client address is not authorized|not in the allowed/i)) {
    return new PermissionError(
      `The firewall of vault ${host} does not let this machine in: add its address (az keyvault network-rule add), or run this elsewhere.${said}`,
      cause,
    );
  }
  return new PermissionError(
    `Vault ${host} does not let this identity read the secret "${name}": it needs the role "Key Vault Secrets User" there. ` +
      `Deploy the stack again (pulumi up --refresh); a new role can take some minutes to work.${said}`,
    cause,
  );
}

/** What the service says itself, in one line, and what it calls the request. */
function sayingOf(error: unknown): string {
  const { message = "" } = error as { message?: string };
  const line = beginning(firstLine(message), 300);
  return `${line ? ` It says: ${quoted(line)}` : ""}${requestName(headersIn(error))}`;
}
