/** Faults of the console's settings that are right one by one and do not make sense together. @packageDocumentation */
import type { SettingsFault } from "../../contract/settings-faults.ts";
import { needs, rotationFaults, signInFaults, trustFaults } from "../settings/faults.ts";

export function consoleFaults(raw: unknown): SettingsFault[] {
  return [
    ...needs(raw, ["console"], ["access"], "tenantwire:console lets in whom that group has"),
    ...needs(raw, ["console"], ["syncIdentity"], "the process that tenantwire:console is in runs the syncs with it"),
    ...signInFaults(raw, ["console"], "the console"),
    ...rotationFaults(raw, ["console", "secret"]),
    ...rotationFaults(raw, ["console", "certificate"]),
    ...trustFaults(raw, ["console", "federated"]),
  ];
}
