/** The components as somebody uses them in a program of their own: flat arguments, and nothing else given. */
import { beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { addDays } from "../../contract/days.ts";
import { MICROSOFT_GRAPH } from "../../contract/permissions/resolve.ts";
import { generationsOn } from "../../components/standalone/generations.ts";
import { type Declared, deploy, guidOf, mockPulumi } from "./deploy.ts";

const APPLICATION = [
  "Calendars.ReadWrite",
  "Group.Read.All",
  "GroupMember.Read.All",
  "Mail.Send",
  "Place.Read.All",
  "User.Read.All",
];
const DELEGATED = [
  "Calendars.ReadWrite.Shared",
  "User.Read",
  "User.Read.All",
  "email",
  "offline_access",
  "openid",
  "profile",
];
const DEPLOYER = guidOf("deployer");
const tenant = {
  calls: {
    "azuread:index/getClientConfig:getClientConfig": { tenantId: guidOf("tenant"), objectId: DEPLOYER },
    "azuread:index/getServicePrincipal:getServicePrincipal": {
      clientId: MICROSOFT_GRAPH,
      displayName: "Microsoft Graph",
      objectId: guidOf("graph sp"),
      appRoles: APPLICATION.map((value) => {
        return { value, id: guidOf(`role ${value}`), enabled: true, allowedMemberTypes: ["Application"] };
      }),
      oauth2PermissionScopes: DELEGATED.map((value) => ({ value, id: guidOf(`scope ${value}`), enabled: true })),
    },
  },
};

let components: typeof import("../../components/index.ts");

beforeAll(async () => {
  await mockPulumi();
  components = await import("../../components/index.ts");
});

describe("each mode of a vendor asks for exactly what the vendor's guide lists, and grants it when told to", () => {
  const shared = ["Calendars.ReadWrite.Shared", "offline_access", "openid"];
  const everything = ["Calendars.ReadWrite", "Group.Read.All", "Place.Read.All", "User.Read.All"];
  const grant = { grantConsent: true };

  it.each<[string, () => object, string[], string[]]>([
    ["ONES, application permission", () => new components.OnesApplicationPermission("i", grant), everything, []],
    [
      "the same with Mail.Send",
      () => new components.OnesApplicationPermission("i", { ...grant, mailSend: true }),
      [...everything, "Mail.Send"].sort(),
      [],
    ],
    [
      "the same with calendars by Exchange",
      () => new components.OnesApplicationPermission("i", { ...grant, calendarsByExchange: true }),
      everything.slice(1),
      [],
    ],
    ["ONES, delegated permission", () => new components.OnesDelegatedPermission("i", grant), [], shared],
    ["ONES, delegated resource only", () => new components.OnesDelegatedResourceOnly("i", grant), [], shared],
    [
      "ONES, application resource only",
      () => new components.OnesApplicationResourceOnly("i", grant),
      ["Calendars.ReadWrite", "Place.Read.All"],
      [],
    ],
    ["ONES, single sign-on", () => new components.OnesSingleSignOn("i", grant), [], ["email", "openid", "profile"]],
    [
      "Entra users to OnePlan",
      () =>
        new components.OnePlanEntraUsers("i", { ...grant, groups: ["OnePlan Users"], fields: { name: "displayName" } }),
      ["GroupMember.Read.All", "User.Read.All"],
      [],
    ],
    [
      "OneConnect with Office 365",
      () => new components.OneConnectGroup("i", grant),
      [],
      ["User.Read", "User.Read.All"],
    ],
    ["OneConnect without", () => new components.OneConnectGroup("i", { ...grant, office365: false }), [], []],
    [
      "the console",
      () => new components.ConsoleRegistration("i", { ...grant, publicUrl: "https://console.contoso.com" }),
      [],
      ["openid", "profile"],
    ],
    ["mail", () => new components.MailRegistration("i", { mailbox: "alerts@contoso.com" }), [], []],
    ["Azure DevOps", () => new components.AzureDevOpsPrincipal("i", grant), [], []],
  ])("%s", async (_, make, application, delegated) => {
    const { resources, failure } = await deploy(() => {
      make();
      return {};
    }, tenant);

    expect(failure).toBeUndefined();
    const asked = resources.find(({ type }) => type.endsWith(":ApplicationApiAccess"))?.inputs ?? {};
    expect(sorted(asked["roleIds"])).toEqual(sorted(application.map((name) => guidOf(`role ${name}`))));
    expect(sorted(asked["scopeIds"])).toEqual(sorted(delegated.map((name) => guidOf(`scope ${name}`))));
    const roles = resources.filter(({ type }) => type.endsWith(":AppRoleAssignment"));
    expect(sorted(roles.map(({ inputs }) => inputs["appRoleId"]))).toEqual(sorted(asked["roleIds"]));
    const scopes = resources.filter(({ type }) => type.endsWith(":ServicePrincipalDelegatedPermissionGrant"));
    expect(sorted(scopes.flatMap(({ inputs }) => inputs["claimValues"] as string[]))).toEqual(sorted(delegated));
  });

  it("grants nothing unless it is told to", async () => {
    const { resources } = await deploy(() => ({ urn: new components.OnesApplicationPermission("i", {}).urn }), tenant);

    expect(resources.map(({ type }) => type)).not.toContain("azuread:index/appRoleAssignment:AppRoleAssignment");
  });
});

describe("AppRegistration", () => {
  it("looks up the permissions and who deploys, and says in its notes which stack made it", async () => {
    const { outputs, resources } = await deploy(() => {
      const { clientId } = new components.AppRegistration("app", {
        displayName: "Reporting",
        applicationPermissions: ["User.Read.All"],
        redirectUris: ["https://reports.contoso.com/back"],
      });
      return { clientId };
    }, tenant);

    expect(outputs.clientId).toBe(guidOf("app-registration-application client"));
    expect(inputsOf(resources, "app-registration-application")).toMatchObject({ notes: "tenantwire/contoso" });
    expect(inputsOf(resources, "app-registration-principal")["owners"]).toEqual([DEPLOYER]);
    expect(inputsOf(resources, "app-registration-access-graph")["roleIds"]).toEqual([guidOf("role User.Read.All")]);
  });

  it("makes nothing when a redirect URI cannot be one", async () => {
    const { failure, resources } = await deploy(() => {
      const args = { displayName: "Reporting", redirectUris: ["http://reports.contoso.com/back"] };
      return { urn: new components.AppRegistration("app", args).urn };
    }, tenant);

    expect(failure?.message).toContain("http://reports.contoso.com/back");
    expect(resources.filter(({ type }) => type.startsWith("azuread:"))).toEqual([]);
  });
});

describe("what tenantwire itself runs by", () => {
  it("the console's has the one address that it answers Entra at, and nothing is made for another", async () => {
    const publicUrl = "https://console.contoso.com";
    const made = await deploy(
      () => ({ urn: new components.ConsoleRegistration("console", { publicUrl }).urn }),
      tenant,
    );
    expect(inputsOf(made.resources, "console-registration-redirects")).toMatchObject({
      redirectUris: ["https://console.contoso.com/auth/callback"],
    });
    const { failure, resources } = await deploy(
      () => ({ urn: new components.ConsoleRegistration("console", { publicUrl: `${publicUrl}/` }).urn }),
      tenant,
    );
    expect(failure?.message).toMatch(/^publicUrl: expected scheme, host and port/);
    expect(resources.filter(({ type }) => type.startsWith("azuread:"))).toEqual([]);
  });

  it("that of mail is given nothing by Entra, and one mailbox by Exchange", async () => {
    const { outputs, resources } = await deploy(() => {
      const { exchangeCommands } = new components.MailRegistration("mail", { mailbox: "O'Brien@Contoso.com" });
      return { exchangeCommands };
    }, tenant);
    const types = resources.map(({ type }) => type);
    expect(types.filter((type) => /ApiAccess|RoleAssignment|PermissionGrant/.test(type))).toEqual([]);
    const client = guidOf("mail-registration-application client");
    const commands = outputs.exchangeCommands as unknown as readonly string[];
    expect(commands).toHaveLength(3);
    expect(commands[0]).toMatch(new RegExp(`^New-ServicePrincipal -AppId ${client} -ObjectId [0-9a-f-]{36} `));
    expect(commands[1]).toMatch(/PrimarySmtpAddress -eq '+o'+brien@contoso\.com'/);
    expect(commands[2]).toContain("-Role 'Application Mail.Send'");
  });
});

describe("RotatedSecret", () => {
  const DAY = fc
    .date({ min: new Date("2024-01-01"), max: new Date("2060-01-01"), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));
  const PERIOD = fc.integer({ min: 7, max: 365 });

  it("has two secrets in turn, the newest in the vault", async () => {
    const { resources } = await deploy(() => {
      const args = { applicationId: "/applications/1", vaultName: "v", resourceGroupName: "g", today: "2026-03-31" };
      return { urn: new components.RotatedSecret("secret", args).urn };
    }, tenant);

    const passwords = resources.filter(({ type }) => type.endsWith(":ApplicationPassword"));
    expect(passwords.map(({ name }) => name)).toEqual(["secret-a", "secret-b"]);
    expect(passwords[1]?.dependsOn).toEqual(["secret-a"]);
    const { slot } = generationsOn("2026-03-31", 60).find(({ current }) => current) ?? { slot: "?" };
    expect(JSON.stringify(inputsOf(resources, "secret-vault"))).toContain(`of secret-${slot}`);
  });

  it("never renews the current secret, nor one whose copies may be in use, while deployments come once a period", () => {
    fc.assert(
      fc.property(DAY, PERIOD, fc.nat(), (day, period, later) => {
        const before = generationsOn(day, period);
        const next = generationsOn(addDays(day, later % (period + 1)), period);
        const current = before.find((slot) => slot.current);
        const same = next.find(({ slot }) => slot === current?.slot);
        expect(same?.generation).toBe(current?.generation);
      }),
    );
  });

  it("lives through a deployment that is 30 days late, and no longer than two periods and 30 days", () => {
    fc.assert(
      fc.property(DAY, PERIOD, (day, period) => {
        const current = generationsOn(day, period).find((slot) => slot.current);
        expect(String(current?.end.slice(0, 10)) >= addDays(day, period + 30)).toBe(true);
        expect(String(current?.end.slice(0, 10)) <= addDays(day, 2 * period + 30)).toBe(true);
      }),
    );
  });

  it.each([
    [{ periodDays: 3 }, "periodDays: expected whole days from 7 to 365, found 3."],
    [{ today: "31.3.2026" }, 'today: expected a day such as 2026-03-31, found "31.3.2026".'],
  ])("refuses %j", async (more, message) => {
    const { failure } = await deploy(() => {
      const args = { applicationId: "/applications/1", vaultName: "v", resourceGroupName: "g", ...more };
      return { urn: new components.RotatedSecret("secret", args).urn };
    }, tenant);

    expect(failure?.message).toBe(message);
  });
});

describe("the others", () => {
  it("make a vault that its readers alone read, a trust, and a consent", async () => {
    const reader = guidOf("reader");
    const { failure, resources } = await deploy(() => {
      new components.SecretVault("vault", {
        namePrefix: "kv",
        location: "westeurope",
        resourceGroup: "g",
        readers: [reader],
      });
      const trust = {
        displayName: "main",
        issuer: "https://token.actions.githubusercontent.com",
        subject: "repo:c/i:environment:p",
      };
      new components.FederatedCredential("trust", { applicationId: "/applications/1", ...trust });
      new components.Consent("consent", { principalId: guidOf("sp"), applicationPermissions: ["User.Read.All"] });
      return {};
    }, tenant);

    expect(failure).toBeUndefined();
    expect(resources.find(({ type }) => type.endsWith(":RoleAssignment"))?.inputs).toMatchObject({
      principalId: reader,
    });
    expect(inputsOf(resources, "trust-trust")).toMatchObject({ audiences: ["api://AzureADTokenExchange"] });
    expect(resources.find(({ type }) => type.endsWith(":AppRoleAssignment"))?.inputs).toMatchObject({
      principalObjectId: guidOf("sp"),
      appRoleId: guidOf("role User.Read.All"),
    });
  });
});

function sorted(values: unknown): string[] {
  return [...((values as string[] | undefined) ?? [])].sort();
}

function inputsOf(resources: readonly Declared[], wanted: string): Readonly<Record<string, unknown>> {
  const found = resources.find(({ name }) => name === wanted);
  if (!found) throw new Error(`There is no ${wanted}.`);
  return found.inputs;
}
