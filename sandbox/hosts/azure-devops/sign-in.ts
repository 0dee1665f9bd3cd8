import type { FastifyRequest } from "fastify";
import { AZURE_DEVOPS_APP_ID } from "../../data/first-party.ts";
import { directory } from "../../directory/index.ts";
import { text } from "../../directory/model.ts";
import { secretHash } from "../../directory/seed.ts";
import { TokenRejected, verifyAccessToken } from "../../tokens.ts";
import type { World } from "../../world.ts";
import { notAuthorized } from "./errors.ts";
import type { Organization, PersonalAccessToken } from "./organization.ts";

/** What a token for Azure DevOps is made out to. */
const AUDIENCES = [AZURE_DEVOPS_APP_ID, "https://app.vssps.visualstudio.com"];

/** Who asks: a person or a service principal of the tenant. */
export interface Caller {
  /** Object id in the directory. */
  readonly id: string;
  readonly displayName: string;
  /** User principal name, or the service principal's object id. */
  readonly account: string;
  /** Scopes of the token that was shown; undefined: everything that the caller may. */
  readonly scopes: readonly string[] | undefined;
}

/** Nobody is known yet, or nobody that the product believes. */
export class SignInNeeded extends Error {
  override name = "SignInNeeded";
  /** Was something shown that is wrong? Otherwise nothing was shown. */
  readonly isRejection: boolean;

  constructor(message: string, isRejection: boolean) {
    super(message);
    this.isRejection = isRejection;
  }
}

/**
 * A person by a personal access token (Basic, any user name), or whoever a token of Entra speaks for: a service
 * principal must have been added to the organization before (documented); people of the tenant are in it (assumed).
 *
 * @throws SignInNeeded
 * @throws AzureDevOpsError for who is not in the organization
 */
export async function callerOf(world: World, organization: Organization, request: FastifyRequest): Promise<Caller> {
  const { authorization } = request.headers;
  if (authorization === undefined) throw new SignInNeeded("Nobody is signed in.", false);
  const basic = /^Basic\s+(\S+)$/i.exec(authorization)?.[1];
  if (basic !== undefined) {
    const { userId, scopes } = shownToken(world, organization, basic);
    return person(world, userId, scopes);
  }
  try {
    const { oid, scp } = await verifyAccessToken(world, authorization, AUDIENCES);
    if (scp !== undefined) return person(world, oid);
    if (!organization.entitlements.some(({ originId }) => originId === oid)) throw notAuthorized(oid);
    const principal = directory(world).servicePrincipals.get(oid);
    return { id: oid, displayName: principal ? text(principal, "displayName") : "", account: oid, scopes: undefined };
  } catch (error) {
    if (error instanceof TokenRejected) throw new SignInNeeded(error.message, true);
    throw error;
  }
}

function shownToken(world: World, { tokens }: Organization, basic: string): PersonalAccessToken {
  const [, ...password] = Buffer.from(basic, "base64").toString("utf8").split(":");
  const token = tokens[secretHash(password.join(":"))];
  if (!token) throw new SignInNeeded("Access Denied: The Personal Access Token used is not valid.", true);
  if (Date.parse(token.validTo) <= world.now().getTime()) {
    throw new SignInNeeded("Access Denied: The Personal Access Token used has expired.", true);
  }
  return token;
}

/** A token dies with its person's account (assumed). */
function person(world: World, id: string, scopes?: readonly string[]): Caller {
  const user = directory(world).users.get(id);
  if (!user || user["accountEnabled"] === false) throw notAuthorized(id);
  return { id, displayName: text(user, "displayName"), account: text(user, "userPrincipalName"), scopes };
}
