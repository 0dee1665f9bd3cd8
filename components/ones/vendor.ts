import { roomSyncPermissions } from "../sync-identity/room-permissions.ts";
import { userSyncPermissions } from "../sync-identity/user-permissions.ts";
import { vendor } from "../vendor.ts";
import { onesFaults } from "./faults.ts";
import { outputs } from "./outputs.ts";
import { registrationNames, registrations } from "./registrations.ts";
import { Ones, syncedUsers } from "./settings.ts";
import { onesSheets } from "./sheets.ts";

const KEY = "ones-key";

/** ONES: rooms and users of the customer's own server, and the product's own integration with Microsoft 365. */
export const ones = vendor({
  settings: { ones: Ones.optional() },
  faults: onesFaults,
  secretSettings: () => [["ones", "key", "secret"]],
  registrationNames,
  registrations: ({ ones }) => (ones ? registrations(ones) : []),
  keys: ({ ones }) =>
    ones?.key
      ? [
          {
            name: KEY,
            product: "ONES",
            keyName: ones.key.name,
            ...(ones.key.expires && { expires: ones.key.expires }),
            setting: ["ones", "key"],
            configuration: ones.key.secret,
            resource: "ones-server-key",
            formerParent: { name: "ones-server", type: "tenantwire:ones:Ones" },
            forSyncs: true,
          },
        ]
      : [],
  reads: ({ ones }, { cloud }) => {
    const users = ones && syncedUsers(ones);
    return [...(users ? [userSyncPermissions(users)] : []), ...(ones?.rooms ? [roomSyncPermissions(cloud)] : [])];
  },
  outputs: ({ ones }, { vaultSecrets }) => (ones ? outputs(ones, vaultSecrets[KEY]) : {}),
  sheets: onesSheets,
});
