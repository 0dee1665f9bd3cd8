import { CALENDARS } from "../../contract/exchange.ts";
import type { DeclaredRegistration } from "../../contract/registrations.ts";
import { onesPermissions } from "./permissions.ts";
import type { OnesSettings } from "./settings.ts";
import { onesComponents } from "./types.ts";

export const registrationNames = ["ones", "ones-sign-in"] as const;

/** The registrations that ONES itself uses. */
export function registrations({ microsoft365 }: OnesSettings): DeclaredRegistration[] {
  if (!microsoft365) return [];
  const { mode, displayName, audience, consent, redirectUris, secret, exchangeScope, singleSignOn } = microsoft365;
  const main: DeclaredRegistration = {
    name: "ones",
    ...onesComponents[mode],
    setting: ["ones", "microsoft365"],
    usedBy: "ONES > Settings > External Integration",
    displayName,
    audience,
    permissions: onesPermissions(microsoft365),
    consent,
    redirectUris,
    secret,
    exchangeScope,
    exchangeScopable: [CALENDARS],
  };
  if (!singleSignOn) return [main];
  return [
    main,
    {
      name: "ones-sign-in",
      ...onesComponents.singleSignOn,
      setting: ["ones", "microsoft365", "singleSignOn"],
      usedBy: "ONES > Settings > External Integration > user settings",
      displayName: singleSignOn.displayName,
      audience: "singleTenant",
      permissions: { application: [], delegated: singleSignOn.scopes },
      consent: singleSignOn.consent,
      redirectUris: singleSignOn.redirectUris,
      assignmentRequired: singleSignOn.assignmentRequired,
      secret: singleSignOn.secret,
    },
  ];
}
