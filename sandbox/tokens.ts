/**
 * Access tokens of the stand-in: issued by its Entra host, believed by its other hosts.
 *
 * @packageDocumentation
 */
import { generateKeyPairSync } from "node:crypto";
import { errors, importJWK, jwtVerify, SignJWT } from "jose";
import type { CryptoKey, JSONWebKeySet, JWK, JWTPayload } from "jose";
import { grantedRoles } from "./directory/roles.ts";
import type { World } from "./world.ts";

/** What an access token says; the claims that real clients look at. */
export interface AccessClaims {
  readonly aud: string;
  readonly tid: string;
  /** Object id of the service principal, or of the person that a delegated token speaks for. */
  readonly oid: string;
  readonly appid: string;
  readonly app_displayname: string;
  /** Application permissions of `aud`, by name: exactly those granted. */
  readonly roles?: readonly string[];
  /** Delegated permissions of `aud`, by name, between blanks. Only in tokens that speak for a person. */
  readonly scp?: string;
  /** Only in tokens that speak for a person. */
  readonly upn?: string;
  readonly exp: number;
}

/** What a token allows: application permissions, or the delegated ones of a person's. */
export function permissionsOf({ roles, scp }: AccessClaims): readonly string[] {
  return roles ?? scp?.split(" ") ?? [];
}

/** Why a token was not believed, in words that the host puts into its own 401. */
export class TokenRejected extends Error {
  override name = "TokenRejected";
}

/** Who a token speaks for: a service principal. */
export interface TokenSubject {
  readonly displayName: string;
  readonly clientId: string;
  readonly objectId: string;
}

/** Seconds that an access token lives. Shorter ones make the azuread provider fetch one for every call (seen: 6.9.1). */
export const TOKEN_LIFETIME = 3600;

/** The two issuers of the world: Entra, and the outside one that workloads get their own tokens from. */
export type Issuer = "entra" | "workload";

/** How a client proved who it is: its secret, or a signed assertion (the claim `appidacr`). */
export type ClientProof = "secret" | "assertion";

/** Issuer of access tokens of version 1.0, the version that Microsoft's own resources ask for. */
export function accessTokenIssuer(world: World): string {
  return `https://sts.windows.net/${world.tenant.id}/`;
}

/**
 * An access token for `audience`, e.g. `https://graph.microsoft.com`, with the application permissions that the
 * principal has there at this moment: what is granted later needs a new token, as with Entra.
 */
export async function issueAccessToken(
  world: World,
  principal: TokenSubject,
  audience: string,
  proof: ClientProof = "secret",
): Promise<{ access_token: string; expires_in: number }> {
  const roles = grantedRoles(world, principal.objectId, audience);
  const token = await signToken(world, "entra", TOKEN_LIFETIME, {
    iss: accessTokenIssuer(world),
    aud: audience,
    tid: world.tenant.id,
    oid: principal.objectId,
    sub: principal.objectId,
    appid: principal.clientId,
    azp: principal.clientId,
    appidacr: proof === "secret" ? "1" : "2",
    app_displayname: principal.displayName,
    idp: accessTokenIssuer(world),
    idtyp: "app",
    ver: "1.0",
    // Without any permission the claim is absent, not empty.
    ...(roles.length > 0 && { roles }),
  });
  return { access_token: token, expires_in: TOKEN_LIFETIME };
}

/** A token of the world's workload identity, signed by its own issuer: what a federated credential trusts. */
export async function issueWorkloadToken(world: World): Promise<string> {
  const { issuer, subject, audience } = world.workload;
  return signToken(world, "workload", TOKEN_LIFETIME, { iss: issuer, sub: subject, aud: audience });
}

/** Signs claims with the key of an issuer of this world, good from now on for as many seconds. */
export async function signToken(world: World, issuer: Issuer, lifetime: number, claims: JWTPayload): Promise<string> {
  const now = seconds(world);
  const signer = await keysOf(world, issuer);
  return new SignJWT(claims)
    .setProtectedHeader({ typ: "JWT", alg: "RS256", kid: signer.kid })
    .setIssuedAt(now)
    .setNotBefore(now)
    .setExpirationTime(now + lifetime)
    .setJti(crypto.randomUUID())
    .sign(signer.privateKey);
}

