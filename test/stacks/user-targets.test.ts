/** ONES and files beside OnePlan: their settings, and what of them is declared. */
import { beforeAll, describe, expect, it } from "@jest/globals";
import { type Declared, deploy, guidOf, marked, mockPulumi } from "../components/deploy.ts";
import { parseOutputs } from "../../contract/outputs.ts";
import { SettingsError } from "../../contract/errors.ts";
import { syncedUsers } from "../../components/ones/settings.ts";
import { defaultOnesFields } from "../../contract/user-properties.ts";
import { parseWritten } from "./agreement.ts";
import { changed, DEPLOYER, everything, TENANT, type Written } from "./written.ts";

const secrets = { oneplanKey: "the-key-of-oneplan", onesKey: "the-key-of-ones" };

function withTargets(): Written {
  return {
    ...everything(),
    ones: { baseUrl: "https://ones.contoso.com/", key: { secret: "onesKey" } },
    files: { users: { path: "people.csv", format: "csv" } },
  };
}

function parse(written: Written, given: Record<string, string> = secrets) {
  return parseWritten(written, given);
}

function linesOf(written: Written, given?: Record<string, string>): string[] {
  try {
    parse(written, given);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.message.split("\n").map((line) => line.replace(/ \(stacks\/Pulumi\.contoso\.yaml\)$/, ""));
  }
  throw new Error("These settings were accepted.");
}

describe("settings", () => {
  it("have defaults", () => {
    expect(parse(withTargets())).toMatchObject({
      ones: {
        baseUrl: "https://ones.contoso.com",
        key: { name: "tenantwire", secret: "onesKey" },
      },
      files: { users: { groups: [], fields: { displayName: "displayName", mail: "mail" } } },
    });
  });

  it.each([
    ["everybody's, by default", {}, { groups: [], defaultGroups: [], fields: defaultOnesFields }],
    ["nobody's where only rooms are said", { rooms: { scope: "all" } }, undefined],
    ["those that are said beside rooms", { rooms: { scope: "all" }, users: { groups: ["A"] } }, { groups: ["A"] }],
  ])("sync users to ONES: %s", (_, more, users) => {
    const written = withTargets();
    const { ones } = parse({ ...written, ones: { ...(written["ones"] as Written), ...more } });

    const synced = ones && syncedUsers(ones);

    if (users === undefined) expect(synced).toBeUndefined();
    else expect(synced).toMatchObject(users);
  });

  it.each<[readonly (string | number)[], unknown, string]>([
    [
      ["ones", "baseUrl"],
      undefined,
      "tenantwire:ones.baseUrl: missing; expected the root of the ONES server, such as https://ones.contoso.com",
    ],
    [
      ["ones", "users"],
      { fields: { userName: "upn" } },
      'tenantwire:ones.users.fields.userName: "upn" is not known here; ',
    ],
    [["ones", "users"], { defaultGroups: ["A", "A"] }, "tenantwire:ones.users.defaultGroups[1]: the same as [0]"],
    [["ones", "users"], { groups: ["A", "A"] }, "tenantwire:ones.users.groups[1]: the same as [0]"],
    [
      ["files", "users", "format"],
      "xlsx",
      'tenantwire:files.users.format: "xlsx" is not known here; expected one of jsonl, csv',
    ],
    [["files", "users", "path"], undefined, "tenantwire:files.users.path: missing; expected the file's path"],
    [["files", "users", "groups"], ["A", "A"], "tenantwire:files.users.groups[1]: the same as [0]"],
    [["files", "user"], {}, 'tenantwire:files.user: not a setting; did you mean "users"?'],
  ])("%j = %j", (path, value, line) => {
    const lines = linesOf(changed(withTargets(), path, value));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(line);
  });

  it("need a vault and an identity for ONES, and an identity for a file", () => {
    const { oneplan: _, vault: __, azure: ___, syncIdentity: ____, ...written } = withTargets();
    expect(linesOf(written, { onesKey: "x" }).sort()).toEqual([
      "tenantwire:syncIdentity: missing; the sync of tenantwire:files reads Entra with it",
      "tenantwire:syncIdentity: missing; the sync of tenantwire:ones reads Entra with it",
      "tenantwire:vault: missing; tenantwire:ones keeps its key there",
    ]);
  });

  it("name each missing secret with the setting that wants it", () => {
    expect(linesOf(withTargets(), { oneplanKey: "x", onesKye: "y" })).toEqual([
      "tenantwire:onesKey: missing; tenantwire:ones.key.secret names it. Set it: pulumi config set --secret onesKey --stack contoso",
      'tenantwire:onesKye: a secret that no setting names; did you mean "onesKey"? Otherwise remove it: pulumi config rm onesKye --stack contoso',
    ]);
  });
});

