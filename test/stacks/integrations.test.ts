/** The registrations that vendors' products use: their settings, and what of them is declared and told. */
import { beforeAll, describe, expect, it } from "@jest/globals";
import { type Outputs, parseOutputs } from "../../contract/outputs.ts";
import { SettingsError } from "../../contract/errors.ts";
import { type Declared, deploy, guidOf, marked, mockPulumi } from "../components/deploy.ts";
import { parseWritten } from "./agreement.ts";
import { changed, DEPLOYER, everything, TENANT, type Written } from "./written.ts";

const VENDOR = guidOf("vendor's application");
const secrets = { oneplanKey: "the-key-of-oneplan", token: "the-token-of-boards" };
const redirectUris = ["https://ones.contoso.com/callback"];

const delegatedResourceOnly = {
  mode: "delegatedResourceOnly",
  consent: "link",
  redirectUris,
  singleSignOn: { redirectUris: ["https://ones.contoso.com/sign-in"] },
};

function withIntegrations(): Written {
  return {
    ...everything(),
    oneplan: {
      ...(everything()["oneplan"] as Written),
      environment: "eu",
      group: "Contoso",
      key: { name: "tenantwire", secret: "oneplanKey", expires: "2027-01-31" },
      entraUsers: { application: "own", consent: "grant" },
      vendorApplications: { consentIntegration: VENDOR },
    },
    ones: { microsoft365: delegatedResourceOnly },
    oneconnect: { application: "vendor", group: "Contoso" },
    azureDevOps: {
      organizations: [{ name: "contoso", buttonName: "Boards", token: { secret: "token", expires: "2026-06-30" } }],
    },
  };
}

let declareTenant: typeof import("../../stacks/tenant.ts").declareTenant;

beforeAll(async () => {
  await mockPulumi();
  ({ declareTenant } = await import("../../stacks/tenant.ts"));
});

describe("settings", () => {
  it("have the defaults of the vendors' forms", () => {
    expect(parse(withIntegrations())).toMatchObject({
      ones: {
        microsoft365: {
          integrationName: "Microsoft 365",
          audience: "singleTenant",
          mailSend: false,
          applyPolicyToRooms: false,
          cardNumber: "none",
          secret: { periodDays: 90, overlapDays: 30, latenessDays: 30, delivery: "pasted" },
          singleSignOn: { scopes: ["openid", "profile", "email"], consent: "none" },
        },
      },
      oneconnect: { authentication: "office365Strict", allowed: ["office365"] },
    });
  });

  it.each<[readonly (string | number)[], unknown, string]>([
    [
      ["ones"],
      {},
      "tenantwire:ones.baseUrl: missing; expected the root of the ONES server, such as https://ones.contoso.com",
    ],
    [
      ["ones", "baseUrl"],
      "https://ones.contoso.com",
      "tenantwire:ones.key: missing; expected settings: name, secret, expires",
    ],
    [
      ["ones", "microsoft365", "mode"],
      "delegatedPermissions",
      'tenantwire:ones.microsoft365.mode: "delegatedPermissions" is not known here; did you mean "delegatedPermission"?',
    ],
    [
      ["ones", "microsoft365", "consent"],
      undefined,
      "tenantwire:ones.microsoft365.consent: missing; expected who grants the permissions: grant, apart, link or none",
    ],
    [
      ["ones", "microsoft365", "redirectUris"],
      [],
      "tenantwire:ones.microsoft365.redirectUris: missing; the mode delegatedResourceOnly needs the addresses that ONES shows beside its form",
    ],
    [
      ["ones", "microsoft365", "singleSignOn"],
      undefined,
      "tenantwire:ones.microsoft365.singleSignOn: missing; in the mode delegatedResourceOnly people sign in by a second registration",
    ],
    [
      ["ones", "microsoft365", "mode"],
      "applicationPermission",
      "tenantwire:ones.microsoft365.singleSignOn: not in the mode applicationPermission, where one registration does both; leave it out",
    ],
    [
      ["ones", "microsoft365", "exchangeScope"],
      { recipientFilter: "CustomAttribute1 -eq 'ONES'" },
      "tenantwire:ones.microsoft365.exchangeScope: not in the mode delegatedResourceOnly, which acts for people; leave it out",
    ],
    [
      ["ones", "microsoft365", "rooms"],
      ["a@contoso.com", "A@contoso.com"],
      "tenantwire:ones.microsoft365.rooms[1]: the same as [0]",
    ],
    [
      ["ones", "microsoft365", "secret"],
      { delivery: "vault", acknowledged: "2026-01-01" },
      "tenantwire:ones.microsoft365.secret.acknowledged: only with delivery: pasted; leave it out",
    ],
    [
      ["ones", "microsoft365", "secret"],
      { rotateOn: "soon" },
      'tenantwire:ones.microsoft365.secret.rotateOn: expected a day, such as 2026-03-31: the secret is renewed once on it or after it, found "soon"',
    ],
    [
      ["oneplan", "entraUsers", "consent"],
      undefined,
      "tenantwire:oneplan.entraUsers.consent: missing; expected who grants the permissions: grant, apart, link or none",
    ],
    [
      ["oneplan", "entraUsers", "application"],
      "vendor",
      "tenantwire:oneplan.entraUsers.consent: only with application: own; leave it out",
    ],
    [
      ["oneconnect", "allowed"],
      ["forms"],
      "tenantwire:oneconnect.allowed: only with authentication: multiAuthentication; leave it out",
    ],
    [
      ["oneconnect"],
      { application: "own", group: "Contoso", consent: "grant" },
      "tenantwire:oneconnect.redirectUris: missing; a registration of your own needs the addresses that people are sent back to",
    ],
    [
      ["oneconnect"],
      { application: "own", group: "Contoso", consent: "grant", redirectUris, clientId: VENDOR },
      "tenantwire:oneconnect.clientId: only with application: vendor; leave it out",
    ],
    [
      ["azureDevOps", "organizations", 1],
      { name: "fabrikam" },
      "tenantwire:azureDevOps.organizations[1].token: missing; without servicePrincipal a personal access token is the way in",
    ],
    [
      ["azureDevOps", "servicePrincipal"],
      { displayName: "boards", secret: {} },
      "tenantwire:azureDevOps.organizations[0].token: not together with servicePrincipal; leave one of the two",
    ],
    [
      ["azureDevOps", "organizations", 0, "token"],
      { secret: "token" },
      "tenantwire:azureDevOps.organizations[0].token.expires: missing; expected a day, such as 2026-03-31: the one on which the personal access token expires",
    ],
    [
      ["azureDevOps", "organizations", 0, "name"],
      "https://dev.azure.com/contoso",
      'tenantwire:azureDevOps.organizations[0].name: expected the name of an organization, as in https://dev.azure.com/<name>, found "https://dev.azure.com/contoso"',
    ],
  ])("%j = %j", (path, value, line) => {
    expect(linesOf(changed(withIntegrations(), path, value))[0]).toBe(line);
  });

  it("name each secret that is missing by the setting that wants it", () => {
    expect(linesOf(withIntegrations(), { oneplanKey: "x" })).toEqual([
      "tenantwire:token: missing; tenantwire:azureDevOps.organizations[0].token.secret names it. " +
        "Set it: pulumi config set --secret token --stack contoso",
    ]);
  });
});

