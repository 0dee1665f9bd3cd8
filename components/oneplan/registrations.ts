import type { DeclaredRegistration } from "../../contract/registrations.ts";
import { userSyncPermissions } from "../sync-identity/user-permissions.ts";
import { oneconnectPermissions } from "./oneconnect-permissions.ts";
import type { Both } from "./settings.ts";

export const registrationNames = ["oneplan-users", "oneconnect"] as const;

/** Registrations of the customer's own, instead of the vendor's applications. */
export function registrations({ oneplan, oneconnect }: Both): DeclaredRegistration[] {
  const declared: DeclaredRegistration[] = [];
  if (oneplan?.entraUsers?.application === "own") {
    const { displayName, consent = "grant", secret } = oneplan.entraUsers;
    declared.push({
      name: "oneplan-users",
      component: "OnePlanEntraUsers",
      aliases: ["tenantwire:oneplan:EntraUsers"],
      setting: ["oneplan", "entraUsers"],
      usedBy: "OneConnect > Microsoft Entra ID Users",
      displayName,
      audience: "singleTenant",
      // What the vendor's integration reads is not published: the same as tenantwire's own sync of the same users.
      permissions: userSyncPermissions(oneplan.users),
      consent,
      redirectUris: [],
      secret,
    });
  }
  if (oneconnect?.application === "own") {
    const { displayName, consent = "grant", redirectUris, secret } = oneconnect;
    declared.push({
      name: "oneconnect",
      component: "OneConnectGroup",
      aliases: ["tenantwire:oneconnect:Group"],
      setting: ["oneconnect"],
      usedBy: "OneConnect > group settings",
      displayName,
      audience: "singleTenant",
      permissions: oneconnectPermissions(oneconnect),
      consent,
      redirectUris,
      secret,
    });
  }
  return declared;
}
