import { describe, expect, it } from "@jest/globals";
import type { Sheet } from "../../../contract/sheet.ts";
import { settingsSheets } from "../../../stacks/sheets.ts";
import { renderSheets } from "../../../cli/terminal/settings-sheet.ts";
import type { Outputs } from "../../../contract/outputs.ts";
import { guidOf } from "../../components/deploy.ts";
import { deployedOutputs } from "../../review/deployed-outputs.ts";

const look = { color: false, vault: "tw-contoso00c0ffee", revealed: new Map<string, string>() };

describe("the form of ONES", () => {
  it("is filled in in its order and with its labels", () => {
    expect(renderSheets([sheet("ones")], look)).toBe(`ONES: Application permission, resource only
Management console > Settings > External Integration

Server settings
  Name                            Microsoft 365
  Microsoft 365 service operator  Microsoft
  Tenant ID (Directory ID)        ${guidOf("tenant")}
  Client ID (Application ID)      ${guidOf("ones client")}
  Client secret                   secret ones-client-secret-00c0ffee in the vault tw-contoso00c0ffee (npx --no-install tenantwire settings-sheet -s <stack> --reveal ones-client-secret)

Room settings
  Sync all rooms                       yes
  Apply policy to Microsoft 365 rooms  yes

User settings
  Redirect URI (shown by ONES; must be this)  https://ones.contoso.com/callback
  Client ID (Application ID)                  ${guidOf("ones-sign-in client")}
  Client secret                               secret ones-sign-in-client-secret-00c0ffee in the vault tw-contoso00c0ffee (npx --no-install tenantwire settings-sheet -s <stack> --reveal ones-sign-in-client-secret)
  Redirect URI (shown by ONES; must be this)  https://ones.contoso.com/sign-in
  Default user groups                         Staff
  Card number                                 Pager
  Login button name                           Sign in with Microsoft

Further
  Press Test settings, then Save and next, then Save and close.
`);
  });

  it.each<[string, Outputs["tenant"]["cloud"], string]>([
    ["of the world", "Microsoft", "Microsoft"],
    ["of China", "21Vianet", "21Vianet"],
    ["of the US government", "USGovernment", "Microsoft (ask the vendor whether the server knows graph.microsoft.us)"],
  ])("names the service operator %s", (_, cloud, operator) => {
    expect(
      valueOf(
        sheet("ones", (outputs) => void (outputs.tenant.cloud = cloud)),
        "Microsoft 365 service operator",
      ),
    ).toBe(operator);
  });

  it("asks for the redirect URI among the rooms where ONES acts for people", () => {
    const delegated = sheet("ones", ({ integrations: { onesMicrosoft365 } }) => {
      if (onesMicrosoft365) onesMicrosoft365.mode = "delegatedResourceOnly";
    });

    const [, rooms, users] = delegated.parts.map(({ fields }) => fields.map(({ label }) => label));
    expect(rooms?.[0]).toBe("Redirect URI (shown by ONES; must be this)");
    expect(users?.slice(0, 2)).toEqual(["Client ID (Application ID)", "Client secret"]);
    expect(delegated.further.at(-1)).toBe("Save with Save and next, then Save and close.");
  });

  it("names the rooms, where they are said", () => {
    const named = sheet("ones", ({ integrations: { onesMicrosoft365 } }) => {
      if (onesMicrosoft365) onesMicrosoft365.rooms = ["a@contoso.com", "b@contoso.com"];
    });

    expect(valueOf(named, "Sync specified room")).toBe("a@contoso.com, b@contoso.com");
  });

  it("tells what Exchange has to be told, where the calendars come from there", () => {
    const scoped = sheet("ones", ({ registrations }) => {
      const ones = registrations.find(({ name }) => name === "ones");
      if (ones) ones.exchangeScope = { name: "Rooms", recipientFilter: "f", commands: ["New-ManagementScope ..."] };
    });

    expect(scoped.further).toEqual([
      "An Exchange administrator gives the calendars of the rooms, once, in PowerShell:",
      "New-ManagementScope ...",
      `Test-ServicePrincipalAuthorization -Identity ${guidOf("ones principal")} -Resource '<address of a room>'`,
      "Press Test settings, then Save and next, then Save and close.",
    ]);
  });
});

describe("the form of Entra users to OnePlan", () => {
  it("has the registration of one's own", () => {
    expect(fieldsOf(sheet("oneplan-users"))).toEqual([
      ["Tenant Domain", "contoso.onmicrosoft.com"],
      ["Client Id", guidOf("oneplan-users client")],
      ["Client Secret", "secret: oneplan-users-client-secret"],
      ["Group names (case sensitive)", "OnePlan Users"],
      ["Group name", "Contoso"],
      ["Authentication key", "secret: oneplan-key"],
      ["Environment URL", "https://eu.oneplan.ai"],
    ]);
    expect(sheet("oneplan-users").further).toEqual([
      "Lets the integrations of the OnePlan group use the tenant. https://my.oneplan.ai/account/ConsentIntegration",
    ]);
  });

  it("has the button of the vendor's application instead", () => {
    const vendor = sheet("oneplan-users", ({ integrations: { oneplanEntraUsers } }) => {
      if (!oneplanEntraUsers) return;
      oneplanEntraUsers.application = "vendor";
      delete oneplanEntraUsers.registration;
    });

    expect(valueOf(vendor, "Authorize")).toBe("press the button, signed in as an administrator of the tenant");
  });
});