describe("a deployed tenant", () => {
  it("has one registration for each, and tells what its form asks", async () => {
    const { outputs, resources } = await up(withIntegrations());

    const parsed = parseOutputs(outputs, "here");
    expect(parsed.registrations.map(({ name, setting, consent: { mode } }) => [name, setting, mode])).toEqual([
      ["sync", "syncIdentity", "grant"],
      ["ones", "ones.microsoft365", "link"],
      ["ones-sign-in", "ones.microsoft365.singleSignOn", "none"],
      ["oneplan-users", "oneplan.entraUsers", "grant"],
    ]);
    expect(parsed.registrations[1]).toMatchObject({
      permissions: { application: [], delegated: ["Calendars.ReadWrite.Shared", "offline_access", "openid"] },
      consent: {
        link: `https://login.microsoftonline.com/${TENANT}/adminconsent?client_id=${guidOf("ones-registration-application client")}`,
      },
      redirectUris,
    });
    expect(parsed.integrations).toMatchObject({
      onesMicrosoft365: { mode: "delegatedResourceOnly", registration: "ones", singleSignOn: "ones-sign-in" },
      oneplanEntraUsers: {
        application: "own",
        registration: "oneplan-users",
        tenantDomain: "contoso.onmicrosoft.com",
        groups: ["OnePlan Users"],
        baseUrl: "https://eu.oneplan.ai",
        group: "Contoso",
      },
      oneconnect: { baseUrl: "https://eu.oneconnect.ai", application: "vendor", allowed: ["office365"] },
      azureDevOps: {
        organizations: [
          {
            name: "contoso",
            buttonName: "Boards",
            tokenVaultSecret: expect.stringMatching(/^azure-devops-token-contoso-/),
          },
        ],
      },
    } satisfies Partial<Record<keyof Outputs["integrations"], unknown>>);
    expect(resources.find(({ name }) => name === "azure-devops-tokens-contoso-secret")?.inputs).toMatchObject({
      secretName: expect.stringMatching(/^azure-devops-token-contoso-/),
      properties: marked({ value: secrets.token }),
    });
    expect(JSON.stringify(outputs)).not.toMatch(/the-key-of|the-token-of/);
  });

  it("tells the consents of the vendors' applications, and the expiry of what people brought", async () => {
    const { outputs } = await up(withIntegrations());

    expect(outputs.consents.map(({ name, link, clientId }) => [name, link, clientId])).toEqual([
      ["adSynchronization", "https://eu.oneplan.ai", undefined],
      ["consentIntegration", "https://eu.oneplan.ai/account/ConsentIntegration", VENDOR],
      ["adminConsent", "https://eu.oneconnect.ai", undefined],
    ]);
    expect(outputs.credentials.given).toEqual([
      {
        name: "oneplan-key",
        product: "OnePlan",
        keyName: "tenantwire",
        vaultSecret: expect.stringMatching(/^oneplan-key-/) as unknown as string,
        expires: "2027-01-31",
      },
      {
        vault: "vendors",
        name: "azure-devops-token-contoso",
        product: "Azure DevOps",
        keyName: "contoso",
        vaultSecret: expect.stringMatching(/^azure-devops-token-contoso-/) as unknown as string,
        expires: "2026-06-30",
      },
    ]);
  });

  it("sends people to Authorize where the vendor's application reads the users", async () => {
    const written = changed(withIntegrations(), ["oneplan", "entraUsers"], { application: "vendor" });

    const { outputs } = await up(changed(written, ["oneplan", "vendorApplications", "authorize"], VENDOR));

    expect(outputs.consents[2]).toMatchObject({
      name: "authorize",
      link: "https://eu.oneconnect.ai",
      clientId: VENDOR,
    });
    expect(outputs.registrations.map(({ name }) => name)).not.toContain("oneplan-users");
  });

  it("keeps a secret of its own for each registration that has one", async () => {
    const { outputs, resources } = await up(withIntegrations());

    expect(outputs.credentials.secrets.map(({ name, delivery, usedBy }) => [name, delivery, usedBy])).toEqual([
      ["ones-client-secret", "pasted", "ONES > Settings > External Integration"],
      ["ones-sign-in-client-secret", "pasted", "ONES > Settings > External Integration > user settings"],
      ["oneplan-users-client-secret", "pasted", "OneConnect > Microsoft Entra ID Users"],
    ]);
    expect(passwords(resources)).toEqual(["ones-secret-a", "ones-sign-in-secret-a", "oneplan-users-secret-a"]);
  });

  it.each(["protect", "multipleTenants"])("hands on what the settings say of the registration: %s", async (what) => {
    const written =
      what === "protect"
        ? { ...withIntegrations(), protect: true }
        : {
            ...changed(withIntegrations(), ["ones", "microsoft365", "audience"], "multipleTenants"),
            rules: { "single-tenant": { exceptions: [{ registration: "ones", reason: "an older server" }] } },
          };

    const { resources } = await up(written);

    const application = resources.find(({ name }) => name === "ones-registration-application");
    expect([application?.protect, application?.inputs["signInAudience"]]).toEqual(
      what === "protect" ? [true, "AzureADMyOrg"] : [false, "AzureADMultipleOrgs"],
    );
  });
});

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

