import { userSyncPermissions } from "../sync-identity/user-permissions.ts";
import { vendor } from "../vendor.ts";
import { consents } from "./consents.ts";
import { oneplanFaults } from "./faults.ts";
import { outputs } from "./outputs.ts";
import { registrationNames, registrations } from "./registrations.ts";
import { OneConnect, OnePlan } from "./settings.ts";
import { oneconnectSheets, oneplanSheets } from "./sheets.ts";

const KEY = "oneplan-key";

/** OnePlan and its OneConnect. */
export const oneplan = vendor({
  settings: { oneplan: OnePlan.optional(), oneconnect: OneConnect.optional() },
  faults: oneplanFaults,
  secretSettings: () => [["oneplan", "key", "secret"]],
  registrationNames,
  registrations,
  keys: ({ oneplan }) =>
    oneplan
      ? [
          {
            name: KEY,
            product: "OnePlan",
            keyName: oneplan.key.name,
            ...(oneplan.key.expires && { expires: oneplan.key.expires }),
            setting: ["oneplan", "key"],
            configuration: oneplan.key.secret,
            resource: KEY,
            formerParent: { name: "oneplan", type: "tenantwire:oneplan:OnePlan" },
            forSyncs: true,
          },
        ]
      : [],
  reads: ({ oneplan }) => (oneplan ? [userSyncPermissions(oneplan.users)] : []),
  consents,
  outputs: (settings, { tenant, vaultSecrets }) => outputs(settings, tenant, vaultSecrets[KEY]),
  sheets: (outputs) => [...oneplanSheets(outputs), ...oneconnectSheets(outputs)],
});