it("tells of a OneConnect group how people sign in", () => {
  expect(fieldsOf(sheet("oneconnect"))).toEqual([
    ["Tenant information", guidOf("tenant")],
    ["Name", "Contoso"],
    ["Authentication Type", "Multi-Authentication"],
    ["Allowed Authentication", "Office365, Forms"],
  ]);
});

describe("the form of Azure DevOps", () => {
  it("has a token for each organization", () => {
    expect(fieldsOf(sheet("azure-devops-contoso"))).toEqual([
      ["Organization", "https://dev.azure.com/contoso"],
      ["Personal access token", "secret: azure-devops-token-contoso"],
      ["Button Name", "Boards"],
    ]);
  });

  it("has the service principal, and who lets it in", () => {
    const principal = sheet("azure-devops-contoso", ({ integrations: { azureDevOps }, registrations }) => {
      const [organization] = azureDevOps?.organizations ?? [];
      delete organization?.tokenVaultSecret;
      if (azureDevOps) azureDevOps.registration = "sync";
      expect(registrations[0]?.name).toBe("sync");
    });

    expect(valueOf(principal, "Client ID")).toBe(guidOf("sync client"));
    expect(principal.further).toEqual([
      `An administrator of contoso adds the service principal sync (object id ${guidOf("sync principal")}) under ` +
        "Organization settings > Users, with a licence and rights in the projects.",
    ]);
  });
});

describe("what plans need", () => {
  const organization = (tokenVaultSecret?: string) =>
    sheet("plans-contoso", (outputs) => {
      outputs.integrations.plans = {
        ...{ baseUrl: "https://my.oneplan.ai", keyName: "tenantwire", keyVaultSecret: "oneplan-key" },
        organizations: [
          {
            ...{ name: "contoso", url: "https://dev.azure.com/contoso", projects: ["Rollout", "Web"] },
            ...{ planTypes: ["Epic", "Feature"], taskTypes: ["Bug"], projectPlanType: "Project" },
            ...{ outsideIterations: false, createWorkItems: false, notifications: true },
            ...{ nestedInItself: "nearest", skippedLevel: "nearest", parentOutOfScope: "top" },
            ...{ planFields: [], taskFields: [] },
            ...(tokenVaultSecret !== undefined && { tokenVaultSecret }),
          },
        ],
      };
    });

  it("is a member of the organization, and types of plans", () => {
    expect(fieldsOf(organization())).toEqual([
      ["Organization", "https://dev.azure.com/contoso"],
      ["Users > Add users", "sync"],
      ["Object id of its service principal", guidOf("sync principal")],
      ["Access level", "Basic"],
      ["Add to projects", "Rollout, Web"],
      ["Group", "Project Contributors"],
      ["Plan types that have to be there", "Project, Epic, Feature"],
    ]);
  });

  it("is a token with its scopes, where there is one", () => {
    expect(fieldsOf(organization("azure-devops-token-contoso")).slice(1, 3)).toEqual([
      ["Personal access token", "secret: azure-devops-token-contoso"],
      ["Scopes of the token", "Work Items: Read & write; Project and Team: Read; this organization only"],
    ]);
  });
});

describe("a secret", () => {
  it("is named, and shown only when it is revealed", () => {
    const revealed = new Map([["ones-client-secret", "Xy18Q~shown"]]);

    const text = renderSheets([sheet("ones")], { ...look, revealed });

    expect(text).toContain("  Client secret                   Xy18Q~shown\n");
    expect(text).toContain("secret ones-sign-in-client-secret-00c0ffee in the vault tw-contoso00c0ffee");
  });
});

it("says so where nothing is entered into a form", () => {
  const nothing = settingsSheets(deployedOutputs((outputs) => void (outputs.integrations = {})));

  expect(renderSheets(nothing, look)).toBe("Nothing of this stack is entered into a vendor's form.\n");
});

function sheet(name: string, change?: (outputs: Outputs) => void): Sheet {
  const found = settingsSheets(deployedOutputs(change)).find((each) => each.name === name);
  if (!found) throw new Error(`There is no sheet ${name}.`);
  return found;
}

function fieldsOf({ parts }: Sheet): [string, string][] {
  return parts.flatMap(({ fields }) =>
    fields.map((field): [string, string] => [field.label, "value" in field ? field.value : `secret: ${field.secret}`]),
  );
}

function valueOf(of: Sheet, label: string): string | undefined {
  return fieldsOf(of).find(([each]) => each === label)?.[1];
}

it("says where to consent to what has no form", () => {
  const link = "https://login.microsoftonline.com/contoso/adminconsent";
  const sheets = settingsSheets(
    deployedOutputs(({ registrations }) => {
      for (const each of registrations) if (each.name === "sync") each.consent = { mode: "link", link };
    }),
  );

  expect(sheets.at(-1)).toMatchObject({
    name: "consents",
    further: [`An administrator consents to sync: ${link}`],
  });
});
