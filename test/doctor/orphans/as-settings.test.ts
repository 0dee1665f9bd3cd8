/** An application that is there, as settings: what can be declared below, and what cannot in comments above. */
import { expect, it } from "@jest/globals";
import { parse } from "yaml";
import { asSettings } from "../../../doctor/orphans/as-settings.ts";
import type { LiveRegistration } from "../../../doctor/connectors/registrations.ts";
import type { DeclaredRegistration } from "../../../contract/registrations.ts";

const declared: DeclaredRegistration = {
  ...{ name: "sync", component: "Integration", setting: ["syncIdentity"], usedBy: "the syncs" },
  ...{ displayName: "tenantwire sync", audience: "singleTenant", consent: "grant", redirectUris: [] },
  permissions: { application: [], delegated: [] },
};
const THUMBPRINT = "A".repeat(40);
const live: LiveRegistration = {
  application: {
    ...{ id: "o", appId: "c", displayName: "By hand", signInAudience: "AzureADandPersonalMicrosoftAccount" },
    passwordCredentials: [
      { keyId: "S1", displayName: "report", endDateTime: "2027-01-02T03:04:05Z" },
      { keyId: "S2", displayName: "old" },
    ],
    keyCredentials: [{ keyId: "K1", endDateTime: "2027-05-06T00:00:00Z", customKeyIdentifier: THUMBPRINT }],
    requiredResourceAccess: [],
    spa: { redirectUris: ["https://spa.example"] },
    isFallbackPublicClient: true,
    identifierUris: ["api://x"],
  },
  principal: { id: "p", appId: "c", passwordCredentials: [{ keyId: "P1" }], keyCredentials: [], tags: [] },
  owners: [
    { id: "ADA", displayName: "Ada", userPrincipalName: "ada@contoso.com" },
    { id: "robot", displayName: "CI" },
  ],
  principalOwners: [],
  trusts: [{ id: "t", name: "ci", issuer: "https://i.example", subject: "s", audiences: ["api://a", "api://b"] }],
  assignments: [],
  grants: [],
  directoryRoles: [{ id: "r", name: "Application Administrator", scope: "/" }],
  roleGroups: [],
  apis: new Map(),
};

it("declares what can be, with the thumbprint of a certificate and since when it is looked at", () => {
  const { config } = parse(asSettings(live, declared, "2026-03-01")) as { config: object };

  expect(config).toEqual({
    "tenantwire:syncIdentity": {
      displayName: "By hand",
      federated: [{ name: "ci", issuer: "https://i.example", subject: "s", audience: "api://a" }],
    },
    "tenantwire:owners": ["ada"],
    "tenantwire:adoptedCredentials": [
      { registration: "sync", kind: "secret", keyId: "s1", ends: "2027-01-02", since: "2026-03-01", note: "report" },
      {
        ...{ registration: "sync", kind: "certificate", keyId: "k1", ends: "2027-05-06", since: "2026-03-01" },
        ...{ thumbprint: THUMBPRINT, note: "made by hand" },
      },
    ],
  });
});

it("says of everything else that nothing declares it", () => {
  const said = asSettings(live, declared, "2026-03-01")
    .split("\n")
    .filter((line) => line.startsWith("# Nothing declares "))
    .map((line) => line.slice("# Nothing declares ".length));

  expect(said).toEqual([
    "that AzureADandPersonalMicrosoftAccount may sign in; a deployment leaves this to its own tenant.",
    "the owner CI (robot).",
    "a credential without an end (key id S2).",
    "a credential of the service principal (key id P1).",
    "the audiences api://b of the identity ci.",
    "the single-page redirect URI https://spa.example.",
    "public client flows.",
    "the identifier URI api://x.",
    "the role Application Administrator of Entra.",
  ]);
  expect(asSettings({ ...live, trusts: undefined }, declared, "2026-03-01")).toContain(
    "# Which outside identities it trusts may not be read here: none is below.\n",
  );
});
