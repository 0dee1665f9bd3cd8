import { lowerCase, needs, rotationFaults, signInFaults, trustFaults } from "../../components/settings/faults.ts";
import { repeated } from "../../components/settings/repeated.ts";
import { type SettingsFault, valueAt } from "../../contract/settings-faults.ts";
import { strategyFaults } from "../../contract/strategies.ts";
import { vendorFaults } from "../vendors.ts";

/**
 * Faults of settings that are right one by one and cannot be together. They are looked for in what was written, so
 * that they are told along with the faults of single settings.
 */
export function combinationFaults(raw: unknown): SettingsFault[] {
  return [
    ...needs(raw, ["syncIdentity", "secret"], ["vault"], "the secret of tenantwire:syncIdentity is kept there"),
    ...needs(raw, ["syncIdentity", "certificate"], ["vault"], "the key of tenantwire:syncIdentity is kept there"),
    ...needs(raw, ["vault"], ["azure"], "it says where tenantwire:vault is made"),
    ...signInFaults(raw, ["syncIdentity"], "the sync"),
    ...rotationFaults(raw, ["syncIdentity", "secret"]),
    ...rotationFaults(raw, ["syncIdentity", "certificate"]),
    ...vendorFaults(raw),
    ...strategyFaults(valueAt(raw, ["sync"])),
    ...repeated(raw, ["owners"], lowerCase),
    ...repeated(raw, ["adoptedCredentials"], (each) => lowerCase(valueAt(each, ["keyId"]))),
    ...trustFaults(raw, ["syncIdentity", "federated"]),
  ];
}
