/**
 * Reading secrets from Azure Key Vault. Values are returned and never kept, logged or put into an error.
 *
 * @packageDocumentation
 */
import type { TokenCredential } from "@azure/identity";
import type { SecretClient } from "@azure/keyvault-secrets";
import { CredentialError, PermissionError, TenantwireError } from "../../../contract/errors.ts";
import { isAbort, unreachable } from "../network.ts";

/**
 * The newest version of a secret.
 *
 * @param vaultUri e.g. `https://contoso.vault.azure.net/`
 * @throws CredentialError when the secret is not there, PermissionError when it may not be read
 */
export async function readSecret(vaultUri: string, name: string, credential: TokenCredential): Promise<string> {
  return inWords(vaultUri, name, async () => {
    const client = await connect(vaultUri, credential);
    return (await client.getSecret(name)).value ?? "";
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
    for await (const { version, createdOn, enabled } of client.listPropertiesOfSecretVersions(name)) {
      if (version && enabled) versions.push({ version, created: createdOn?.getTime() ?? 0 });
    }
    const before = versions.sort((a, b) => b.created - a.created)[1];
    return before && (await client.getSecret(name, { version: before.version })).value;
  });
}

async function connect(vaultUri: string, credential: TokenCredential): Promise<SecretClient> {
  const { SecretClient } = await import("@azure/keyvault-secrets");
  return new SecretClient(vaultUri, credential, { retryOptions: { maxRetries: 3, retryDelayInMs: 300 } });
}

async function inWords<T>(vaultUri: string, name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw vaultFailure(vaultUri, name, error);
  }
}

function vaultFailure(vaultUri: string, name: string, error: unknown): unknown {
  if (error instanceof TenantwireError || isAbort(error)) return error;
  const host = new URL(vaultUri).host;
  const { statusCode, message } = error as { statusCode?: number; message?: string };
  if (statusCode === 404) {
    return new CredentialError(`Vault ${host} has no secret "${name}": deploy the stack again (pulumi up).`, {
      cause: error,
    });
  }
  if (statusCode === 403) {
    return new PermissionError(
      `Vault ${host} does not let this identity read the secret "${name}": it needs the role "Key Vault Secrets User" there. ` +
        `Deploy the stack again (pulumi up); a new role can take some minutes to work.`,
      { cause: error },
    );
  }
  if (statusCode === 401) {
    return new CredentialError(
      `Vault ${host} did not accept the access token: is it a vault of the tenant in the outputs? (${firstLine(message)})`,
      { cause: error },
    );
  }
  return unreachable(host, error);
}

function firstLine(text: string | undefined): string {
  return text?.split("\n", 1)[0] ?? "401";
}
