/** No deployment is made with what `tenantwire init` writes in the place of one's own. */
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { exampleBootstrap, exampleSettings } from "../../cli/init.ts";
import { PIPELINES, startingVendors } from "../../cli/package.ts";
import { place } from "../../contract/settings-faults.ts";
import { checkStartingValues, startingValues } from "../../contract/starting-values.ts";
import { TENANT } from "../stacks/written.ts";

function leftIn(text: string): string[] {
  const { config } = parse(text) as { config: Record<string, unknown> };
  const settings = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace("tenantwire:", ""), value]),
  );
  return startingValues(settings).map((path) => place(path).replace("tenantwire:", ""));
}

const OF_ALL = ["deployer", "owners[0]", "owners[1]", "syncIdentity.federated[0].subject"];

describe.each(PIPELINES)("what init writes for %s", (pipelines) => {
  const answers = { tenant: TENANT, domain: "contoso.com", vendors: startingVendors(), pipelines };

  it("is found in the tenant's settings, and nothing else is", () => {
    expect(leftIn(exampleSettings(answers)).sort()).toEqual(
      [
        ...OF_ALL,
        "azureDevOps.organizations[0].name",
        "ones.baseUrl",
        "plans.organizations[0].name",
        "plans.organizations[0].projects[0]",
      ].sort(),
    );
  });

  it("is found in the bootstrap's", () => {
    const own = {
      github: ["stack", "github.organization", "github.repository"],
      "azure-devops": [
        ...["stack", "azureDevOps.organization", "azureDevOps.project"],
        ...["preview", "deploy", "consent", "sync"].map((job) => `azureDevOps.connections.${job}.subject`),
      ],
    };
    expect(leftIn(exampleBootstrap(answers)).sort()).toEqual(own[pipelines].sort());
  });
});

it.each([
  "10000000-0000-4000-8000-000000000000",
  "https://ones.contoso.com",
  "repo:your-organizations/tools:environment:contoso-sync",
  "in-your-company",
  "Your projects",
])("takes %s for somebody's own", (value) => {
  expect(startingValues({ value })).toEqual([]);
});

it("tells each with its place", () => {
  const settings = { owners: ["d748cd55-4cc9-4fd2-b6d9-7ecb5305a92c", "00000000-0000-0000-0000-000000000002"] };

  expect(() => checkStartingValues({ ...settings, ones: { baseUrl: "https://ones.your-company.com" } })).toThrow(
    "tenantwire:owners[1]: this is still the example of the file that you began with; write your own.\n" +
      "tenantwire:ones.baseUrl: this is still the example of the file that you began with; write your own.",
  );
  expect(() => checkStartingValues({ owners: settings.owners.slice(0, 1) })).not.toThrow();
});
