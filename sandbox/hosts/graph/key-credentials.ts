/**
 * Certificates as a credential, as they are written with an application or service principal.
 *
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import { forbiddenKey } from "../../directory/app-management.ts";
import { certificateIn, keyCredentialsOf, thumbprint } from "../../directory/certificates.ts";
import type { KeyCredential } from "../../directory/certificates.ts";
import type { DirectoryObject, Json } from "../../directory/model.ts";
import { graphTime } from "../../directory/time.ts";
import type { World } from "../../world.ts";
import { checkAllowed } from "./credential-policy.ts";
import { isRecord } from "./entities.ts";
import { badRequest, GraphError } from "./errors.ts";

/** Whose credential it is: policies tell applications from service principals. */
interface Holder {
  readonly kind: "applications" | "servicePrincipals";
  /** `undefined` while it is made. */
  readonly object?: DirectoryObject | undefined;
}

/**
 * The properties with their `keyCredentials` as they are kept. A list replaces the one before; who sends back what was
 * there leaves its `key` out, which reads do not show (documented), and names it by `keyId`.
 *
 * @throws GraphError 400 for what is no certificate, or for dates outside of the certificate's own
 */
export function withKeptKeys(
  world: World,
  properties: Record<string, Json>,
  { kind, object }: Holder,
): Record<string, Json> {
  const { keyCredentials } = properties;
  if (!Array.isArray(keyCredentials)) return properties;
  const before = object ? keyCredentialsOf(object) : [];
  const kept = keyCredentials.map((wanted) => {
    if (!isRecord(wanted)) throw invalid("keyCredentials");
    return keptKey(wanted, before) ?? newKey(world, wanted, { kind, object });
  });
  if (new Set(kept.map(({ keyId }) => keyId)).size < kept.length) throw invalid("keyId");
  return { ...properties, keyCredentials: kept };
}

function keptKey(wanted: Record<string, Json>, before: readonly KeyCredential[]): KeyCredential | undefined {
  if ((wanted["key"] ?? null) !== null) return undefined;
  const found = before.find(({ keyId }) => keyId.toLowerCase() === textOf(wanted, "keyId")?.toLowerCase());
  return found && { ...found, displayName: textOf(wanted, "displayName") ?? found.displayName };
}

/** Documented: the identifier is the thumbprint where none is given. Assumed: name and dates are the certificate's. */
export function newKey(world: World, wanted: Record<string, Json>, { kind, object }: Holder): KeyCredential {
  const certificate = certificateIn(textOf(wanted, "key") ?? "");
  if (!certificate) throw invalid("key");
  const start = timeOf(wanted, "startDateTime") ?? certificate.validFromDate;
  const end = timeOf(wanted, "endDateTime") ?? certificate.validToDate;
  // Reported: the codes. A certificate's credential cannot begin before it, nor live longer.
  if (start < certificate.validFromDate || start >= end) {
    throw new GraphError(400, "KeyCredentialsInvalidStartDate", "Key credential start date is invalid.");
  }
  if (end > certificate.validToDate || end <= world.now()) {
    throw new GraphError(400, "KeyCredentialsInvalidEndDate", "Key credential end date is invalid.");
  }
  const holder = object ?? { id: "", createdDateTime: graphTime(world.now()) };
  checkAllowed(forbiddenKey(world, kind, holder, end.getTime() - start.getTime()));
  const type = textOf(wanted, "type") ?? "AsymmetricX509Cert";
  const usage = textOf(wanted, "usage") ?? "Verify";
  // Documented: the two that go together; others are for what is no certificate.
  if (type !== "AsymmetricX509Cert" && type !== "X509CertAndPassword") throw invalid("type");
  if (usage !== (type === "AsymmetricX509Cert" ? "Verify" : "Sign")) throw invalid("usage");
  return {
    customKeyIdentifier:
      textOf(wanted, "customKeyIdentifier") ?? thumbprint(certificate, "sha1").toString("hex").toUpperCase(),
    displayName: textOf(wanted, "displayName") ?? certificate.subject.split("\n").toReversed().join(", "),
    endDateTime: graphTime(end),
    key: certificate.raw.toString("base64"),
    keyId: textOf(wanted, "keyId") ?? randomUUID(),
    startDateTime: graphTime(start),
    type,
    usage,
  };
}

function textOf(wanted: Record<string, Json>, name: string): string | undefined {
  const value = wanted[name] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw invalid(name);
}

function timeOf(wanted: Record<string, Json>, name: string): Date | undefined {
  const value = textOf(wanted, name);
  if (value === undefined) return undefined;
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) throw invalid(name);
  return time;
}

function invalid(name: string): GraphError {
  return badRequest(`Invalid value specified for property '${name}' of resource 'KeyCredential'.`);
}
