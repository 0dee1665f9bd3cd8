/**
 * Access tokens of the stand-in: issued by its Entra host, believed by its other hosts.
 *
 * @packageDocumentation
 */

/** What an access token says; the claims that real clients look at. */
export interface AccessClaims {
  readonly aud: string;
  readonly tid: string;
  /** Object id of the service principal. */
  readonly oid: string;
  readonly appid: string;
  readonly app_displayname: string;
  /** Application permissions of `aud`, by name: exactly those granted. */
  readonly roles?: readonly string[];
  readonly exp: number;
}

/** Why a token was not believed, in words that the host puts into its own 401. */
export class TokenRefused extends Error {
  override name = "TokenRefused";
}
