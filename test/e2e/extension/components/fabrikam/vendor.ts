import { needs, rotationFaults } from "../settings/faults.ts";
import { userFaults } from "../settings/user-faults.ts";
import { registrationNamed, secretField } from "../../contract/sheet.ts";
import { userSyncPermissions } from "../sync-identity/user-permissions.ts";
import { vendor } from "../vendor.ts";
import { Fabrikam } from "./settings.ts";

const KEY = "fabrikam-key";

export const fabrikam = vendor({
  settings: { fabrikam: Fabrikam.optional() },
  faults: (raw) => [
    ...needs(raw, ["fabrikam"], ["syncIdentity"], "the sync of tenantwire:fabrikam reads Entra with it"),
    ...rotationFaults(raw, ["fabrikam", "secret"]),
    ...userFaults(raw, { path: ["fabrikam", "users"], what: "Fabrikam Desk" }),
  ],
  secretSettings: () => [["fabrikam", "key", "secret"]],
  registrationNames: ["fabrikam"],
  registrations: ({ fabrikam }) =>
    fabrikam
      ? [
          {
            name: "fabrikam",
            component: "FabrikamSignIn",
            setting: ["fabrikam"],
            usedBy: "Fabrikam Desk > Settings > Sign-in",
            displayName: fabrikam.displayName,
            audience: "singleTenant",
            permissions: { application: [], delegated: ["User.Read"] },
            consent: fabrikam.consent,
            redirectUris: fabrikam.redirectUris,
            secret: fabrikam.secret,
          },
        ]
      : [],
  keys: ({ fabrikam }) =>
    fabrikam
      ? [
          {
            name: KEY,
            product: "Fabrikam Desk",
            keyName: fabrikam.key.name,
            expires: fabrikam.key.expires,
            setting: ["fabrikam", "key"],
            configuration: fabrikam.key.secret,
            resource: KEY,
            forSyncs: true,
          },
        ]
      : [],
  reads: ({ fabrikam }) => (fabrikam ? [userSyncPermissions(fabrikam.users)] : []),
  outputs: ({ fabrikam }, { vaultSecrets }) => {
    const keyVaultSecret = vaultSecrets[KEY];
    if (!fabrikam || keyVaultSecret === undefined) return {};
    const { baseUrl, users } = fabrikam;
    return { fabrikam: { baseUrl, keyVaultSecret, users, registration: "fabrikam" } };
  },
  sheets: (outputs) => {
    const form = outputs.integrations.fabrikam;
    if (!form) return [];
    const registration = registrationNamed(outputs, form.registration);
    const fields = [
      { label: "Application ID", value: registration.clientId },
      secretField("Secret", outputs, registration),
    ];
    const parts = [{ title: "Sign-in", fields }];
    return [{ name: "fabrikam", title: "Fabrikam Desk", where: "Settings > Sign-in", parts, further: [] }];
  },
});
