import { describe, expect, it } from "@jest/globals";
import { trustsOf } from "../../bootstrap/trusts.ts";
import { azureDevOpsJob, gitHubJob } from "../../components/pipeline-identity/subjects.ts";
import { backendUrl, secretsProviderUrl, stateAddress } from "../../components/state-storage/addresses.ts";
import { parseBlobAddress } from "../../sync/state/blob/index.ts";

describe("subjects, letter by letter", () => {
  const named = { organization: "Contoso", repository: "integrations" };
  const numbered = { ...named, ids: { organization: "123456", repository: "456789" } };

  it.each([
    [named, "contoso-deploy", "repo:Contoso/integrations:environment:contoso-deploy"],
    [numbered, "contoso-deploy", "repo:Contoso@123456/integrations@456789:environment:contoso-deploy"],
  ] as const)("GitHub, %j, %j", (repository, job, subject) => {
    expect(gitHubJob(repository, job)).toMatchObject({
      issuer: "https://token.actions.githubusercontent.com",
      subject,
    });
  });

  it("Azure DevOps, a connection of the older kind", () => {
    const project = {
      organization: "contoso",
      organizationId: "00000000-1111-4222-8333-444444444444",
      project: "Our Apps",
    };

    expect(azureDevOpsJob(project, { name: "tenantwire-contoso-deploy" })).toEqual({
      name: "azure-devops-tenantwire-contoso-deploy",
      issuer: "https://vstoken.dev.azure.com/00000000-1111-4222-8333-444444444444",
      subject: "sc://contoso/Our Apps/tenantwire-contoso-deploy",
    });
  });

  it("Azure DevOps, a newer connection, as it shows them", () => {
    const shown = { issuer: "https://login.microsoftonline.com/t/v2.0", subject: "/eid1/c/pub/t/x/a/y/sc/z/q" };

    expect(azureDevOpsJob({ organization: "contoso", project: "P" }, { name: "c", ...shown })).toMatchObject(shown);
  });
});

it("nobody trusts the jobs of pull requests", () => {
  const settings = { stack: "contoso", github: { organization: "Contoso", repository: "integrations" } };
  const subjects = (["preview", "deploy", "consent", "sync"] as const).map((job) =>
    trustsOf(settings as Parameters<typeof trustsOf>[0], job).map(({ subject }) =>
      subject.split(":").slice(2).join(":"),
    ),
  );

  expect(subjects).toEqual([
    ["environment:contoso-preview"],
    ["environment:contoso-deploy"],
    ["environment:contoso-consent"],
    ["environment:contoso-sync"],
  ]);
});

describe("addresses", () => {
  it.each([
    ["https://twstack.blob.core.windows.net/", "azblob://pulumi?storage_account=twstack"],
    [
      "https://twstack.blob.core.usgovcloudapi.net/",
      "azblob://pulumi?storage_account=twstack&domain=blob.core.usgovcloudapi.net",
    ],
  ])("the backend in %s", (endpoint, expected) => {
    expect(backendUrl(endpoint, "pulumi")).toBe(expected);
  });

  it("the secrets provider keeps the version of the key", () => {
    expect(secretsProviderUrl("https://v.vault.azure.net/keys/stacks/abc")).toBe(
      "azurekeyvault://v.vault.azure.net/keys/stacks/abc",
    );
  });

  it("the state is an address that a sync takes", () => {
    const address = stateAddress("https://twsync.blob.core.windows.net/", "sync", "contoso");

    expect(parseBlobAddress(address)).toBe("https://twsync.blob.core.windows.net/sync/contoso.sqlite");
  });
});
