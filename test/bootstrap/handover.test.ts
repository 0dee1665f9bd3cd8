import { describe, expect, it } from "@jest/globals";
import { azureDevOpsCommands, gitHubCommands, type Made } from "../../bootstrap/handover.ts";
import type { BootstrapSettings } from "../../bootstrap/settings.ts";

const identity = (name: string) => ({ clientId: `client-of-${name}`, principalId: `principal-of-${name}` });

const made: Made = {
  tenantId: "the-tenant",
  subscriptionId: "the-subscription",
  backendUrl: "azblob://pulumi?storage_account=twstack",
  grantsBackendUrl: "azblob://pulumi?storage_account=twgrant",
  stateAddress: "https://twsync.blob.core.windows.net/sync/contoso.sqlite",
  identities: { preview: identity("preview"), deploy: identity("deploy"), consent: identity("consent") },
};

const settings: BootstrapSettings = {
  tenant: { id: "the-tenant", domain: "contoso.com", cloud: "Microsoft" },
  stack: "contoso",
  azure: { location: "westeurope", resourceGroup: "g" },
  namePrefix: "tw",
  consent: true,
  github: { organization: "Contoso", repository: "integrations", branch: "main" },
  azureDevOps: { organization: "contoso", project: "Our Apps", connections: {} },
  syncIdentities: [],
  protect: true,
};

const GUARDED = `,"reviewers":[{"type":"User","id":'"$(gh api user --jq .id)"'}]`;

/** Of the deployed branch alone; who changes something is let in by somebody. */
function environment(job: string, guarded: string): string[] {
  const path = `repos/Contoso/integrations/environments/contoso-${job}`;
  const policy = '"deployment_branch_policy":{"protected_branches":false,"custom_branch_policies":true}';
  return [
    `echo '{${policy}${guarded}}' | gh api --method PUT ${path} --input -`,
    `gh api --method POST ${path}/deployment-branch-policies -f name='main' || true`,
  ];
}

describe("commands to paste", () => {
  it("GitHub: the environments, the variables, and a client id of their own for those that deploy", () => {
    expect(gitHubCommands(settings, made).split("\n")).toEqual([
      ...environment("preview", ""),
      ...environment("deploy", GUARDED),
      ...environment("consent", GUARDED),
      ...environment("sync", ""),
      "gh variable set TENANTWIRE_STACK --repo Contoso/integrations --body 'contoso'",
      "gh variable set TENANTWIRE_CONSENT --repo Contoso/integrations --body 'true'",
      "gh variable set TENANTWIRE_STATE --repo Contoso/integrations --body 'https://twsync.blob.core.windows.net/sync/contoso.sqlite'",
      "gh variable set PULUMI_BACKEND_URL --repo Contoso/integrations --body 'azblob://pulumi?storage_account=twstack'",
      "gh variable set TENANTWIRE_GRANTS_BACKEND_URL --repo Contoso/integrations --body 'azblob://pulumi?storage_account=twgrant'",
      "gh variable set AZURE_TENANT_ID --repo Contoso/integrations --body 'the-tenant'",
      "gh variable set AZURE_SUBSCRIPTION_ID --repo Contoso/integrations --body 'the-subscription'",
      "gh variable set AZURE_CLIENT_ID --repo Contoso/integrations --body 'client-of-preview'",
      "gh variable set AZURE_CLIENT_ID --repo Contoso/integrations --env contoso-deploy --body 'client-of-deploy'",
      "gh variable set AZURE_CLIENT_ID --repo Contoso/integrations --env contoso-consent --body 'client-of-consent'",
      "",
    ]);
  });

  it("GitHub: the named people and teams are asked", () => {
    const reviewers = { users: ["7"], teams: ["8"] };
    const github = { organization: "Contoso", repository: "integrations", branch: "main", reviewers };

    expect(gitHubCommands({ ...settings, github }, made)).toContain(
      '"reviewers":[{"type":"User","id":7},{"type":"Team","id":8}]',
    );
  });

  it("GitHub: nothing of consent where nothing is granted", () => {
    const commands = gitHubCommands({ ...settings, consent: false }, made);

    expect(commands).toContain("TENANTWIRE_CONSENT --repo Contoso/integrations --body 'false'");
    expect(commands).not.toContain("contoso-consent");
  });

  it("Azure DevOps: one group of variables", () => {
    expect(azureDevOpsCommands(settings, made)).toBe(
      "az pipelines variable-group create --organization 'https://dev.azure.com/contoso' --project 'Our Apps' " +
        "--name tenantwire-contoso --variables 'TENANTWIRE_STACK=contoso' 'TENANTWIRE_CONSENT=true' " +
        "'TENANTWIRE_STATE=https://twsync.blob.core.windows.net/sync/contoso.sqlite' " +
        "'PULUMI_BACKEND_URL=azblob://pulumi?storage_account=twstack' " +
        "'TENANTWIRE_GRANTS_BACKEND_URL=azblob://pulumi?storage_account=twgrant' 'AZURE_TENANT_ID=the-tenant' " +
        "'AZURE_SUBSCRIPTION_ID=the-subscription'\n",
    );
  });
});
