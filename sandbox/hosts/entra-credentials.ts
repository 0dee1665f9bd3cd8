import { decodeJwt, errors, jwtVerify } from "jose";
import type { JWTPayload } from "jose";
import { noteSignIn } from "../directory/credential-sign-ins.ts";
import { list, text } from "../directory/model.ts";
import type { DirectoryObject } from "../directory/model.ts";
import { secretHash } from "../directory/seed.ts";
import { verificationKey } from "../tokens.ts";
import type { World } from "../world.ts";
import { checkCertificateAssertion, isSelfIssued } from "./entra-certificates.ts";
import { rejections } from "./entra-errors.ts";

/**
 * Checks a client secret against the passwords of the application and of its service principal.
 *
 * @throws EntraError AADSTS7000215 for a wrong one, AADSTS7000222 for one that was right once (documented)
 */
export function checkSecret(
  world: World,
  application: DirectoryObject,
  servicePrincipal: DirectoryObject,
  secret: string,
): void {
  const hash = secretHash(secret);
  const known = [application, servicePrincipal]
    .flatMap((each) => list<Password>(each, "passwordCredentials"))
    .filter((each) => each.secretHash === hash);
  const appId = text(application, "appId");
  if (known.length === 0) throw rejections.invalidSecret(appId);
  const now = world.now().getTime();
  // A secret whose time has not come yet is answered as a wrong one (assumed).
  const begun = known.filter(({ startDateTime }) => Date.parse(startDateTime) <= now);
  if (begun.length === 0) throw rejections.invalidSecret(appId);
  const good = begun.find(({ endDateTime }) => Date.parse(endDateTime) > now);
  if (!good) throw rejections.expiredSecret(appId);
  noteSignIn(world, { appId, keyId: good.keyId, kind: "clientSecret" });
}

/**
 * Checks a signed assertion: one that is signed with a certificate of the application, or the token of an issuer that
 * it trusts.
 *
 * @throws EntraError what does not match, or what is wrong with the token itself
 */
export async function checkAssertion(
  world: World,
  application: DirectoryObject,
  servicePrincipal: DirectoryObject,
  assertion: string,
): Promise<void> {
  const claims = readAssertion(assertion);
  if (isSelfIssued(claims)) {
    await checkCertificateAssertion(world, application, servicePrincipal, assertion, claims);
  } else {
    await checkFederatedAssertion(world, application, assertion, claims);
  }
}

/**
 * Issuer, subject and audience must be those of one federated credential of the application, letter by letter
 * (documented: workload identity federation).
 */
async function checkFederatedAssertion(
  world: World,
  application: DirectoryObject,
  assertion: string,
  claims: JWTPayload,
): Promise<void> {
  const credentials = list<FederatedCredential>(application, "federatedIdentityCredentials");
  if (credentials.length === 0) throw rejections.noFederatedCredential(text(application, "appId"));

  const issuer = String(claims.iss);
  const subject = String(claims.sub);
  const audiences = [claims.aud ?? []].flat();
  const byIssuer = credentials.filter((each) => each.issuer === issuer);
  if (byIssuer.length === 0) throw rejections.noMatchingCredential(700211, "issuer", issuer);
  const bySubject = byIssuer.filter((each) => each.subject === subject);
  if (bySubject.length === 0) {
    // Seen: Azure/login, a subject that differs in letter case only has a code of its own.
    const nearly = byIssuer.some((each) => each.subject.toLowerCase() === subject.toLowerCase());
    throw nearly ? rejections.subjectCase(subject) : rejections.noMatchingCredential(700213, "subject", subject);
  }
  if (!bySubject.some((each) => each.audiences.some((audience) => audiences.includes(audience)))) {
    throw rejections.noMatchingCredential(700212, "audience", audiences.join(","));
  }

  // The only outside issuer that exists in this world is its own.
  if (issuer !== world.workload.issuer) throw rejections.issuerUnreachable();
  try {
    await jwtVerify(assertion, await verificationKey(world, "workload"), {
      algorithms: ["RS256"],
      currentDate: world.now(),
      requiredClaims: ["exp"],
    });
  } catch (error) {
    if (error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed) {
      throw rejections.assertionTime(world.now(), timeOf(claims.nbf), timeOf(claims.exp));
    }
    if (error instanceof errors.JOSEError) throw rejections.assertionSignature();
    throw error;
  }
}

interface FederatedCredential {
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
}

interface Password {
  readonly keyId: string;
  readonly startDateTime: string;
  readonly endDateTime: string;
  readonly secretHash?: string;
}

function readAssertion(assertion: string): JWTPayload {
  try {
    return decodeJwt(assertion);
  } catch (error) {
    if (error instanceof errors.JOSEError) throw rejections.malformedAssertion();
    throw error;
  }
}

function timeOf(seconds: number | undefined): string {
  return seconds === undefined ? "unknown" : new Date(seconds * 1000).toISOString();
}
