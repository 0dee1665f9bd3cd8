/**
 * Who the clients work as: an application that may do everything that the stand-in answers, signed in by secret and
 * by certificate, and a person of the organization in Azure DevOps.
 *
 * @packageDocumentation
 */
import "reflect-metadata";
import { X509CertificateGenerator } from "@peculiar/x509";
import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { applicationRole } from "../data/permissions.ts";
import { directory } from "../directory/index.ts";
import { text } from "../directory/model.ts";
import { resourcePrincipal } from "../directory/roles.ts";
import { secretHash } from "../directory/seed.ts";
import { armData } from "../hosts/arm/data.ts";
import { gate } from "../hosts/graph/permissions.ts";
import { createPersonalAccessToken, ORGANIZATION } from "../hosts/azure-devops/organization.ts";
import type { World } from "../world.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** @param folder for the certificate with its private key */
export async function workingIdentity(world: World, folder: string): Promise<Record<string, string>> {
  const { registrations, users } = directory(world);
  const secret = randomBytes(30).toString("base64url");
  const [start, end] = [world.now(), new Date(world.now().getTime() + 30 * DAY_MS)];
  const dates = { startDateTime: start.toISOString(), endDateTime: end.toISOString() };
  const { key, sha1 } = await certificate(join(folder, "client.pem"), start, end);
  const credential = { keyId: crypto.randomUUID(), displayName: "clients", customKeyIdentifier: sha1, ...dates };
  const application = registrations.createApplication(
    {
      displayName: "clients",
      passwordCredentials: [{ ...credential, secretHash: secretHash(secret) }],
      keyCredentials: [{ ...credential, key, type: "AsymmetricX509Cert", usage: "Verify" }],
    },
    [],
  );
  const appId = text(application, "appId");
  const principal = registrations.createServicePrincipal(
    application,
    { displayName: "clients", servicePrincipalNames: [appId] },
    [],
  );
  const graph = resourcePrincipal(world, "https://graph.microsoft.com");
  const needed = new Set(Object.values(gate).flatMap((lists) => lists.map(([first]) => first)));
  for (const role of needed) {
    if (role === undefined) continue;
    registrations.addAssignment({
      appRoleId: applicationRole(role),
      principalId: principal.id,
      principalType: "ServicePrincipal",
      resourceId: graph?.id ?? "",
    });
  }
  likeTheDeployer(world, principal.id);
  const person = users.get(world.ownerId);
  return {
    appId,
    secret,
    certificate: join(folder, "client.pem"),
    thumbprint: sha1,
    objectId: principal.id,
    graphId: graph?.id ?? "",
    tenant: world.tenant.id,
    domain: world.tenant.mailDomain,
    subscription: world.subscriptionId,
    person: person ? text(person, "userPrincipalName") : "",
    personId: world.ownerId,
    organization: ORGANIZATION,
    personalToken: createPersonalAccessToken(world, end),
  };
}

/** The same roles in the subscription. */
function likeTheDeployer(world: World, principalId: string): void {
  const data = armData(world);
  const held = data.roleAssignments.filter((each) => each.principalId === world.deployer.objectId);
  data.roleAssignments.push(...held.map((each) => ({ ...each, name: crypto.randomUUID(), principalId })));
}

async function certificate(file: string, notBefore: Date, notAfter: Date): Promise<{ key: string; sha1: string }> {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const options = { name: "CN=clients", notBefore, notAfter, keys, signingAlgorithm: algorithm };
  const made = await X509CertificateGenerator.createSelfSigned(options);
  const der = Buffer.from(made.rawData);
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  const lines = pkcs8.match(/.{1,64}/g) ?? [];
  const privateKey = `-----BEGIN PRIVATE KEY-----\n${lines.join("\n")}\n-----END PRIVATE KEY-----\n`;
  writeFileSync(file, `${privateKey}${made.toString("pem")}\n`, { mode: 0o600 });
  return { key: der.toString("base64"), sha1: createHash("sha1").update(der).digest("hex").toUpperCase() };
}
