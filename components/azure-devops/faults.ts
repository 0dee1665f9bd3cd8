/** Faults of Azure DevOps' settings that are right one by one and do not make sense together. @packageDocumentation */
import { given, type SettingsFault, valueAt } from "../../contract/settings-faults.ts";
import { lowerCase, rotationFaults, signInFaults, trustFaults } from "../settings/faults.ts";
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
  return [
    ...principalFaults(raw),
    ...faults,
    ...repeated(raw, ["azureDevOps", "organizations"], (each) => lowerCase(valueAt(each, ["name"]))),
  ];
}

function principalFaults(raw: unknown): SettingsFault[] {
  const path = ["azureDevOps", "servicePrincipal"];
  return [
    ...signInFaults(raw, path, "the service principal"),
    ...rotationFaults(raw, [...path, "secret"]),
    ...rotationFaults(raw, [...path, "certificate"]),
    ...trustFaults(raw, [...path, "federated"]),
  ];
}
