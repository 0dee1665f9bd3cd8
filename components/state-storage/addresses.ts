/**
 * Addresses of the state, as Pulumi and the syncs take them. Pure.
 *
 * @packageDocumentation
 */
const USUAL_DOMAIN = "blob.core.windows.net";

/**
 * What `PULUMI_BACKEND_URL` is set to (documented: Pulumi, DIY backends; read: engine 3.259).
 *
 * @param blobEndpoint address of the account's blobs, `https://<account>.blob.core.windows.net/`
 */
export function backendUrl(blobEndpoint: string, container: string): string {
  const [account = "", ...domain] = new URL(blobEndpoint).hostname.split(".");
  const query = new URLSearchParams({ storage_account: account });
  // Other clouds have other domains.
  if (domain.join(".") !== USUAL_DOMAIN) query.set("domain", domain.join("."));
  return `azblob://${container}?${query.toString()}`;
}

/**
 * What `pulumi stack init --secrets-provider` is told. The version of the key is part of it: what a key has encrypted
 * does not say with which version, and without one the newest is tried, which after a rotation is the wrong one
 * (read: engine 3.259).
 *
 * @param keyUriWithVersion `https://<vault>.vault.azure.net/keys/<key>/<version>`
 */
export function secretsProviderUrl(keyUriWithVersion: string): string {
  return keyUriWithVersion.replace(/^https:/, "azurekeyvault:");
}

/** What `--state` of a sync is told: one blob a stack. */
export function stateAddress(blobEndpoint: string, container: string, stack: string): string {
  return new URL(`${container}/${stack}.sqlite`, blobEndpoint).href;
}
