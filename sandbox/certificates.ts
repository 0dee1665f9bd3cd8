/**
 * A throw-away certificate authority and the one certificate that the stand-in's server shows. Both private keys stay
 * in memory; only the authority's certificate is ever written to a file.
 *
 * @packageDocumentation
 */
import "reflect-metadata";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

export interface Certificates {
  /** Certificate of the authority, PEM: what clients are told to trust. */
  readonly ca: string;
  /** Certificate of the server, PEM. */
  readonly cert: string;
  /** Private key of the server, PKCS #8 PEM. */
  readonly key: string;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 24 * 60 * 60 * 1000;
const LIFETIME_DAYS = 30;

/**
 * @param names host names that the server answers to; `*.` as the first label is allowed
 */
export async function createCertificates(names: readonly string[]): Promise<Certificates> {
  // A day early, for clients whose clock is behind.
  const notBefore = new Date(Date.now() - DAY_MS);
  const notAfter = new Date(Date.now() + LIFETIME_DAYS * DAY_MS);
  const authorityKeys = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  const serverKeys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);

  const authority = await X509CertificateGenerator.createSelfSigned({
    name: "CN=tenantwire stand-in (throw-away), O=tenantwire",
    notBefore,
    notAfter,
    keys: authorityKeys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  const server = await X509CertificateGenerator.create({
    subject: "CN=tenantwire stand-in",
    issuer: authority.subject,
    notBefore,
    notAfter,
    signingKey: authorityKeys.privateKey,
    publicKey: serverKeys.publicKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names.map((value) => ({ type: "dns", value }))),
      // Python's strict verification asks for both identifiers.
      await AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey),
      await SubjectKeyIdentifierExtension.create(serverKeys.publicKey),
    ],
  });
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", serverKeys.privateKey);
  return { ca: authority.toString("pem"), cert: server.toString("pem"), key: pem("PRIVATE KEY", pkcs8) };
}

function pem(label: string, der: ArrayBuffer): string {
  const lines = Buffer.from(der)
    .toString("base64")
    .match(/.{1,64}/g);
  return `-----BEGIN ${label}-----\n${(lines ?? []).join("\n")}\n-----END ${label}-----\n`;
}