async function up(written: Written) {
  const settings = parse(written);
  const deployment = {
    organization: "organization",
    project: "tenantwire",
    stack: "contoso",
    today: "2026-01-01",
    secret: (key: string) => secrets[key as keyof typeof secrets],
  };
  const calls = {
    "azuread:index/getClientConfig:getClientConfig": { tenantId: TENANT, objectId: DEPLOYER },
    "azuread:index/getDomains:getDomains": { domains: [{ domainName: "contoso.onmicrosoft.com" }] },
    "azuread:index/getServicePrincipal:getServicePrincipal": {
      displayName: "Microsoft Graph",
      objectId: guidOf("graph"),
      appRoles: ["User.Read.All", "GroupMember.Read.All"].map((value) => {
        return { value, id: guidOf(value), enabled: true, allowedMemberTypes: ["Application"] };
      }),
      oauth2PermissionScopes: ["Calendars.ReadWrite.Shared", "email", "offline_access", "openid", "profile"].map(
        (value) => ({ value, id: guidOf(value), enabled: true }),
      ),
    },
  };
  return deploy(() => declareTenant(settings, deployment), { calls });
}

function passwords(resources: readonly Declared[]): string[] {
  return resources.filter(({ type }) => type.endsWith(":ApplicationPassword")).map(({ name }) => name);
}
