import type { PermissionNames } from "../../contract/permissions/resolve.ts";
import type { Cloud } from "../../contract/outputs.ts";

/**
 * What a sync of rooms needs of Microsoft Graph. Where places are not documented to be there, the addresses of the
 * settings are looked for among the mailboxes instead. Pure.
 */
export function roomSyncPermissions(cloud: Cloud): PermissionNames {
  // Least for places, and for the basic properties of a user (published).
  return {
    application: cloud === "Microsoft" ? ["Place.Read.All"] : ["Place.Read.All", "User.ReadBasic.All"],
    delegated: [],
  };
}
