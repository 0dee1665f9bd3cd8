import { CALENDARS } from "../../contract/exchange.ts";
import type { PermissionNames } from "../../contract/permissions/resolve.ts";

/** How ONES reaches Microsoft 365, by the names of the vendor's guides. */
export type OnesMode =
  "applicationPermission" | "delegatedPermission" | "delegatedResourceOnly" | "applicationResourceOnly";

/**
 * Permissions of Microsoft Graph of each mode, exactly as the vendor's guides list them. (They spell `openid` "openId".)
 */
export const onesModes: Readonly<Record<OnesMode, PermissionNames>> = {
  applicationPermission: {
    application: ["Calendars.ReadWrite", "Group.Read.All", "Place.Read.All", "User.Read.All"],
    delegated: [],
  },
  delegatedPermission: { application: [], delegated: ["Calendars.ReadWrite.Shared", "offline_access", "openid"] },
  delegatedResourceOnly: { application: [], delegated: ["Calendars.ReadWrite.Shared", "offline_access", "openid"] },
  applicationResourceOnly: { application: ["Calendars.ReadWrite", "Place.Read.All"], delegated: [] },
};

export interface OnesPermissionSettings {
  readonly mode: OnesMode;
  /** An older guide lists Mail.Send as well. */
  readonly mailSend: boolean;
  /** Exchange gives the calendars: grants add up, so that one of Entra's would reach every mailbox (documented). */
  readonly exchangeScope?: unknown;
}

/** What the registration of ONES asks for. Pure. */
export function onesPermissions({ mode, mailSend, exchangeScope }: OnesPermissionSettings): PermissionNames {
  const { application, delegated } = onesModes[mode];
  const asked = exchangeScope === undefined ? application : application.filter((name) => name !== CALENDARS);
  return { application: mailSend ? [...asked, "Mail.Send"].sort() : asked, delegated };
}
