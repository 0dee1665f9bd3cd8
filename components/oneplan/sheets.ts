import type { Outputs } from "../../contract/outputs.ts";
import { consentOf, type Field, givenField, registrationNamed, secretField, type Sheet } from "../../contract/sheet.ts";

/** The vendor's guide "Microsoft Entra ID Users to OnePlan". */
export function oneplanSheets(outputs: Outputs): Sheet[] {
  const form = outputs.integrations.oneplanEntraUsers;
  if (!form) return [];
  const own = form.registration === undefined ? undefined : registrationNamed(outputs, form.registration);
  const signIn: Field[] = own
    ? [{ label: "Client Id", value: own.clientId }, secretField("Client Secret", outputs, own)]
    : [{ label: "Authorize", value: "press the button, signed in as an administrator of the tenant" }];
  return [
    {
      name: "oneplan-users",
      title: "OneConnect: Microsoft Entra ID Users to OnePlan",
      where: "OneConnect > Integrations > Microsoft Entra ID Users",
      parts: [
        {
          title: "Microsoft Entra ID",
          fields: [
            { label: "Tenant Domain", value: form.tenantDomain },
            ...signIn,
            { label: "Group names (case sensitive)", value: form.groups.join(", ") || "none: everybody" },
          ],
        },
        {
          title: "OnePlan",
          fields: [
            { label: "Group name", value: form.group ?? "the group that the key belongs to" },
            givenField("Authentication key", outputs, form.keyVaultSecret),
            // The form asks for it only where it is another one.
            ...(form.baseUrl === "https://my.oneplan.ai" ? [] : [{ label: "Environment URL", value: form.baseUrl }]),
          ],
        },
      ],
      further: [
        ...(own ? consentOf(own) : []),
        ...consentsOf(outputs, ["adSynchronization", "consentIntegration", "authorize"]),
      ],
    },
  ];
}

/** The settings of a OneConnect group, by the vendor's page of them. */
export function oneconnectSheets(outputs: Outputs): Sheet[] {
  const form = outputs.integrations.oneconnect;
  if (!form) return [];
  const own = form.registration === undefined ? undefined : registrationNamed(outputs, form.registration);
  const strict = form.authentication === "office365Strict";
  return [
    {
      name: "oneconnect",
      title: "OneConnect: group",
      where: `${form.baseUrl} > group settings`,
      parts: [
        {
          title: "Group settings",
          fields: [
            { label: "Tenant information", value: outputs.tenant.id },
            { label: "Name", value: form.group },
            { label: "Authentication Type", value: strict ? "Office 365 Strict" : "Multi-Authentication" },
            ...(strict ? [] : [{ label: "Allowed Authentication", value: form.allowed.map(title).join(", ") }]),
            ...(own ? [{ label: "Client Id", value: own.clientId }, secretField("Client Secret", outputs, own)] : []),
          ],
        },
      ],
      further: [...(own ? consentOf(own) : []), ...consentsOf(outputs, ["adminConsent"])],
    },
  ];
}

function title(way: "office365" | "forms"): string {
  return way === "office365" ? "Office365" : "Forms";
}

function consentsOf({ consents }: Outputs, names: readonly string[]): string[] {
  return consents.filter(({ name }) => names.includes(name)).map(({ purpose, link }) => `${purpose} ${link}`);
}
