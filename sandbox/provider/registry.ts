/**
 * Every resource type and function that the stand-in knows.
 *
 * @packageDocumentation
 */
import { blobServiceProperties } from "./azure-native/blobServiceProperties.ts";
import { azureNativeFunctions } from "./azure-native/functions.ts";
import { federatedIdentityCredential } from "./azure-native/federatedIdentityCredential.ts";
import { key, secret, vault } from "./azure-native/keyVault.ts";
import { native } from "./azure-native/native.ts";
import { resourceGroup } from "./azure-native/resourceGroup.ts";
import { roleDefinition } from "./azure-native/roleDefinition.ts";
import { roleAssignment } from "./azure-native/roleAssignment.ts";
import { blobContainer, storageAccount } from "./azure-native/storage.ts";
import { userAssignedIdentity } from "./azure-native/userAssignedIdentity.ts";
import { application } from "./azuread/application.ts";
import { applicationApiAccess } from "./azuread/applicationApiAccess.ts";
import { applicationCertificate } from "./azuread/applicationCertificate.ts";
import { applicationFederatedIdentityCredential } from "./azuread/applicationFederatedIdentityCredential.ts";
import { applicationOwner } from "./azuread/applicationOwner.ts";
import { applicationPassword } from "./azuread/applicationPassword.ts";
import { applicationRedirectUris } from "./azuread/applicationRedirectUris.ts";
import { applicationRegistration } from "./azuread/applicationRegistration.ts";
import { appRoleAssignment } from "./azuread/appRoleAssignment.ts";
import { bridged } from "./azuread/bridged.ts";
import { azureadFunctions } from "./azuread/functions.ts";
import { servicePrincipal } from "./azuread/servicePrincipal.ts";
import { servicePrincipalDelegatedPermissionGrant } from "./azuread/servicePrincipalDelegatedPermissionGrant.ts";
import type { InvokableFunction, Resource } from "./resource.ts";

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
];

const azureNative = [
  blobContainer,
  blobServiceProperties,
  federatedIdentityCredential,
  key,
  resourceGroup,
  roleAssignment,
  roleDefinition,
  secret,
  storageAccount,
  userAssignedIdentity,
  vault,
];

export const resources: readonly Resource[] = [...azuread.map(bridged), ...azureNative.map(native)];

export const functions: readonly InvokableFunction[] = [...azureadFunctions, ...azureNativeFunctions];

/** @throws when the stand-in does not know the type, naming it */
export function resourceOf(token: string): Resource {
  return known(resources, token, "resource type");
}

/** @throws when the stand-in does not know the function, naming it */
export function functionOf(token: string): InvokableFunction {
  return known(functions, token, "function");
}

function known<T extends { readonly token: string }>(list: readonly T[], token: string, kind: string): T {
  const found = list.find((entry) => entry.token === token);
  if (found) return found;
  throw new Error(
    `The ${kind} ${token} is not known to the stand-in that answers for the azuread and azure-native plugins: ` +
      `use the real plugin for it, or add it to the folder sandbox/provider.`,
  );
}
