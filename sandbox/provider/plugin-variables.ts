/** Each setting's variables, the first that is set counting. */
export const VARIABLES = {
  tenantId: ["ARM_TENANT_ID"],
  clientId: ["ARM_CLIENT_ID"],
  clientSecret: ["ARM_CLIENT_SECRET"],
  clientCertificate: ["ARM_CLIENT_CERTIFICATE"],
  clientCertificatePath: ["ARM_CLIENT_CERTIFICATE_PATH"],
  clientCertificatePassword: ["ARM_CLIENT_CERTIFICATE_PASSWORD"],
  useOidc: ["ARM_USE_OIDC"],
  // Not ARM_OIDC_TOKEN_FILE_PATH and not SYSTEM_OIDCREQUESTURI: neither works in azuread 6.9.1 (seen).
  oidcToken: ["ARM_OIDC_TOKEN"],
  oidcRequestUrl: ["ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL"],
  oidcRequestToken: ["ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SYSTEM_ACCESSTOKEN"],
  adoPipelineServiceConnectionId: ["ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID"],
} as const;

/** Is it a variable that a plugin reads? No other one leaves the engine's process. */
export function isForPlugins(name: string): boolean {
  return name === "ARM_SUBSCRIPTION_ID" || Object.values<readonly string[]>(VARIABLES).flat().includes(name);
}
