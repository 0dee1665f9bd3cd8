/**
 * Signing in with a certificate: an assertion that the application issued to itself. Documented: Microsoft identity
 * platform application authentication certificate credentials.
 *
 * @packageDocumentation
 */
import { noteSignIn } from "../directory/credential-sign-ins.ts";
import { decodeProtectedHeader, errors, jwtVerify } from "jose";
import type { JWTPayload } from "jose";
import { certificateIn, keyCredentialsOf, thumbprint } from "../directory/certificates.ts";
import type { KeyCredential } from "../directory/certificates.ts";
import { text } from "../directory/model.ts";
import type { DirectoryObject } from "../directory/model.ts";
import type { World } from "../world.ts";
import { certificateRejections } from "./entra-certificate-errors.ts";
import { rejections } from "./entra-errors.ts";

/** Documented: PS256 with the SHA-256 thumbprint is asked for; RS256 and the SHA-1 one are still answered. */
const ALGORITHMS = ["PS256", "RS256"];

/** Documented: clocks may differ by so much. MSAL for JavaScript rounds its own up (seen: msal-node 7.2). */
const CLOCK_SKEW_SECONDS = 5 * 60;

/** Is this an assertion by certificate? Federated ones come from an issuer, which is an address. */
export function isSelfIssued({ iss, sub }: JWTPayload): boolean {
  return iss !== undefined && iss === sub && !URL.canParse(iss);
}

/**
 * @param claims what the assertion says, not verified yet
 * @throws EntraError which of certificate, client, audience, time and signature is wrong
 */
export async function checkCertificateAssertion(
  world: World,
  application: DirectoryObject,
  servicePrincipal: DirectoryObject,
  assertion: string,
  claims: JWTPayload,
): Promise<void> {
  const clientId = text(application, "appId");
  if (claims.iss !== clientId) throw certificateRejections.foreignAssertion();
  const { alg = "", ...header } = decodeProtectedHeader(assertion);
  if (!ALGORITHMS.includes(alg)) throw certificateRejections.algorithm(alg, ALGORITHMS);
  const named = namedBy({ x5t: header.x5t, sha256: header["x5t#S256"], kid: header.kid });
  if (!named) throw certificateRejections.noThumbprint();
  const known = [application, servicePrincipal].flatMap(keyCredentialsOf).filter(({ usage }) => usage === "Verify");
  const credential = known.find(named.isFor);
  if (!credential) throw certificateRejections.unknownCertificate(clientId, application.id, named.name);
  const now = world.now();
  const { startDateTime, endDateTime, key } = credential;
  if (now < new Date(startDateTime) || now >= new Date(endDateTime)) {
    throw certificateRejections.expiredCertificate(clientId, application.id, named.name, startDateTime, endDateTime);
  }
  const certificate = certificateIn(key);
  if (!certificate) throw certificateRejections.unknownCertificate(clientId, application.id, named.name);
  try {
    await jwtVerify(assertion, certificate.publicKey, {
      algorithms: ALGORITHMS,
      currentDate: now,
      clockTolerance: CLOCK_SKEW_SECONDS,
      requiredClaims: ["exp"],
    });
  } catch (error) {
    if (error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed) {
      throw rejections.assertionTime(now, timeOf(claims.nbf), timeOf(claims.exp));
    }
    if (error instanceof errors.JOSEError) throw certificateRejections.wrongSignature(clientId, named.name);
    throw error;
  }
  if (![claims.aud ?? []].flat().some((audience) => isTokenEndpoint(world, audience))) {
    throw certificateRejections.audience();
  }
  noteSignIn(world, { appId: clientId, keyId: credential.keyId, kind: "certificate" });
}

interface Named {
  /** As Entra writes it in its refusals: hex. */
  readonly name: string;
  readonly isFor: (credential: KeyCredential) => boolean;
}

function namedBy({ x5t, sha256, kid }: { x5t: unknown; sha256: unknown; kid: unknown }): Named | undefined {
  if (typeof sha256 === "string") return byDigest(sha256, "sha256");
  if (typeof x5t === "string") return byDigest(x5t, "sha1");
  if (typeof kid !== "string") return undefined;
  return { name: kid, isFor: ({ keyId }) => keyId.toLowerCase() === kid.toLowerCase() };
}

function byDigest(encoded: string, algorithm: "sha1" | "sha256"): Named {
  const digest = Buffer.from(encoded, "base64url");
  return {
    name: digest.toString("hex").toUpperCase(),
    isFor({ key }) {
      const certificate = certificateIn(key);
      return certificate !== undefined && thumbprint(certificate, algorithm).equals(digest);
    },
  };
}

/** Documented: the audience is the token endpoint; the authority itself is taken too (seen: older libraries). */
function isTokenEndpoint(world: World, audience: string): boolean {
  if (!URL.canParse(audience)) return false;
  const { protocol, hostname, pathname } = new URL(audience);
  const [tenant = "", ...rest] = pathname.replace(/\/+$/, "").slice(1).split("/");
  const { id, domain, mailDomain } = world.tenant;
  return (
    protocol === "https:" &&
    ["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"].includes(hostname) &&
    [id, domain, mailDomain, "common", "organizations"].includes(tenant.toLowerCase()) &&
    ["", "v2.0", "oauth2/token", "oauth2/v2.0/token"].includes(rest.join("/"))
  );
}

function timeOf(seconds: number | undefined): string {
  return seconds === undefined ? "unknown" : new Date(seconds * 1000).toISOString();
}
