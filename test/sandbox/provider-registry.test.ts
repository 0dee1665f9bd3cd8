/** The stand-in against the type definitions of the packages that programs import. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { blobServiceProperties } from "../../sandbox/provider/azure-native/blobServiceProperties.ts";
import { federatedIdentityCredential } from "../../sandbox/provider/azure-native/federatedIdentityCredential.ts";
import { key, secret, vault } from "../../sandbox/provider/azure-native/keyVault.ts";
import { resourceGroup } from "../../sandbox/provider/azure-native/resourceGroup.ts";
import { roleAssignment } from "../../sandbox/provider/azure-native/roleAssignment.ts";
import { roleDefinition } from "../../sandbox/provider/azure-native/roleDefinition.ts";
import { blobContainer, storageAccount } from "../../sandbox/provider/azure-native/storage.ts";
import { userAssignedIdentity } from "../../sandbox/provider/azure-native/userAssignedIdentity.ts";
import { application } from "../../sandbox/provider/azuread/application.ts";
import { applicationApiAccess } from "../../sandbox/provider/azuread/applicationApiAccess.ts";
import { applicationCertificate } from "../../sandbox/provider/azuread/applicationCertificate.ts";
import { applicationFederatedIdentityCredential } from "../../sandbox/provider/azuread/applicationFederatedIdentityCredential.ts";
import { applicationOwner } from "../../sandbox/provider/azuread/applicationOwner.ts";
import { applicationPassword } from "../../sandbox/provider/azuread/applicationPassword.ts";
import { applicationRedirectUris } from "../../sandbox/provider/azuread/applicationRedirectUris.ts";
import { applicationRegistration } from "../../sandbox/provider/azuread/applicationRegistration.ts";
import { appRoleAssignment } from "../../sandbox/provider/azuread/appRoleAssignment.ts";
import { servicePrincipal } from "../../sandbox/provider/azuread/servicePrincipal.ts";
import { servicePrincipalDelegatedPermissionGrant } from "../../sandbox/provider/azuread/servicePrincipalDelegatedPermissionGrant.ts";
import { functionOf, functions, resourceOf, resources } from "../../sandbox/provider/registry.ts";

const modules = join(import.meta.dirname, "..", "..", "node_modules", "@pulumi");

/** What the stand-in leaves out, on purpose. */
const NOT_MODELLED: Readonly<Record<string, readonly string[]>> = {
  // Deprecated for featureTags; SAML is no business of this project.
  "azuread:index/servicePrincipal:ServicePrincipal": ["features", "samlSingleSignOn"],
  // A secret in the application is written over by every other part of it; templates and pictures are not in the stand-in.
  "azuread:index/application:Application": ["logoImage", "password", "templateId"],
};

const azuread = [
  application,
  applicationApiAccess,
  applicationCertificate,
  applicationFederatedIdentityCredential,
  applicationOwner,
  applicationPassword,
  applicationRedirectUris,
  applicationRegistration,
  appRoleAssignment,
  servicePrincipal,
  servicePrincipalDelegatedPermissionGrant,
].map((type) => ({ ...type, file: `azuread/${type.token.split("/").at(-1)?.split(":")[0]}` }));

const azureNative = [
  ...[blobContainer, federatedIdentityCredential, key, resourceGroup, roleAssignment],
  ...[secret, storageAccount, userAssignedIdentity, vault, blobServiceProperties, roleDefinition],
].map((type) => {
  const [, module = "", name = ""] = type.token.split(":");
  return { ...type, file: `azure-native/${module}/${name.charAt(0).toLowerCase()}${name.slice(1)}` };
});

const types = [...azuread, ...azureNative];

describe("resource types", () => {
  it("are all compared here", () => {
    expect(types.map(({ token }) => token).toSorted()).toEqual(resources.map(({ token }) => token).toSorted());
  });

  it.each(types)("$token is a type of the package", ({ token, file }) => {
    expect(/__pulumiType = ['"](.+)['"]/.exec(read(`${file}.js`))?.[1]).toBe(token);
  });

  it.each(types)("$token accepts just what the package's arguments have", ({ token, file, inputs }) => {
    const declared = properties(read(`${file}.d.ts`), /interface \w+Args \{/);
    const modelled = declared.filter((name) => !NOT_MODELLED[token]?.includes(name));

    expect(Object.keys(inputs).toSorted()).toEqual(modelled);
  });

  it.each(types)("$token requires what the package requires", ({ file, inputs, ...type }) => {
    const source = read(`${file}.js`);
    const required = [...source.matchAll(/Missing required property '(\w+)'/g)].map((match) => match[1]);
    // azure-native makes up names and locations.
    const madeUp = "autoName" in type ? [type.autoName.property, "location"] : [];
    const ours = Object.keys(inputs).filter((name) => inputs[name]?.required && !madeUp.includes(name));

    expect(ours.toSorted()).toEqual(required.toSorted());
  });

  it.each(types)("$token tells every output of the package", ({ token, file, inputs, computed }) => {
    const declared = properties(read(`${file}.d.ts`), /declare class \w+ extends [\w.]+ \{/);
    expect(declared).not.toEqual([]);
    const known = new Set([...Object.keys(inputs), ...computed.map((path) => path.split(".")[0]), "azureApiVersion"]);

    expect(declared.filter((name) => !known.has(name) && !NOT_MODELLED[token]?.includes(name))).toEqual([]);
  });
});

it.each(functions)("function $token is one of the package", ({ token }) => {
  const parts = token.split(":");
  const [name = ""] = parts.slice(-1);
  const folder = token.startsWith("azuread") ? "azuread" : `azure-native/${parts[1]}`;

  expect(/runtime\.invoke\("(.+?)"/.exec(read(`${folder}/${name}.js`))?.[1]).toBe(token);
});

describe("what is not known", () => {
  it.each([
    ["resource type", () => resourceOf("azuread:index/group:Group")],
    ["function", () => functionOf("azuread:index/getGroup:getGroup")],
  ])("is named: %s", (kind, look) => {
    expect(look).toThrow(
      new RegExp(`^The ${kind} azuread:index/.*[gG]roup is not known to the stand-in .* add it to the folder`),
    );
  });
});

function read(file: string): string {
  return readFileSync(join(modules, file), "utf8");
}

/** Names of the properties declared at the first level of an interface or class, in order. */
function properties(source: string, head: RegExp): string[] {
  const from = source.slice(source.search(head));
  const body = from.slice(0, from.indexOf("\n}"));
  return [...body.matchAll(/^ {4}(?:readonly )?(\w+)\??: /gm)].map((match) => match[1] ?? "").toSorted();
}
