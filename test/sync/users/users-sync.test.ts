import { describe, expect, it } from "@jest/globals";
import type { Outputs } from "../../../stacks/outputs.ts";
import { usersSync } from "../../../sync/users/index.ts";

const clientId = "0c7f3b1e-1111-4111-8111-111111111111";
const outputs: Outputs = {
  version: 1,
  mark: "tenantwire/contoso",
  tenant: { id: "0c7f3b1e-2222-4222-8222-222222222222", domain: "contoso.com", cloud: "Microsoft" },
  vault: { name: "contoso", uri: "https://contoso.vault.azure.net/" },
  syncIdentity: { clientId, principalId: clientId, permissions: [], signIn: { kind: "federated" } },
  credentials: { secrets: [], federated: [] },
  integrations: {
    oneplan: {
      baseUrl: "https://my.oneplan.ai",
      keyName: "tenantwire",
      keyVaultSecret: "oneplan-key",
      users: { groups: ["A", "B"], fields: { name: "displayName", mail: "mail" } },
    },
  },
};
const oneplan = outputs.integrations.oneplan;
if (oneplan === undefined) throw new TypeError();

function made(given: Outputs) {
  return usersSync({ outputs: given, environment: {}, acceptReplacedGroups: false });
}
const withUsers = (users: object): Outputs => ({
  ...outputs,
  integrations: { oneplan: { ...oneplan, users: { ...oneplan.users, ...users } } },
});

describe("usersSync", () => {
  it("asks nothing outside", () => {
    const sync = made(outputs);
    expect(sync).toMatchObject({
      fields: ["name", "mail"],
      fullEveryDays: 7,
      limits: { disable: { count: 500 } },
      requests: { graph: 0, oneplan: 0 },
      source: { name: "Entra" },
      target: { name: "OnePlan", matchBy: ["office365Id", "externalId", "mail"] },
    });
  });

  it.each<[string, Outputs, string]>([
    [
      "OnePlan",
      { ...outputs, integrations: {} },
      "The outputs of tenantwire/contoso have no OnePlan: add it to the settings and deploy (pulumi up).",
    ],
    [
      "a vault",
      (({ vault: _, ...rest }) => rest)(outputs),
      "The outputs of tenantwire/contoso have no vault, where OnePlan's key is kept: deploy the stack again (pulumi up).",
    ],
    [
      "a known property",
      withUsers({ fields: { name: "displayNam" } }),
      'tenantwire:oneplan.users.fields.name: "displayNam" is no property of an Entra user that can be mapped; did you mean "displayName"?',
    ],
    [
      "settings that are understood",
      { ...outputs, sync: { users: { limit: {} } } },
      'tenantwire:sync.users.limit: not a setting; did you mean "limits"?',
    ],
  ])("needs %s", (_, given, message) => {
    expect(() => made(given)).toThrow(expect.objectContaining({ name: "SettingsError", message, exitCode: 2 }));
  });

  const { fingerprint } = made(outputs);
  it.each<[string, Outputs]>([
    ["the order of groups", withUsers({ groups: ["B", "A"] })],
    ["the order of fields", withUsers({ fields: { mail: "mail", name: "displayName" } })],
    ["limits", { ...outputs, sync: { users: { limits: { disable: { count: 1 } } } } }],
    ["how often everything is read", { ...outputs, sync: { users: { fullEveryDays: 1 } } }],
  ])("has the same fingerprint whatever %s is", (_, given) => {
    expect(made(given).fingerprint).toBe(fingerprint);
  });

  it.each<[string, Outputs]>([
    ["groups", withUsers({ groups: ["A"] })],
    ["fields", withUsers({ fields: { name: "displayName", mail: "userPrincipalName" } })],
    ["who is inactive", { ...outputs, sync: { users: { disabledAccountsAreInactive: false } } }],
    ["the tenant", { ...outputs, tenant: { ...outputs.tenant, id: clientId } }],
    ["OnePlan's address", { ...outputs, integrations: { oneplan: { ...oneplan, baseUrl: "https://eu.oneplan.ai" } } }],
  ])("has another fingerprint for other %s", (_, given) => {
    expect(made(given).fingerprint).not.toBe(fingerprint);
  });
});
