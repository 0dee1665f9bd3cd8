/**
 * Who a plugin signs in as: what its configuration says, and for the rest the environment that the engine was started
 * in, as the real plugins read it (documented: azuread and azure-native, installation and configuration).
 *
 * @packageDocumentation
 */
import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { SignJWT } from "jose";
import forge from "node-forge";
import type { Http } from "./http.ts";
import { type Properties, record, text } from "./json.ts";
import { VARIABLES } from "./plugin-variables.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Credentials {
  readonly tenantId: string;
  readonly clientId: string;
  /** The fields that prove it, for the token endpoint at `tokenUrl`. */
  proof(tokenUrl: string): Promise<Readonly<Record<string, string>>>;
}

type Setting = keyof typeof VARIABLES;

const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const AUDIENCE = "api://AzureADTokenExchange";

/**
 * Read: go-azure-sdk tries a certificate, then a secret, then a token of another issuer, and then the machine's own
 * sign-in, which is not for the stand-in.
 *
 * @param now the world's clock: a certificate's assertion is made by it
 * @throws when nothing can be signed in with, naming what there could be
 */
export function credentialsOf(config: Properties, environment: Environment, http: Http, now: () => Date): Credentials {
  const setting = (name: Setting) => {
    const configured = config[name];
    if (typeof configured === "boolean") return String(configured);
    const variables = VARIABLES[name].map((variable) => environment[variable] ?? "");
    return text(configured) || (variables.find((value) => value !== "") ?? "");
  };
  const who = { tenantId: setting("tenantId"), clientId: setting("clientId") };
  const secret = setting("clientSecret");
  const bundle = setting("clientCertificate");
  const path = setting("clientCertificatePath");
  if (who.tenantId && who.clientId) {
    if (bundle || path) {
      const key = keyIn(
        bundle ? Buffer.from(bundle, "base64") : readFileSync(path),
        setting("clientCertificatePassword"),
      );
      return { ...who, proof: async (tokenUrl) => assertedBy(await selfIssued(key, who.clientId, tokenUrl, now())) };
    }
    if (secret) return { ...who, proof: async () => ({ client_secret: secret }) };
    if (setting("useOidc") === "true") {
      const token = setting("oidcToken");
      if (token) return { ...who, proof: async () => assertedBy(token) };
      const request = {
        url: setting("oidcRequestUrl"),
        token: setting("oidcRequestToken"),
        connection: setting("adoPipelineServiceConnectionId"),
      };
      if (request.url && request.token)
        return { ...who, proof: async () => assertedBy(await requested(http, request)) };
    }
  }
  throw new Error(
    "unable to configure an authorizer: the stand-in's provider needs tenantId (ARM_TENANT_ID), clientId (ARM_CLIENT_ID) and " +
      "clientSecret (ARM_CLIENT_SECRET), clientCertificatePath (ARM_CLIENT_CERTIFICATE_PATH), or useOidc (ARM_USE_OIDC=true) " +
      "with oidcToken or oidcRequestUrl and oidcRequestToken; it does not use the Azure CLI or a managed identity.",
  );
}

function assertedBy(assertion: string): Readonly<Record<string, string>> {
  return { client_assertion_type: JWT_BEARER, client_assertion: assertion };
}

interface CertificateKey {
  readonly certificate: X509Certificate;
  readonly privateKey: ReturnType<typeof createPrivateKey>;
}

/** A certificate with its key: PKCS #12, as azuread wants it, or PEM. */
function keyIn(bytes: Buffer, password: string): CertificateKey {
  const pem = bytes.includes("-----BEGIN") ? bytes.toString("utf8") : pemOf(bytes, password);
  return { certificate: new X509Certificate(pem), privateKey: createPrivateKey({ key: pem, passphrase: password }) };
}

function pemOf(bytes: Buffer, password: string): string {
  const bundle = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(bytes.toString("binary")), password);
  const bags = (type: string) => bundle.getBags({ bagType: type })[type] ?? [];
  const { certBag, keyBag, pkcs8ShroudedKeyBag } = forge.pki.oids as Readonly<Record<string, string>>;
  const [certificate] = bags(certBag ?? "");
  const [key] = [...bags(pkcs8ShroudedKeyBag ?? ""), ...bags(keyBag ?? "")];
  if (!certificate?.cert || !key?.key) throw new Error("the client certificate has no certificate, or no RSA key");
  return forge.pki.certificateToPem(certificate.cert) + forge.pki.privateKeyToPem(key.key);
}

/** Read: go-azure-sdk signs with RS256 and names the certificate by SHA-1. */
function selfIssued(key: CertificateKey, clientId: string, tokenUrl: string, now: Date): Promise<string> {
  const seconds = Math.floor(now.getTime() / 1000);
  return new SignJWT()
    .setProtectedHeader({
      alg: "RS256",
      typ: "JWT",
      x5t: createHash("sha1").update(key.certificate.raw).digest("base64url"),
    })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(tokenUrl)
    .setJti(crypto.randomUUID())
    .setNotBefore(seconds)
    .setExpirationTime(seconds + 60 * 60)
    .sign(key.privateKey);
}

interface TokenRequest {
  readonly url: string;
  readonly token: string;
  /** Id of a service connection of Azure DevOps; empty for GitHub. */
  readonly connection: string;
}

/** Seen with azuread 6.9.1: GitHub's way, and that of Azure DevOps. */
async function requested(http: Http, { url, token, connection }: TokenRequest): Promise<string> {
  const address = new URL(url);
  const headers = { authorization: `Bearer ${token}`, accept: "application/json", "content-type": "application/json" };
  if (connection) {
    address.searchParams.set("api-version", "7.1");
    address.searchParams.set("serviceConnectionId", connection);
  } else address.searchParams.set("audience", AUDIENCE);
  const answer = await http.send({ method: connection ? "POST" : "GET", url: address.href, headers });
  const body = record(answer.body);
  const given = text(body[connection ? "oidcToken" : "value"]);
  if (given) return given;
  throw new Error(
    `the OIDC token request to ${address.host} was answered with HTTP status ${answer.status} and no token`,
  );
}
