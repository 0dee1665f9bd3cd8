/** Redirect URIs that Entra does not take. @packageDocumentation */
import type { Json } from "../../directory/model.ts";
import { badRequest } from "./errors.ts";

const PLATFORMS = ["web", "spa", "publicClient"] as const;

/**
 * Documented ("Redirect URI (reply URL) restrictions and limitations"): 256 addresses of a registration, 256 characters
 * of an address, `https` but for localhost (public clients have schemes of their own), none of `! $ ' ( ) , ;`.
 * Wildcards are only advised against. Assumed: the words of the refusal.
 */
export function checkRedirectUris(properties: Record<string, Json>): void {
  const given = PLATFORMS.flatMap((platform) => {
    const { redirectUris = [] } = (properties[platform] ?? {}) as { readonly redirectUris?: readonly string[] };
    return redirectUris.map((uri) => ({ platform, uri }));
  });
  if (given.length > 256) throw badRequest("The number of redirect URIs exceeds the maximum of 256.");
  for (const { platform, uri } of given) {
    if (isRefused(uri, platform))
      throw badRequest("Invalid value specified for property 'redirectUris' of resource 'Application'.");
  }
}

function isRefused(uri: string, platform: (typeof PLATFORMS)[number]): boolean {
  if (uri.length > 256 || /[\s!$'(),;]/.test(uri) || !URL.canParse(uri)) return true;
  const { protocol, hostname } = new URL(uri);
  const isLocal = ["localhost", "127.0.0.1"].includes(hostname);
  return platform !== "publicClient" && protocol !== "https:" && !(protocol === "http:" && isLocal);
}
