/**
 * Certificates of applications and service principals, as their `keyCredentials` keep them. Documented: keyCredential
 * resource type.
 *
 * @packageDocumentation
 */
import { createHash, X509Certificate } from "node:crypto";
import { list } from "./model.ts";
import type { DirectoryObject, Json } from "./model.ts";

export interface KeyCredential extends Record<string, Json> {
  /** SHA-1 thumbprint in upper-case hex, where nobody chose something else. */
  readonly customKeyIdentifier: string;
  readonly displayName: string | null;
  readonly startDateTime: string;
  readonly endDateTime: string;
  /** The certificate, DER in Base64. */
  readonly key: string;
  readonly keyId: string;
  readonly type: string;
  readonly usage: string;
}

export function keyCredentialsOf(object: DirectoryObject): readonly KeyCredential[] {
  return list<KeyCredential>(object, "keyCredentials");
}

/** The certificate in a `key`: Base64 of DER, or of PEM (read: what the azuread provider sends). */
export function certificateIn(key: string): X509Certificate | undefined {
  try {
    return new X509Certificate(Buffer.from(key, "base64"));
  } catch {
    return undefined;
  }
}

/** The digest by which an assertion names its certificate, over the whole of it (RFC 7515). */
export function thumbprint({ raw }: X509Certificate, algorithm: "sha1" | "sha256"): Buffer {
  return createHash(algorithm).update(raw).digest();
}
