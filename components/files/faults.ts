/** Faults of the settings of files that are right one by one and do not make sense together. @packageDocumentation */
import { type SettingsFault, valueAt } from "../../contract/settings-faults.ts";
import { needs } from "../settings/faults.ts";
import { roomFaults } from "../settings/room-faults.ts";
import { userFaults } from "../settings/user-faults.ts";

export function filesFaults(raw: unknown): SettingsFault[] {
  return [
    ...needs(raw, ["files"], ["syncIdentity"], "the sync of tenantwire:files reads Entra with it"),
    ...nothing(raw),
    ...userFaults(raw, { path: ["files", "users"], what: "the file" }),
    ...roomFaults(raw, ["files", "rooms"]),
  ];
}

function nothing(raw: unknown): SettingsFault[] {
  const files = valueAt(raw, ["files"]);
  if (typeof files !== "object" || files === null || Object.keys(files).length > 0) return [];
  return [{ path: ["files", "users"], text: "missing; say what is written to a file: users, rooms", missing: true }];
}
