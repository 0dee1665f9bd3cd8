import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { parseBootstrapSettings } from "../../bootstrap/settings.ts";

const good = {
  tenant: { id: "e9da86d3-51cf-4a76-82d8-c50195c3f466", domain: "contoso.com" },
  stack: "contoso",
  azure: { location: "westeurope", resourceGroup: "tenantwire-pipelines" },
  namePrefix: "tw-contoso",
  consent: false,
  github: { organization: "contoso", repository: "integrations" },
};

/** As the engine hands them over. */
function parsed(settings: Record<string, unknown>) {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  const entries = given.map(
    ([key, value]) =>
      [key, { text: typeof value === "string" ? value : JSON.stringify(value), secret: false }] as const,
  );
  return parseBootstrapSettings(new Map(entries), "contoso");
}

it("takes what is right, with the defaults", () => {
  expect(parsed(good)).toMatchObject({ protect: true, syncIdentities: [], consent: false, stack: "contoso" });
});

it("takes the example", () => {
  const file = join(import.meta.dirname, "..", "..", "bootstrap", "Pulumi.sandbox.yaml");
  const { config } = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
  const settings = Object.entries(config).map(([key, value]) => [key.replace("tenantwire:", ""), value]);

  expect(parsed(Object.fromEntries(settings) as Record<string, unknown>)).toMatchObject({ stack: "sandbox" });
});

it("takes the numbers of a repository as numbers or texts", () => {
  const github = { ...good.github, ids: { organization: 123456, repository: "456789" } };

  expect(parsed({ ...good, github }).github?.ids).toEqual({ organization: "123456", repository: "456789" });
});

describe("what is wrong is named", () => {
  it.each<[string, Record<string, unknown>, string]>([
    [
      "no pipeline",
      { github: undefined },
      "tenantwire:github: missing, and so is azureDevOps; expected one of them, or both",
    ],
    [
      "a misspelt setting",
      { github: { organization: "contoso", repositry: "integrations" } },
      'tenantwire:github.repositry: not a setting; did you mean "repository"?',
    ],
    [
      "a prefix that leaves no room",
      { namePrefix: "tenantwire-contoso" },
      'tenantwire:namePrefix: expected 2 to 11 letters, digits and single hyphens, beginning with a letter, found "tenantwire-contoso"',
    ],
    [
      "the identities in the group that is deployed into",
      { deployTo: ["Tenantwire-Pipelines"] },
      "tenantwire:azure.resourceGroup: the resource group of the pipelines' identities, and whoever deploys into it could " +
        "change them; expected another one than tenantwire:deployTo, by default tenantwire-<stack>",
    ],
    [
      "nothing about consent",
      { consent: undefined },
      "tenantwire:consent: missing; expected true or false: whether anything in the stack has the consent grant",
    ],
    [
      "a connection that nothing is known of",
      {
        azureDevOps: {
          organization: "contoso",
          project: "P",
          connections: Object.fromEntries(
            ["preview", "deploy"].map((job) => [
              job,
              { issuer: "https://login.microsoftonline.com/t/v2.0", subject: "s" },
            ]),
          ),
        },
      },
      "tenantwire:azureDevOps.connections.sync: missing; expected issuer and subject as the service connection shows them, " +
        "or azureDevOps.organizationId where it is of the older kind",
    ],
  ])("%s", (_, changed, expected) => {
    expect(() => parsed({ ...good, ...changed })).toThrow(`${expected} (bootstrap/Pulumi.contoso.yaml)`);
  });
});
