/**
 * The registrations that settings declare, as data: components make them, rules judge them. Pure.
 *
 * @packageDocumentation
 */
import type { DeclaredRegistration } from "../contract/registrations.ts";
import type { PermissionNames } from "../contract/permissions/resolve.ts";
import { oneconnectPermissions } from "../components/oneconnect/permissions.ts";
import { userSyncPermissions } from "../components/oneplan/permissions.ts";
import { onesPermissions } from "../components/ones/permissions.ts";
import { CALENDARS } from "../contract/exchange.ts";
import { roomSyncPermissions } from "./room-permissions.ts";
import type { Settings } from "./settings.ts";
import { syncedUsers } from "./settings/ones.ts";

/** In the order in which they are made. */
export const registrationNames = [
  "sync",
  "ones",
  "ones-sign-in",
  "oneplan-users",
  "oneconnect",
  "azure-devops",
] as const;

const NOTHING: PermissionNames = { application: [], delegated: [] };

/** Everything that the settings make in Entra. */
export function declaredRegistrations(settings: Settings): DeclaredRegistration[] {
  const { syncIdentity, ones, oneplan, oneconnect, azureDevOps } = settings;
  const microsoft365 = ones?.microsoft365;
  const signOn = microsoft365?.singleSignOn;
  const entraUsers = oneplan?.entraUsers;
  const declared: (DeclaredRegistration | undefined)[] = [
    syncIdentity && {
      ...common,
      ...syncIdentity,
      name: "sync",
      setting: ["syncIdentity"],
      usedBy: "the syncs",
      permissions: syncPermissions(settings),
    },
    microsoft365 && {
      name: "ones",
      setting: ["ones", "microsoft365"],
      usedBy: "ONES > Settings > External Integration",
      displayName: microsoft365.displayName,
      audience: microsoft365.audience,
      permissions: onesPermissions(microsoft365),
      consent: microsoft365.consent,
      redirectUris: microsoft365.redirectUris,
      secret: microsoft365.secret,
      exchangeScope: microsoft365.exchangeScope,
      exchangeScopable: [CALENDARS],
    },
    signOn && {
      ...common,
      ...signOn,
      name: "ones-sign-in",
      setting: ["ones", "microsoft365", "singleSignOn"],
      usedBy: "ONES > Settings > External Integration > user settings",
      permissions: { application: [], delegated: signOn.scopes },
    },
    oneplan && entraUsers?.application === "own"
      ? {
          ...common,
          name: "oneplan-users",
          setting: ["oneplan", "entraUsers"],
          usedBy: "OneConnect > Microsoft Entra ID Users",
          displayName: entraUsers.displayName,
          // What the vendor's integration reads is not published: the same as tenantwire's own sync of the same users.
          permissions: userSyncPermissions(oneplan.users),
          consent: entraUsers.consent ?? "grant",
          secret: entraUsers.secret,
        }
      : undefined,
    oneconnect?.application === "own"
      ? {
          ...common,
          name: "oneconnect",
          setting: ["oneconnect"],
          usedBy: "OneConnect > group settings",
          displayName: oneconnect.displayName,
          permissions: oneconnectPermissions(oneconnect),
          consent: oneconnect.consent ?? "grant",
          redirectUris: oneconnect.redirectUris,
          secret: oneconnect.secret,
        }
      : undefined,
    azureDevOps?.servicePrincipal && {
      ...common,
      ...azureDevOps.servicePrincipal,
      name: "azure-devops",
      setting: ["azureDevOps", "servicePrincipal"],
      usedBy: "OnePlan > Azure DevOps",
      // Azure DevOps gives rights itself: application permissions of Entra have no effect there (documented).
      permissions: NOTHING,
      consent: "none",
    },
  ];
  return declared.filter((registration) => registration !== undefined);
}

const common = { audience: "singleTenant", redirectUris: [] } as const;

/** What the syncs of this tenant read in Microsoft Graph, all of them together. */
function syncPermissions({ tenant, oneplan, ones, files }: Settings): PermissionNames {
  const synced = [oneplan?.users, ones && syncedUsers(ones), files?.users];
  const needed = synced.flatMap((users) => (users ? [userSyncPermissions(users)] : []));
  if (ones?.rooms ?? files?.rooms) needed.push(roomSyncPermissions(tenant.cloud));
  return {
    application: [...new Set(needed.flatMap(({ application }) => application))].sort(),
    delegated: [...new Set(needed.flatMap(({ delegated }) => delegated))].sort(),
  };
}

/** Of the credential in the outputs. */
export function credentialName(registration: string): string {
  return registration === "sync" ? "sync-identity" : `${registration}-client-secret`;
}
