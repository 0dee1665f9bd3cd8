/** What the console's registration asks for and where people come back to, for whoever declares it. Pure. @packageDocumentation */
import { SettingsError } from "../../contract/errors.ts";
import type { PermissionNames } from "../../contract/permissions/resolve.ts";

/** People sign in to it, and it reads nothing of Graph. */
export const SIGN_IN: PermissionNames = { application: [], delegated: ["openid", "profile"] };

/**
 * @param publicUrl where browsers reach the console
 * @throws SettingsError for anything but a scheme, a host and a port
 */
export function callbackOf(publicUrl: string): string {
  if (URL.parse(publicUrl)?.origin === publicUrl) return `${publicUrl}/auth/callback`;
  throw new SettingsError(
    `publicUrl: expected scheme, host and port without a slash at the end, such as https://console.contoso.com, found ${JSON.stringify(publicUrl)}.`,
  );
}
