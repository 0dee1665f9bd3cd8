/**
 * Tokens that speak for a person: an application acts for somebody who signed in.
 *
 * @packageDocumentation
 */
import { createHash } from "node:crypto";
import { text } from "./directory/model.ts";
import type { DirectoryObject } from "./directory/model.ts";
import { accessTokenIssuer, signToken, TOKEN_LIFETIME } from "./tokens.ts";
import type { World } from "./world.ts";

export interface UserTokenRequest {
  readonly user: DirectoryObject;
  /** The registration of the application that acts for the user. */
  readonly client: DirectoryObject;
  /** How the application proved who it is; a public one proves nothing. */
  readonly proof: "none" | "secret" | "assertion";
  /** E.g. `https://graph.microsoft.com`. */
  readonly audience: string;
  /** Delegated permissions of the audience, by name. */
  readonly scopes: readonly string[];
}

/** Documented: claims of access tokens of version 1.0, the version that Microsoft's own resources ask for. */
export function issueUserToken(world: World, request: UserTokenRequest): Promise<string> {
  const { user, client, proof, audience, scopes } = request;
  const appId = text(client, "appId");
  return signToken(world, "entra", TOKEN_LIFETIME, {
    iss: accessTokenIssuer(world),
    aud: audience,
    tid: world.tenant.id,
    oid: user.id,
    sub: pairwise(user.id, audience),
    acct: 0,
    appid: appId,
    azp: appId,
    appidacr: { none: "0", secret: "1", assertion: "2" }[proof],
    app_displayname: text(client, "displayName"),
    idtyp: "user",
    name: text(user, "displayName"),
    upn: text(user, "userPrincipalName"),
    unique_name: text(user, "userPrincipalName"),
    ver: "1.0",
    scp: scopes.join(" "),
  });
}

/**
 * Documented: an ID token is of version 2.0, made out to the application, and repeats the nonce it was asked with; of a
 * guest it says in `idp` who let him sign in (ID token claims reference). Assumed: a guest is called as at home.
 */
export function issueIdToken(
  world: World,
  { user, client, scopes }: Pick<UserTokenRequest, "user" | "client" | "scopes">,
  nonce: string | undefined,
): Promise<string> {
  const appId = text(client, "appId");
  const isGuest = user["userType"] === "Guest";
  return signToken(world, "entra", TOKEN_LIFETIME, {
    iss: `https://login.microsoftonline.com/${world.tenant.id}/v2.0`,
    aud: appId,
    tid: world.tenant.id,
    oid: user.id,
    sub: pairwise(user.id, appId),
    ver: "2.0",
    ...(isGuest && { idp: "live.com" }),
    ...(nonce !== undefined && { nonce }),
    ...(scopes.includes("profile") && {
      name: text(user, "displayName"),
      preferred_username: text(user, isGuest ? "mail" : "userPrincipalName"),
    }),
    ...(scopes.includes("email") && text(user, "mail") !== "" && { email: text(user, "mail") }),
  });
}

/** Documented: `sub` is another one for each application. */
function pairwise(userId: string, audience: string): string {
  return createHash("sha256").update(`${userId} ${audience}`).digest("base64url");
}
