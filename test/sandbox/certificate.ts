import "reflect-metadata";
import { X509CertificateGenerator } from "@peculiar/x509";
import { createHash, createPrivateKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { SignJWT } from "jose";
import forge from "node-forge";

const DAY_MS = 24 * 60 * 60 * 1000;

export interface Certificate {
  /** DER in Base64: the `key` of a keyCredential. */
  readonly key: string;
  /** Certificate and private key, PEM. */
  readonly pem: string;
  readonly privateKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Digest of the whole certificate. */
  digest(algorithm: "sha1" | "sha256"): Buffer;
}

/** A self-signed one, as people make them for an application. @param days how long it is good from yesterday on */
export async function newCertificate(name = "tenantwire test", days = 90): Promise<Certificate> {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const day = Math.floor(Date.now() / 1000) * 1000;
  const notBefore = new Date(day - DAY_MS);
  const notAfter = new Date(day + (days - 1) * DAY_MS);
  const made = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    notBefore,
    notAfter,
    keys,
    signingAlgorithm: algorithm,
  });
  const der = Buffer.from(made.rawData);
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  const privateKey = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  return {
    key: der.toString("base64"),
    pem: `${made.toString("pem")}\n${String(privateKey.export({ format: "pem", type: "pkcs8" }))}`,
    privateKey,
    notBefore,
    notAfter,
    digest: (kind) => createHash(kind).update(der).digest(),
  };
}

export interface AssertionOptions {
  readonly alg?: string;
  readonly header?: Record<string, string>;
  readonly issuer: string;
  readonly subject?: string;
  readonly audience: string;
  readonly now: Date;
  readonly minutes?: number;
}

/** A token that its owner issues to itself; the header names the certificate by SHA-256 unless another is given. */
export function selfIssued(certificate: Certificate, options: AssertionOptions): Promise<string> {
  const { alg = "PS256", issuer, subject = issuer, audience, now, minutes = 10 } = options;
  const header = options.header ?? { "x5t#S256": certificate.digest("sha256").toString("base64url") };
  const seconds = Math.floor(now.getTime() / 1000);
  return new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg, typ: "JWT", ...header })
    .setIssuer(issuer)
    .setSubject(subject)
    .setAudience(audience)
    .setNotBefore(seconds)
    .setExpirationTime(seconds + minutes * 60)
    .sign(certificate.privateKey);
}

/** As Graph keeps it in an application. */
export function keyCredential({ key, notBefore, notAfter }: Certificate) {
  return {
    customKeyIdentifier: "",
    displayName: null,
    key,
    keyId: "11111111-2222-4333-8444-555555555555",
    startDateTime: notBefore.toISOString(),
    endDateTime: notAfter.toISOString(),
    type: "AsymmetricX509Cert",
    usage: "Verify",
  };
}

/** Certificate and key as one bundle, as people keep them for a plugin. */
export function pkcs12(pem: string, password: string): Buffer {
  const certificate = forge.pki.certificateFromPem(pem);
  const key = forge.pki.privateKeyFromPem(pem.slice(pem.indexOf("-----BEGIN PRIVATE KEY")));
  const bundle = forge.pkcs12.toPkcs12Asn1(key, certificate, password, { algorithm: "aes256" });
  return Buffer.from(forge.asn1.toDer(bundle).getBytes(), "binary");
}
