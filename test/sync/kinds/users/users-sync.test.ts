import { describe, expect, it } from "@jest/globals";
import { DAY_MS } from "../../../../contract/days.ts";
import type { Outputs } from "../../../../contract/outputs.ts";
import { usersSync } from "../../../../sync/kinds/users/index.ts";

const clientId = "0c7f3b1e-1111-4111-8111-111111111111";
const outputs: Outputs = {
  version: 1,
  mark: "tenantwire/contoso",
  tenant: { id: "0c7f3b1e-2222-4222-8222-222222222222", domain: "contoso.com", cloud: "Microsoft" },
  vault: { name: "contoso", uri: "https://contoso.vault.azure.net/" },
  syncIdentity: { clientId, principalId: clientId, permissions: [], signIn: { kind: "federated" } },
  credentials: { secrets: [], federated: [], given: [] },
  registrations: [],
  consents: [],
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
  return usersSync({ outputs: given, environment: {}, acceptReplacedGroups: false, reach: async () => undefined });
}
const withUsers = (users: object): Outputs => ({
  ...outputs,
  integrations: { oneplan: { ...oneplan, users: { ...oneplan.users, ...users } } },
});

const onLeaving = { users: { filter: "employeeLeaveDateTime eq null" } };

describe("usersSync", () => {
  it("asks nothing outside", () => {
    const sync = made(outputs);
    expect(sync).toMatchObject({
      definition: {
        fields: ["name", "mail"],
        fullEveryMs: 7 * DAY_MS,
        limits: { disable: { count: 500 } },
        source: { name: "Entra" },
        target: { name: "OnePlan", matchBy: ["office365Id", "externalId", "mail"] },
      },
      requests: { graph: 0, oneplan: 0 },
    });
  });

  it.each<[string, Outputs, string]>([
    [
      "something to sync to",
      { ...outputs, integrations: {} },
      "The outputs of tenantwire/contoso have nothing that users are synced to: add oneplan, ones or files to the settings and deploy (pulumi up).",
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
    [
      "a filter that is understood",
      { ...outputs, sync: { users: { filter: "departement eq 'Sales'" } } },
      'tenantwire:sync.users.filter: at character 1: "departement" is not known; did you mean "department"?',
    ],
    [
      "the permissions of its filter",
      { ...outputs, sync: onLeaving },
      "tenantwire:sync.users.filter: reading employeeLeaveDateTime needs the permission User-LifeCycleInfo.Read.All, which is not deployed. " +
        "Map employeeLeaveDateTime to a field under tenantwire:oneplan.users.fields and deploy (pulumi up), which adds it, or leave it out of the filter.",
    ],
    [
      "mapped fields where it keeps values",
      { ...outputs, sync: { users: { clearOnEmpty: { nam: "keep" } } } },
      'tenantwire:sync.users.clearOnEmpty.nam: this field is not mapped; did you mean "name"?',
    ],
    [
      "a field for card numbers",
      withUsers({ cardNumber: { source: "employeeId" } }),
      "users.cardNumber: field is missing; correct it and deploy (pulumi up).",
    ],
    [
      "a known source of card numbers",
      withUsers({ cardNumber: { source: "pagr", field: "Card" } }),
      'users.cardNumber: "pagr" is no source of card numbers; correct it and deploy (pulumi up).',
    ],
  ])("needs %s", (_, given, message) => {
    expect(() => made(given)).toThrow(expect.objectContaining({ name: "SettingsError", message, exitCode: 2 }));
  });

  const fingerprint = made(outputs).definition.scopeHash;
  it.each<[string, Outputs]>([
    ["the order of groups", withUsers({ groups: ["B", "A"] })],
    ["no administrative units", withUsers({ administrativeUnits: [] })],
    ["the order of fields", withUsers({ fields: { mail: "mail", name: "displayName" } })],
    ["limits", { ...outputs, sync: { users: { limits: { disable: { count: 1 } } } } }],
    [
      "what is said to be the default",
      { ...outputs, sync: { users: { guests: true, clearOnEmpty: { name: "clear" } } } },
    ],
    ["the word for no card number", withUsers({ cardNumber: { source: "none" } })],
    ["how often everything is read", { ...outputs, sync: { users: { fullEveryDays: 1 } } }],
  ])("has the same fingerprint whatever %s is", (_, given) => {
    expect(made(given).definition.scopeHash).toBe(fingerprint);
  });

  it.each<[string, Outputs]>([
    ["groups", withUsers({ groups: ["A"] })],
    ["fields", withUsers({ fields: { name: "displayName", mail: "userPrincipalName" } })],
    ["administrative units", withUsers({ administrativeUnits: ["Europe"] })],
    ["card numbers", withUsers({ cardNumber: { source: "employeeId", field: "Card" } })],
    ["a filter", { ...outputs, sync: { users: { filter: "city eq 'Zurich'" } } }],
    ["guests", { ...outputs, sync: { users: { guests: false } } }],
    ["exclusions", { ...outputs, sync: { users: { exclude: ["ada@contoso.com"] } } }],
    ["protected accounts", { ...outputs, sync: { users: { protected: ["ada@contoso.com"] } } }],
    ["what is cleared", { ...outputs, sync: { users: { clearOnEmpty: { name: "keep" } } } }],
    ["who is inactive", { ...outputs, sync: { users: { disabledAccountsAreInactive: false } } }],
    ["the tenant", { ...outputs, tenant: { ...outputs.tenant, id: clientId } }],
    ["OnePlan's address", { ...outputs, integrations: { oneplan: { ...oneplan, baseUrl: "https://eu.oneplan.ai" } } }],
  ])("has another fingerprint for other %s", (_, given) => {
    expect(made(given).definition.scopeHash).not.toBe(fingerprint);
  });

  it("has the same fingerprint however a filter is spaced and addresses are written", () => {
    const settings = { filter: "city eq 'Zurich'", exclude: ["ada@contoso.com", "b"], protected: ["c", "d"] };
    const other = { filter: " (city  eq 'Zurich')", exclude: ["b", "Ada@Contoso.com"], protected: ["D", "c"] };
    const [one, same] = [settings, other].map((users) => made({ ...outputs, sync: { users } }).definition.scopeHash);
    expect(same).toBe(one);
    expect(one).not.toBe(fingerprint);
  });

  it("writes card numbers to their field", () => {
    const sync = made(withUsers({ cardNumber: { source: "extensionAttribute3", field: "Card" } }));
    expect(sync.definition.fields).toEqual(["name", "mail", "Card"]);
    expect(sync.properties).toMatchObject({ Card: "extensionAttribute3" });
  });

  it("takes a filter on a property whose permission is deployed", () => {
    const identity = { ...outputs.syncIdentity, permissions: ["User-LifeCycleInfo.Read.All", "User.Read.All"] };
    const syncIdentity = identity as Outputs["syncIdentity"];
    expect(() => made({ ...outputs, ...(syncIdentity && { syncIdentity }), sync: onLeaving })).not.toThrow();
  });
});
