/** The grants that are deployed apart, against Pulumi's mocks. */
import { beforeAll, expect, it } from "@jest/globals";
import type { Outputs, Registration } from "../../contract/outputs.ts";
import { deploy, guidOf, mockPulumi } from "../components/deploy.ts";
import { deployedOutputs } from "../review/deployed-outputs.ts";

let declareGrants: typeof import("../../grants/declare.ts").declareGrants;

beforeAll(async () => {
  await mockPulumi();
  ({ declareGrants } = await import("../../grants/declare.ts"));
});

/** A stack with one registration of each kind of consent that matters here. */
function outputsOf(change?: (outputs: Outputs) => void): Outputs {
  return deployedOutputs((outputs) => {
    const [first] = outputs.registrations;
    if (!first) throw new Error("There is no registration.");
    const permissions = { application: ["User.Read.All"], delegated: ["openid"] };
    const make = (name: string, mode: "grant" | "apart"): Registration => {
      return { ...first, name, principalId: guidOf(name), permissions, consent: { mode } };
    };
    outputs.registrations = [make("sync", "apart"), make("ones", "grant")];
    change?.(outputs);
  });
}

async function grants(outputs: Outputs, stack = outputs.mark.split("/").at(-1) ?? "") {
  const calls = {
    "azuread:index/getClientConfig:getClientConfig": { tenantId: outputs.tenant.id },
    "azuread:index/getDomains:getDomains": { domains: [{ domainName: outputs.tenant.domain }] },
    "azuread:index/getServicePrincipal:getServicePrincipal": {
      displayName: "Microsoft Graph",
      objectId: guidOf("graph"),
      appRoles: [{ value: "User.Read.All", id: guidOf("role"), enabled: true, allowedMemberTypes: ["Application"] }],
      oauth2PermissionScopes: [{ value: "openid", id: guidOf("scope"), enabled: true }],
    },
  };
  return deploy(() => declareGrants(outputs, stack), { calls });
}

it("grants what the registrations of the outputs ask for that leave it to this project, and makes nothing else", async () => {
  const { outputs, resources } = await grants(outputsOf());

  const made = resources.filter(({ type }) => type.startsWith("azuread:"));
  expect(made.map(({ name }) => name)).toEqual(["sync-consent-User.Read.All", "sync-consent-delegated"]);
  expect(made[0]?.inputs).toMatchObject({ appRoleId: guidOf("role"), principalObjectId: guidOf("sync") });
  expect(outputs.granted).toEqual({ sync: ["User.Read.All", "openid"] });
});

it("takes the outputs of its own stack only, and permissions that there are", async () => {
  const other = await grants(outputsOf(), "another");
  const unknown = await grants(
    outputsOf(({ registrations }) => registrations[0]?.permissions.application.push("User.Raed.All")),
  );

  expect(other.failure?.message).toMatch(/^The outputs are of \S+, and this is the stack "another" of the grants/);
  expect(unknown.failure?.message).toContain("User.Raed.All");
  expect([other, unknown].flatMap(({ resources }) => resources)).toEqual([]);
});
