import { describe, expect, it } from "@jest/globals";
import type { Outputs } from "../../../../contract/outputs.ts";
import { ownPartitions } from "../../../../sync/kinds/users/own-partitions.ts";
import { createMapping } from "../../../../sync/kinds/users/mapping.ts";
import { declaredTarget, declaredTargets, userTargets } from "../../../../sync/kinds/users/targets.ts";
import { usersSync } from "../../../../sync/kinds/users/index.ts";

const id = "0c7f3b1e-1111-4111-8111-111111111111";
const key = { baseUrl: "https://x.contoso.com", keyName: "tenantwire", keyVaultSecret: "key" };
const all: Outputs["integrations"] = {
  oneplan: { ...key, users: { groups: [], fields: { name: "displayName", mail: "mail" } } },
  ones: { ...key, users: { groups: [], fields: { userName: "userPrincipalName" }, defaultGroups: [] } },
  file: { path: "people.csv", format: "csv", users: { groups: [], fields: { mail: "mail" } } },
};

function outputsWith(integrations: Outputs["integrations"]): Outputs {
  return {
    version: 1,
    mark: "tenantwire/contoso",
    tenant: { id, domain: "contoso.com", cloud: "Microsoft" },
    vault: { name: "contoso", uri: "https://contoso.vault.azure.net/" },
    syncIdentity: { clientId: id, principalId: id, permissions: [], signIn: { kind: "federated" } },
    credentials: { secrets: [], federated: [], given: [] },
    registrations: [],
    consents: [],
    integrations,
  };
}

function made(target?: string, integrations = all) {
  return usersSync({
    outputs: outputsWith(integrations),
    environment: {},
    acceptReplacedGroups: false,
    reach: async () => undefined,
    target,
  });
}

describe("a sync of users", () => {
  it.each<["oneplan" | "ones" | "file", string, string, object]>([
    ["oneplan", "users", "OnePlan", { graph: 0, oneplan: 0 }],
    ["ones", "users-ones", "ONES", { graph: 0, ones: 0 }],
    ["file", "users-file", "people.csv", { graph: 0 }],
  ])("to %s is called %s", (target, sync, name, requests) => {
    const fields = Object.keys(all[target]!.users!.fields);
    expect(made(target).definition).toMatchObject({ sync, target: { name }, fields });
    expect(made(target).requests).toEqual(requests);
  });

  it("is one for each that is declared, and by default the first", () => {
    expect(declaredTargets(outputsWith(all))).toEqual(userTargets);
    const { oneplan: _, ...others } = all;
    expect(declaredTargets(outputsWith(others))).toEqual(["ones", "file"]);
    expect(made(undefined, others).definition.sync).toBe("users-ones");
  });

  it.each<["oneplan" | "ones" | "file", string]>([
    ["oneplan", "OnePlan"],
    ["ones", "users of ONES (ones.users)"],
    ["file", "file of users"],
  ])("to %s has to be declared", (target, title) => {
    const { [target]: _, ...others } = all;
    expect(() => made(target, others)).toThrow(
      `The outputs of tenantwire/contoso have no ${title}: add it to the settings and deploy (pulumi up).`,
    );
  });

  it("names the place of a wrong property by its target", () => {
    const users = { groups: [], fields: { mail: "mial" } };
    expect(() => made("file", { file: { path: "x", format: "csv", users } })).toThrow(
      "tenantwire:files.users.fields.mail: ",
    );
  });

  it("takes a field of another target for no mistake where values are kept", () => {
    const outputs = { ...outputsWith(all), sync: { users: { clearOnEmpty: { userName: "keep" } } } };
    const given = { environment: {}, acceptReplacedGroups: false, reach: async () => undefined } as const;
    expect(() => usersSync({ ...given, outputs, target: "file" })).not.toThrow();
    expect(() => usersSync({ ...given, outputs: { ...outputs, integrations: { file: all.file } } })).toThrow(
      "userName",
    );
  });

  it("is not held up by another target's mistake", () => {
    const mistaken = { ...all, ones: { ...all.ones!, routes: { lst: 1 } } };
    expect(() => made("ones", mistaken)).toThrow("tenantwire:ones.routes.lst: not a setting");
    expect(made("file", mistaken).definition.sync).toBe("users-file");
  });

  it.each<[string, string, Outputs["integrations"]]>([
    ["file", "file", { ...all, file: { ...all.file!, path: "others.csv" } }],
    ["format", "file", { ...all, file: { ...all.file!, format: "jsonl" } }],
    ["server", "ones", { ...all, ones: { ...all.ones!, baseUrl: "https://y.contoso.com" } }],
    ["route table", "ones", { ...all, ones: { ...all.ones!, routes: { authentication: "basic" } } }],
  ])("reads everything again for another %s", (_, target, integrations) => {
    expect(made(target, integrations).definition.scopeHash).not.toBe(made(target).definition.scopeHash);
  });

  it("does not for other default groups, which are for new users alone", () => {
    const ones = { ...all.ones!, users: { ...all.ones!.users!, defaultGroups: ["Staff"] } };
    expect(made("ones", { ...all, ones }).definition.scopeHash).toBe(made("ones").definition.scopeHash);
  });
});

describe("who cannot be synced to a target", () => {
  const user = { id, displayName: null, mail: null, userPrincipalName: null, accountEnabled: true };
  it.each<["oneplan" | "ones" | "file", string | undefined]>([
    ["oneplan", "has no name (displayName) in Entra"],
    ["ones", "has no user name (userPrincipalName) in Entra"],
    ["file", undefined],
  ])("%s: %s", (name, skip) => {
    const { users, required, mailField } = declaredTarget(outputsWith(all), name);
    const { fields, groups } = users;
    const mapping = createMapping({ fields, groups, required, mailField, disabledAccountsAreInactive: true });
    expect(mapping.inScope(user).skip).toBe(skip);
  });

  it("matches by the field that the target has the address in", () => {
    const options = { fields: { email: "userPrincipalName" }, groups: [], disabledAccountsAreInactive: true };
    const { keys } = createMapping({ ...options, mailField: "email" }).inScope({ ...user, userPrincipalName: "A@b.c" });
    expect(keys["mail"]).toBe("a@b.c");
  });
});

it("keeps what each sync's source remembers apart", async () => {
  const asked: string[] = [];
  const state = { get: async (partition: string) => void asked.push(partition) } as never;

  await ownPartitions(state, "users").get("users-members", "k");
  await ownPartitions(state, "users-file").get("users-members", "k");

  expect(asked).toEqual(["users-members", "users-file-members"]);
  expect(() => ownPartitions(state, "users-file").get("rooms-members", "k")).toThrow(
    "rooms-members is of no sync of users",
  );
});
