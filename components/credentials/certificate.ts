/**
 * Certificates that registrations sign in with: made here, signed by their own key. Pure but for what is random.
 *
 * @packageDocumentation
 */
import { generateKeyPair, webcrypto, X509Certificate } from "node:crypto";
import { promisify } from "node:util";
import { dayOf } from "../../contract/days.ts";
import type { CredentialSlot } from "../../contract/outputs.ts";
import type { SlotName } from "./slots.ts";

/** What a certificate says. */
export interface CertificateContent {
  /** Mark of the stack. */
  readonly mark: string;
  readonly slot: SlotName;
  readonly generation: number;
  /** Valid from the beginning of this UTC day... */
  readonly from: string;
  /** ...until this instant. */
  readonly until: string;
}

export interface MadeCertificate {
  /** In PEM, without anything secret. */
  readonly certificate: string;
  /** The private key and the certificate, both in PEM: what signs in. Secret. */
  readonly bundle: string;
}

/** Names of X.509 take so many characters (documented: RFC 5280, upper bounds). */
const LONGEST_NAME = 64;

/** Entra verifies signatures of RSA (documented: certificate credentials); 2048 bits is the least that it takes. */
const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const BITS = 2048;

/** Makes a key and its certificate, another one each time. */
export async function makeCertificate(content: CertificateContent): Promise<MadeCertificate> {
  // A quarter of a second each, and not needed where no certificate is declared.
  await import("reflect-metadata");
  const { KeyUsageFlags, KeyUsagesExtension, X509CertificateGenerator } = await import("@peculiar/x509");
  const pair = await promisify(generateKeyPair)("rsa", { modulusLength: BITS });
  const pkcs8 = pair.privateKey.export({ format: "pem", type: "pkcs8" });
  const { subtle } = webcrypto;
  const [privateKey, publicKey] = await Promise.all([
    subtle.importKey("pkcs8", pair.privateKey.export({ format: "der", type: "pkcs8" }), RSA, false, ["sign"]),
    subtle.importKey("spki", pair.publicKey.export({ format: "der", type: "spki" }), RSA, true, ["verify"]),
  ]);
  const { mark, slot, generation, from, until } = content;
  const made = await X509CertificateGenerator.createSelfSigned({
    name: [{ O: [mark.slice(0, LONGEST_NAME)] }, { CN: [`${slot} ${generation}`] }],
    notBefore: new Date(from),
    notAfter: new Date(until),
    keys: { privateKey, publicKey },
    signingAlgorithm: RSA,
    extensions: [new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true)],
  });
  const certificate = `${made.toString("pem").trim()}\n`;
  return { certificate, bundle: `${pkcs8.toString().trim()}\n${certificate}` };
}

/**
 * What a certificate that was made here says of itself, as it is told in outputs.
 *
 * @param certificate in PEM
 * @param keyId that Entra knows it by
 */
export function slotOfCertificate(certificate: string, keyId: string): CredentialSlot {
  const { subject, validFromDate, validToDate, fingerprint } = new X509Certificate(certificate);
  const generation = Number(/^CN=[ab] (\d+)$/m.exec(subject)?.[1]);
  return {
    key: dayOf(validFromDate.toISOString()),
    end: validToDate.toISOString().replace(/\.\d+Z$/, "Z"),
    ...(generation > 0 && { generation }),
    keyId,
    thumbprint: fingerprint.replaceAll(":", ""),
  };
}
