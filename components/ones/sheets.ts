import { exchangeTest } from "../../contract/exchange.ts";
import type { Cloud, Outputs } from "../../contract/outputs.ts";
import { consentOf, type Field, registrationNamed, secretField, type Sheet } from "../../contract/sheet.ts";

type Form = NonNullable<Outputs["integrations"]["onesMicrosoft365"]>;

/** By the vendor's guides of the modes. */
const TITLES: Readonly<Record<Form["mode"], string>> = {
  applicationPermission: "Application permission",
  delegatedPermission: "Delegated permission",
  delegatedResourceOnly: "Delegated permission, resource only",
  applicationResourceOnly: "Application permission, resource only",
};

/** The form has two; the vendor says nothing of the US government's cloud. */
const OPERATORS: Readonly<Record<Cloud, string>> = {
  Microsoft: "Microsoft",
  USGovernment: "Microsoft (ask the vendor whether the server knows graph.microsoft.us)",
  "21Vianet": "21Vianet",
};

export function onesSheets(outputs: Outputs): Sheet[] {
  const form = outputs.integrations.onesMicrosoft365;
  if (!form) return [];
  const registration = registrationNamed(outputs, form.registration);
  const { clientId, exchangeScope, principalId } = registration;
  const signOn = form.singleSignOn === undefined ? undefined : registrationNamed(outputs, form.singleSignOn);
  const isDelegated = form.mode.startsWith("delegated");
  const registrations = [registration, ...(signOn ? [signOn] : [])];
  return [
    {
      name: "ones",
      title: `ONES: ${TITLES[form.mode]}`,
      where: "Management console > Settings > External Integration",
      parts: [
        {
          title: "Server settings",
          fields: [
            { label: "Name", value: form.integrationName },
            { label: "Microsoft 365 service operator", value: OPERATORS[outputs.tenant.cloud] },
            { label: "Tenant ID (Directory ID)", value: outputs.tenant.id },
            { label: "Client ID (Application ID)", value: clientId },
            secretField("Client secret", outputs, registration),
          ],
        },
        {
          title: "Room settings",
          fields: [
            ...(isDelegated ? redirects(registration.redirectUris) : []),
            rooms(form),
            { label: "Apply policy to Microsoft 365 rooms", value: yesNo(form.applyPolicyToRooms) },
          ],
        },
        {
          title: "User settings",
          fields: [
            ...(isDelegated ? [] : redirects(registration.redirectUris)),
            ...(signOn
              ? [
                  { label: "Client ID (Application ID)", value: signOn.clientId },
                  secretField("Client secret", outputs, signOn),
                  ...redirects(signOn.redirectUris),
                ]
              : []),
            { label: "Default user groups", value: form.defaultUserGroups.join(", ") || "none" },
            { label: "Card number", value: form.cardNumber === "pager" ? "Pager" : "not from Microsoft 365" },
            { label: "Login button name", value: form.loginButtonName },
          ],
        },
      ],
      further: [
        ...registrations.flatMap(consentOf),
        ...(exchangeScope
          ? [
              "An Exchange administrator gives the calendars of the rooms, once, in PowerShell:",
              ...exchangeScope.commands,
              exchangeTest(principalId, form.rooms?.[0] ?? "<address of a room>"),
            ]
          : []),
        isDelegated
          ? "Save with Save and next, then Save and close."
          : "Press Test settings, then Save and next, then Save and close.",
      ],
    },
  ];
}

/** ONES shows the address; the registration must have the same. */
function redirects(uris: readonly string[]): Field[] {
  return uris.map((uri) => ({ label: "Redirect URI (shown by ONES; must be this)", value: uri }));
}

function rooms({ rooms: addresses }: Form): Field {
  return addresses
    ? { label: "Sync specified room", value: addresses.join(", ") }
    : { label: "Sync all rooms", value: "yes" };
}

function yesNo(value: boolean): string {
  return value ? "yes" : "no";
}
