/**
 * Applications of vendors: registered in tenants of their own, known in Contoso's only once somebody consents. Their
 * ids are invented, since the vendors publish none; so are the reply addresses.
 *
 * @packageDocumentation
 */
export interface VendorApplication {
  readonly displayName: string;
  readonly appId: string;
  /** The tenant that it is registered in. */
  readonly tenantId: string;
  readonly redirectUris: readonly string[];
  /** Application permissions of Microsoft Graph that it asks for, by name. */
  readonly roles: readonly string[];
  /** Delegated permissions of Microsoft Graph that it asks for, by name. */
  readonly scopes: readonly string[];
}

const ONEPLAN_TENANT = "0a1c9f0e-5d1b-4b6f-8f53-6d1e0c9a7b21";

/** Assumed: which application permissions OnePlan's AD Synchronization asks for. */
export const oneplanSynchronization: VendorApplication = {
  displayName: "OnePlan AD Synchronization",
  appId: "3b0e0a3c-92f4-4a55-b0c1-5f6a2d9c4e10",
  tenantId: ONEPLAN_TENANT,
  redirectUris: ["https://my.oneplan.ai/account/ConsentIntegration"],
  roles: ["User.Read.All", "GroupMember.Read.All"],
  scopes: [],
};

/** Documented: OneConnect's Admin Consent grants these two delegated permissions. */
export const oneConnect: VendorApplication = {
  displayName: "OneConnect",
  appId: "7d4b8f52-1c6e-4f0a-9a3d-2e8b5c7f6a31",
  tenantId: ONEPLAN_TENANT,
  redirectUris: ["https://my.oneconnect.ai/signin-oidc", "https://eu.oneconnect.ai/signin-oidc"],
  roles: [],
  scopes: ["User.Read", "User.Read.All"],
};

export const vendorApplications: readonly VendorApplication[] = [oneplanSynchronization, oneConnect];
