/** Whatever settings declare that is kept in a vault needs one, by one mechanism for all vendors. */
import { describe, expect, it } from "@jest/globals";
import { SettingsError } from "../../contract/errors.ts";
import { parseWritten } from "./agreement.ts";
import { everything, type Written } from "./written.ts";

/** Settings without anything that is kept, and without a vault. */
function bare(): Written {
  const { oneplan: _, vault: __, azure: ___, ...rest } = everything();
  return rest;
}

function faultsOf(written: Written, secrets: Readonly<Record<string, string>> = {}): string[] {
  try {
    parseWritten(written, secrets);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.message.split("\n").map((line) => line.replace(/ \(stacks\/Pulumi\.contoso\.yaml\)$/, ""));
  }
}

const token = (name: string) => ({ name, token: { secret: `${name}Token`, expires: "2026-03-31" } });

describe("settings without a vault", () => {
  it("are right where nothing is kept", () => {
    expect(faultsOf(bare())).toEqual([]);
  });

  it.each<[string, Written, Record<string, string>, string[]]>([
    [
      "the sync identity's secret",
      { syncIdentity: { displayName: "x", secret: {} } },
      {},
      ["the secret of tenantwire:syncIdentity is kept there"],
    ],
    [
      "the sync identity's certificate",
      { syncIdentity: { displayName: "x", certificate: {} } },
      {},
      ["the key of tenantwire:syncIdentity is kept there"],
    ],
    [
      "one token",
      { azureDevOps: { organizations: [token("one")] } },
      { oneToken: "x" },
      ["tenantwire:azureDevOps keeps its key there"],
    ],
    [
      "two tokens",
      { azureDevOps: { organizations: [token("one"), token("two")] } },
      { oneToken: "x", twoToken: "y" },
      ["tenantwire:azureDevOps keeps its keys there"],
    ],
    [
      "a principal's secret",
      { azureDevOps: { organizations: [{ name: "one" }], servicePrincipal: { displayName: "x", secret: {} } } },
      {},
      ["the secret of tenantwire:azureDevOps.servicePrincipal is kept there"],
    ],
    [
      "a secret that is there unless something else is written",
      { oneconnect: { application: "own", group: "x", consent: "grant", redirectUris: ["https://x.contoso.com"] } },
      {},
      ["the secret of tenantwire:oneconnect is kept there"],
    ],
    [
      "a key and two registrations of one vendor",
      {
        ones: {
          baseUrl: "https://ones.contoso.com",
          key: { secret: "onesKey" },
          microsoft365: {
            mode: "delegatedResourceOnly",
            consent: "link",
            redirectUris: ["https://ones.contoso.com/callback"],
            singleSignOn: { redirectUris: ["https://ones.contoso.com/sign-in"] },
          },
        },
      },
      { onesKey: "x" },
      [
        "tenantwire:ones keeps its key there",
        "the secret of tenantwire:ones.microsoft365 is kept there",
        "the secret of tenantwire:ones.microsoft365.singleSignOn is kept there",
      ],
    ],
  ])("need one for %s", (_, written, secrets, reasons) => {
    expect(faultsOf({ ...bare(), ...written }, secrets)).toEqual(
      reasons.map((reason) => `tenantwire:vault: missing; ${reason}`),
    );
  });

  it("are told beside what is wrong elsewhere", () => {
    const written = { ...bare(), owners: ["me"], syncIdentity: { displayName: "x", secret: {} } };

    const lines = faultsOf(written);

    expect(lines).toHaveLength(2);
    expect(lines).toContain("tenantwire:vault: missing; the secret of tenantwire:syncIdentity is kept there");
    expect(lines.find((line) => line.startsWith("tenantwire:owners[0]"))).toBeDefined();
  });

  it("are told once where a vendor says it itself", () => {
    const written = { ...everything(), alerts: { channels: {} } };
    const { vault: _, azure: __, ...without } = written as Written;

    expect(faultsOf(without, { oneplanKey: "x" })).toEqual([
      "tenantwire:vault: missing; the secrets of tenantwire:alerts are kept there",
    ]);
  });
});
