/** Somebody's own program: one registration with a rotated secret, by the components alone. */
import { AppRegistration, Consent, RotatedSecret, SecretVault } from "../../../../components/index.ts";

const application = new AppRegistration("reporting", {
  displayName: "Reporting",
  applicationPermissions: ["User.Read.All"],
  redirectUris: ["https://reports.fabrikam.com/back"],
});
new Consent("reporting-consent", { principalId: application.principalId, applicationPermissions: ["User.Read.All"] });
const vault = new SecretVault("reporting-vault", {
  namePrefix: "kv-reporting",
  location: "westeurope",
  resourceGroup: "reporting",
  purgeProtection: false,
});
const secret = new RotatedSecret("reporting-secret", {
  applicationId: application.applicationId,
  vaultName: vault.vaultName,
  resourceGroupName: vault.resourceGroupName,
});

export const clientId = application.clientId;
export const vaultUri = vault.uri;
export const secretName = secret.secretName;
