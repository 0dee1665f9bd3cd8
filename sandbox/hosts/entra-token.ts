/**
 * The token endpoint: an application for itself (client credentials), or for a person (code, refresh token).
 *
 * @packageDocumentation
 */
import { createHash } from "node:crypto";
import { grantedScopes } from "../directory/consent.ts";
import { directory } from "../directory/index.ts";
import { text } from "../directory/model.ts";
import type { DirectoryObject } from "../directory/model.ts";
import { resourcePrincipal } from "../directory/roles.ts";
import { issueAccessToken, TOKEN_LIFETIME } from "../tokens.ts";
import { issueIdToken, issueUserToken } from "../user-tokens.ts";
import type { UserTokenRequest } from "../user-tokens.ts";
import type { World } from "../world.ts";
import { clientOf } from "./entra-clients.ts";
import { checkAssertion, checkSecret } from "./entra-credentials.ts";
import { rejections } from "./entra-errors.ts";
import { OPENID_SCOPES, missingConsent, parseScopes } from "./entra-scopes.ts";
import { findCode, findRefreshToken, newRefreshToken } from "./entra-sessions.ts";
import type { Code, Session } from "./entra-sessions.ts";

const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/** Documented: a refresh token of an application that is no single-page one dies after 90 days without use. */
const REFRESH_DAYS = 90;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Answers a form. Parameters that are not used here (`claims`, MSAL's own) are tolerated, as by Entra.
 *
 * @param authorization the header of that name: a client may show its secret there
 */
export async function answerToken(
  world: World,
  fields: Readonly<Record<string, string>>,
  authorization: string | undefined,
): Promise<object> {
  const form = readForm(fields, authorization);
  const grant = form.required("grant_type");
  if (grant === "client_credentials") return clientCredentials(world, form);
  if (grant === "authorization_code") return redeemCode(world, form);
  if (grant === "refresh_token") return refresh(world, form);
  throw rejections.unsupportedGrant(grant);
}

interface TokenForm {
  readonly clientId: string;
  readonly secret: string | undefined;
  readonly assertion: string | undefined;
  optional(name: string): string | undefined;
  required(name: string): string;
}

function readForm(form: Readonly<Record<string, string>>, authorization: string | undefined): TokenForm {
  const basic = basicCredentials(authorization);
  const optional = (name: string) => form[name] || undefined;
  const required = (name: string): string => {
    const value = optional(name);
    if (value === undefined) throw rejections.parameterMissing(name);
    return value;
  };
  required("grant_type");
  return {
    clientId: basic?.user ?? required("client_id"),
    secret: basic?.password ?? optional("client_secret"),
    assertion: form["client_assertion_type"] === JWT_BEARER ? form["client_assertion"] : undefined,
    optional,
    required,
  };
}

type Proof = "secret" | "assertion";

/** @throws EntraError when neither secret nor assertion is given, or it is wrong */
async function proveClient(
  world: World,
  form: TokenForm,
  registration: DirectoryObject,
  principal: DirectoryObject,
): Promise<Proof> {
  if (form.secret !== undefined) {
    checkSecret(world, registration, principal, form.secret);
    return "secret";
  }
  if (form.assertion === undefined) throw rejections.noCredential();
  await checkAssertion(world, registration, principal, form.assertion);
  return "assertion";
}

async function clientCredentials(world: World, form: TokenForm): Promise<object> {
  const scope = form.required("scope");
  const [registration, principal] = clientOf(world, form.clientId);
  const proof = await proveClient(world, form, registration, principal);
  const audience = audienceOf(world, scope);
  const token = await issueAccessToken(
    world,
    {
      displayName: text(principal, "displayName"),
      clientId: text(registration, "appId"),
      objectId: principal.id,
    },
    audience,
    proof,
  );
  return { token_type: "Bearer", ...token, ext_expires_in: token.expires_in };
}

/**
 * The audience that a scope asks for: what stands before `/.default`, as it was written (documented). Microsoft's
 * library for Go sends the scopes of OpenID Connect along, which mean nothing here (seen: azidentity 1.14).
 */
function audienceOf(world: World, scope: string): string {
  const [asked = "", ...others] = scope.split(/\s+/).filter((each) => !OPENID_SCOPES.includes(each));
  const resource = others.length > 0 ? undefined : /^(\S+)\/\.default$/.exec(asked)?.[1];
  if (resource === undefined) throw rejections.invalidScope(scope);
  if (!resourcePrincipal(world, resource)) throw rejections.resourceNotFound(resource, world.tenant.displayName);
  return resource;
}

async function redeemCode(world: World, form: TokenForm): Promise<object> {
  const [registration, principal] = clientOf(world, form.clientId);
  const code = findCode(world, form.required("code"));
  if (!code) throw rejections.malformedGrant();
  const proof = await proveSession(world, form, registration, principal, code);
  if (code.isRedeemed) throw rejections.redeemedCode();
  if (code.expires <= world.now().getTime()) throw rejections.expiredCode();
  const redirectUri = form.required("redirect_uri");
  if (redirectUri !== code.redirectUri) throw rejections.redemptionMismatch(redirectUri, code.redirectUri);
  checkVerifier(code, form.optional("code_verifier"));
  // Only now: a mistake of the client costs nobody the code (assumed).
  code.isRedeemed = true;
  return userTokens(world, registration, principal, code, proof, form, code.nonce);
}

async function refresh(world: World, form: TokenForm): Promise<object> {
  const [registration, principal] = clientOf(world, form.clientId);
  const token = findRefreshToken(world, form.required("refresh_token"));
  if (!token) throw rejections.malformedGrant();
  const proof = await proveSession(world, form, registration, principal, token);
  if (world.now().getTime() - token.issued >= REFRESH_DAYS * DAY_MS) {
    throw rejections.inactiveRefreshToken(new Date(token.issued).toISOString(), REFRESH_DAYS);
  }
  // Documented: a refresh token is bound to the person and the client, not to a resource.
  const scope = form.optional("scope") ?? token.scope;
  return userTokens(world, registration, principal, { ...token, scope }, proof, form, undefined);
}

/** Documented: a code or refresh token is its client's; one that can keep a secret has to show it each time. */
async function proveSession(
  world: World,
  form: TokenForm,
  registration: DirectoryObject,
  principal: DirectoryObject,
  session: Session,
): Promise<UserTokenRequest["proof"]> {
  if (session.clientId !== text(registration, "appId")) throw rejections.foreignGrant();
  if (!session.isPublic) return proveClient(world, form, registration, principal);
  if (form.secret !== undefined || form.assertion !== undefined) throw rejections.publicClient();
  return "none";
}

/** A challenge without a verifier is answered as a wrong one (assumed). */
function checkVerifier({ challenge }: Code, verifier: string | undefined): void {
  if (!challenge) return;
  const shown = challenge.isHashed
    ? createHash("sha256")
        .update(verifier ?? "")
        .digest("base64url")
    : verifier;
  if (shown !== challenge.value) throw rejections.wrongVerifier();
}

async function userTokens(
  world: World,
  registration: DirectoryObject,
  principal: DirectoryObject,
  session: Session,
  proof: UserTokenRequest["proof"],
  form: TokenForm,
  nonce: string | undefined,
): Promise<object> {
  const user = directory(world).users.get(session.userId);
  if (!user) throw rejections.deletedUser(world.tenant.displayName);
  if (user["accountEnabled"] === false) throw rejections.disabledUser();
  const asked = parseScopes(world, session.scope);
  // What was consented to may have been taken back since. Of OpenID's scopes nobody is asked again (assumed: MSAL sends
  // all of them with every refresh, and is answered).
  if (missingConsent(world, registration, principal.id, user.id, { ...asked, openId: [] }).length > 0) {
    throw rejections.consentMissing("invalid_grant", text(registration, "appId"), text(registration, "displayName"));
  }
  // Assumed: everything that was consented to of the resource, asked for now or not; offline_access is never told.
  const granted = grantedScopes(world, principal.id, asked.resource.id, user.id);
  const scopes = granted.filter((name) => name !== "offline_access");
  const request = { user, client: registration, proof, audience: asked.audience, scopes };
  const accessToken = await issueUserToken(world, request);
  return {
    token_type: "Bearer",
    scope: scopes.map((name) => written(session.scope, asked.audience, name)).join(" "),
    expires_in: TOKEN_LIFETIME,
    ext_expires_in: TOKEN_LIFETIME,
    access_token: accessToken,
    ...(asked.openId.includes("offline_access") && { refresh_token: newRefreshToken(world, session) }),
    ...(asked.openId.includes("openid") && {
      id_token: await issueIdToken(world, { user, client: registration, scopes: asked.openId }, nonce),
    }),
    // Seen: MSAL asks for it, and takes no answer without it for a person's.
    ...(form.optional("client_info") === "1" && { client_info: clientInfo(world, user) }),
  };
}

/** A scope as it was asked for: with its resource in front, or bare. */
function written(asked: string, audience: string, name: string): string {
  return asked.split(/\s+/).some((each) => each.startsWith(`${audience}/`)) ? `${audience}/${name}` : name;
}

function clientInfo(world: World, user: DirectoryObject): string {
  return Buffer.from(JSON.stringify({ uid: user.id, utid: world.tenant.id })).toString("base64url");
}

function basicCredentials(header: string | undefined): { user: string; password: string } | undefined {
  const encoded = /^Basic\s+(\S+)$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const [user, ...password] = Buffer.from(encoded, "base64").toString("utf8").split(":").map(decoded);
  return { user: user ?? "", password: password.join(":") };
}

/** Encoded as OAuth says, or raw as many clients do it: a lone `%` is no encoding. */
function decoded(text: string): string {
  return /%(?![0-9a-f]{2})/i.test(text) ? text : decodeURIComponent(text);
}
