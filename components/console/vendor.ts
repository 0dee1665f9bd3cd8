import { rotationOf } from "../../contract/registrations.ts";
import { vendor } from "../vendor.ts";
import { consoleFaults } from "./faults.ts";
import { callbackOf, SIGN_IN } from "./registration.ts";
import { Console } from "./settings.ts";

const REGISTRATION = "console";

/** The console: no vendor of the tenant's, and declared like one. */
export const webConsole = vendor({
  settings: { console: Console.optional() },
  faults: consoleFaults,
  registrationNames: [REGISTRATION],
  registrations: ({ console: declared }) =>
    declared
      ? [
          {
            name: REGISTRATION,
            component: "ConsoleRegistration",
            setting: ["console"],
            usedBy: "tenantwire serve",
            readBySyncs: true,
            displayName: declared.displayName,
            audience: "singleTenant",
            permissions: SIGN_IN,
            consent: declared.consent,
            redirectUris: [callbackOf(declared.publicUrl)],
            federated: declared.federated,
            certificate: declared.certificate,
            secret: declared.secret,
          },
        ]
      : [],
  outputs: ({ console: declared }) =>
    declared
      ? {
          console: {
            publicUrl: declared.publicUrl,
            registration: REGISTRATION,
            signIn: rotationOf(declared)?.part ?? "federated",
          },
        }
      : {},
});