/**
 * Reads an `Authorization` header.
 *
 * @param audience what the host answers to; with or without a slash at the end
 * @throws TokenRejected when there is no bearer token, or it is not one of this tenant for this audience and this hour
 */
export async function verifyAccessToken(
  world: World,
  authorizationHeader: string | undefined,
  audience: string | readonly string[],
): Promise<AccessClaims> {
  const token = /^Bearer\s+(\S+)$/i.exec(authorizationHeader ?? "")?.[1];
  if (token === undefined) throw new TokenRejected("Access token is empty.");
  const { believed } = cacheOf(world);
  const claims = believed.get(token) ?? (await verifySignature(world, token));
  believed.set(token, claims);
  if (claims.exp <= seconds(world)) {
    believed.delete(token);
    throw new TokenRejected("Lifetime validation failed, the token is expired.");
  }
  const audiences = typeof audience === "string" ? [audience] : audience;
  if (!audiences.some((each) => sameResource(each, claims.aud))) {
    throw new TokenRejected("Access token validation failure. Invalid audience.");
  }
  return claims;
}

/** Are these two spellings of one resource? Entra takes a slash at the end, or none, for the same. */
export function sameResource(one: string, other: string): boolean {
  return one.replace(/\/+$/, "").toLowerCase() === other.replace(/\/+$/, "").toLowerCase();
}

/** The public keys of an issuer, as it publishes them. */
export function publishedKeys(world: World, issuer: Issuer): JSONWebKeySet {
  const { kty, n, e, kid } = storedKey(world, issuer);
  return {
    keys: [{ kty: kty as string, use: "sig", alg: "RS256", kid: kid as string, n: n as string, e: e as string }],
  };
}

/** The key that checks signatures of an issuer. */
export async function verificationKey(world: World, issuer: Issuer): Promise<CryptoKey> {
  return (await keysOf(world, issuer)).publicKey;
}

async function verifySignature(world: World, token: string): Promise<AccessClaims> {
  const { publicKey } = await keysOf(world, "entra");
  try {
    const { payload } = await jwtVerify<AccessClaims>(token, publicKey, {
      algorithms: ["RS256"],
      issuer: accessTokenIssuer(world),
      currentDate: world.now(),
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      throw new TokenRejected("Lifetime validation failed, the token is expired.");
    }
    if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) {
      throw new TokenRejected("IDX14100: JWT is not well formed, there are no dots (.).");
    }
    if (error instanceof errors.JOSEError) {
      throw new TokenRejected("Access token validation failure. Invalid signature or issuer.");
    }
    throw error;
  }
}

interface IssuerKeys {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

interface TokenCache {
  readonly keys: Map<Issuer, Promise<IssuerKeys>>;
  readonly believed: Map<string, AccessClaims>;
}

const caches = new WeakMap<World, TokenCache>();

function cacheOf(world: World): TokenCache {
  let cache = caches.get(world);
  if (!cache) caches.set(world, (cache = { keys: new Map(), believed: new Map() }));
  return cache;
}

function keysOf(world: World, issuer: Issuer): Promise<IssuerKeys> {
  const { keys } = cacheOf(world);
  let imported = keys.get(issuer);
  if (!imported) keys.set(issuer, (imported = importKeys(storedKey(world, issuer))));
  return imported;
}

async function importKeys(stored: JWK): Promise<IssuerKeys> {
  const { kty, n, e, kid } = stored;
  return {
    kid: kid as string,
    privateKey: (await importJWK(stored, "RS256")) as CryptoKey,
    publicKey: (await importJWK({ kty, n, e } as JWK, "RS256")) as CryptoKey,
  };
}

/** Kept with the world, so that tokens of a world that was put away are still believed when it is taken out again. */
function storedKey(world: World, issuer: Issuer): JWK {
  const keys = world.section<Partial<Record<Issuer, JWK>>>("token-keys", () => ({}));
  return (keys[issuer] ??= newKey());
}

function newKey(): JWK {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = privateKey.export({ format: "jwk" }) as JWK;
  return { ...jwk, kid: crypto.randomUUID().replaceAll("-", "") };
}

function seconds(world: World): number {
  return Math.floor(world.now().getTime() / 1000);
}