describe("a deployed tenant", () => {
  let declareTenant: typeof import("../../stacks/tenant.ts").declareTenant;
  beforeAll(async () => {
    await mockPulumi();
    ({ declareTenant } = await import("../../stacks/tenant.ts"));
  });

  async function up(written: Written, given?: Record<string, string>) {
    const roles = ["User.Read.All", "GroupMember.Read.All", "User-LifeCycleInfo.Read.All"];
    const calls = {
      "azuread:index/getClientConfig:getClientConfig": { tenantId: TENANT, clientId: "x", objectId: DEPLOYER, id: "x" },
      "azuread:index/getDomains:getDomains": { domains: [{ domainName: "contoso.onmicrosoft.com" }] },
      "azuread:index/getServicePrincipal:getServicePrincipal": {
        displayName: "Microsoft Graph",
        objectId: guidOf("graph"),
        appRoles: roles.map((value) => ({
          value,
          id: guidOf(value),
          enabled: true,
          allowedMemberTypes: ["Application"],
        })),
        oauth2PermissionScopes: [],
      },
    };
    const deployment = {
      organization: "organization",
      project: "tenantwire",
      stack: "contoso",
      today: "2026-01-01",
      secret: (key: string) => secrets[key as keyof typeof secrets],
    };
    return deploy(() => declareTenant(parse(written, given), deployment), { calls });
  }

  const permissions = (outputs: unknown) => parseOutputs(outputs, "here").syncIdentity?.permissions;
  const readers = (resources: readonly Declared[]) => resources.filter(({ name }) => name === "sync-reader");

  it("keeps each key in the vault under its own name, and tells the syncs where", async () => {
    const routes = { authentication: "basic" };
    const { outputs, resources } = await up(changed(withTargets(), ["ones", "routes"], routes));

    const parsed = parseOutputs(outputs, "here");
    expect(parsed.integrations).toMatchObject({
      oneplan: { keyVaultSecret: expect.stringMatching(/^oneplan-key-/) as unknown as string },
      ones: {
        baseUrl: "https://ones.contoso.com",
        keyName: "tenantwire",
        keyVaultSecret: expect.stringMatching(/^ones-key-/) as unknown as string,
        routes,
      },
      file: {
        path: "people.csv",
        format: "csv",
        users: { groups: [], fields: { displayName: "displayName", mail: "mail" } },
      },
    });
    const keyOf = (name: string) => resources.find((each) => each.name === name)?.inputs["properties"];
    expect(keyOf("oneplan-key-secret")).toEqual(marked({ value: secrets.oneplanKey }));
    expect(keyOf("ones-server-key-secret")).toEqual(marked({ value: secrets.onesKey }));
    expect(JSON.stringify(outputs)).not.toMatch(/the-key-of/);
  });

  it("grants what all targets need together", async () => {
    const leaves = changed(withTargets(), ["files", "users", "fields"], { leaves: "employeeLeaveDateTime" });
    const { outputs } = await up(leaves);
    expect(permissions(outputs)).toEqual(["GroupMember.Read.All", "User-LifeCycleInfo.Read.All", "User.Read.All"]);
  });

  it("with nothing but a file lets the identity into no vault", async () => {
    const { oneplan: _, ones: __, ...written } = withTargets();
    const { outputs, resources } = await up(written, {});
    expect(permissions(outputs)).toEqual(["User.Read.All"]);
    expect(readers(resources)).toEqual([]);
    expect(readers((await up(withTargets())).resources)).toHaveLength(1);
  });

  it("sends card numbers of ONES to the one field that there is", async () => {
    const { outputs } = await up(changed(withTargets(), ["ones", "users"], { cardNumber: { source: "employeeId" } }));
    expect(parseOutputs(outputs, "here").integrations.ones?.users?.cardNumber).toEqual({
      source: "employeeId",
      field: "cardNumber",
    });
  });
});
