/** Faults of Azure DevOps' settings that are right one by one and do not make sense together. @packageDocumentation */
import { given, type SettingsFault, valueAt } from "../../contract/settings-faults.ts";
import { lowerCase, needs, rotationFaults, signInFaults, trustFaults } from "../settings/faults.ts";
import { repeated } from "../settings/repeated.ts";

export function azureDevOpsFaults(raw: unknown): SettingsFault[] {
  const organizations = valueAt(raw, ["azureDevOps", "organizations"]);
  if (!Array.isArray(organizations)) return principalFaults(raw);
  const principal = given(raw, ["azureDevOps", "servicePrincipal"]);
  const tokens = organizations.map((each) => valueAt(each, ["token"]) !== undefined);
  const faults = tokens.flatMap((token, index): SettingsFault[] => {
    const path = ["azureDevOps", "organizations", index, "token"];
    if (token && principal) return [{ path, text: "not together with servicePrincipal; leave one of the two" }];
    if (token || principal) return [];
    return [{ path, text: "missing; without servicePrincipal a personal access token is the way in", missing: true }];
  });
  if (tokens.includes(true) && !given(raw, ["vault"])) {
    faults.push({ path: ["vault"], text: "missing; tenantwire:azureDevOps keeps its tokens there", missing: true });
  }
  return [
    ...principalFaults(raw),
    ...faults,
    ...repeated(raw, ["azureDevOps", "organizations"], (each) => lowerCase(valueAt(each, ["name"]))),
  ];
}

function principalFaults(raw: unknown): SettingsFault[] {
  const path = ["azureDevOps", "servicePrincipal"];
  return [
    ...needs(raw, [...path, "secret"], ["vault"], "the secret of tenantwire:azureDevOps is kept there"),
    ...needs(raw, [...path, "certificate"], ["vault"], "the key of tenantwire:azureDevOps is kept there"),
    ...signInFaults(raw, path, "the service principal"),
    ...rotationFaults(raw, [...path, "secret"]),
    ...rotationFaults(raw, [...path, "certificate"]),
    ...trustFaults(raw, [...path, "federated"]),
  ];
}
