/** Faults of ONES' settings that are right one by one and do not make sense together. @packageDocumentation */
import { given, type SettingsFault, valueAt } from "../../contract/settings-faults.ts";
import { isEmpty, isSettings, lowerCase, needs, rotationFaults } from "../settings/faults.ts";
import { repeated } from "../settings/repeated.ts";
import { roomFaults } from "../settings/room-faults.ts";
import { userFaults } from "../settings/user-faults.ts";

/** What the vendor's guides ask in each mode of ONES: addresses of the first registration, a second one for sign-in. */
const ONES_MODES: Readonly<Record<string, { redirects: boolean; signOn: "needed" | "possible" | "none" }>> = {
  applicationPermission: { redirects: true, signOn: "none" },
  delegatedPermission: { redirects: true, signOn: "possible" },
  delegatedResourceOnly: { redirects: true, signOn: "needed" },
  applicationResourceOnly: { redirects: false, signOn: "possible" },
};

export function onesFaults(raw: unknown): SettingsFault[] {
  const path = ["ones"];
  if (!isSettings(raw, path)) return [];
  return [
    ...needs(raw, ["ones", "key"], ["syncIdentity"], "the sync of tenantwire:ones reads Entra with it"),
    ...rotationFaults(raw, ["ones", "microsoft365", "secret"]),
    ...rotationFaults(raw, ["ones", "microsoft365", "singleSignOn", "secret"]),
    ...userFaults(raw, { path: ["ones", "users"], what: "ONES", cardField: "cardNumber" }),
    ...roomFaults(raw, ["ones", "rooms"]),
    ...onesServer(raw),
    ...onesMode(raw),
    ...repeated(raw, ["ones", "microsoft365", "rooms"], lowerCase),
    ...repeated(raw, ["ones", "microsoft365", "defaultUserGroups"], (group) => group),
  ];
}

function onesServer(raw: unknown): SettingsFault[] {
  const server = ["baseUrl", "key", "users", "rooms", "routes"].filter((name) => given(raw, ["ones", name]));
  if (server.length === 0 && given(raw, ["ones", "microsoft365"])) return [];
  const faults: SettingsFault[] = [];
  if (!server.includes("baseUrl")) {
    const text = "missing; expected the root of the ONES server, such as https://ones.contoso.com";
    faults.push({ path: ["ones", "baseUrl"], text, missing: true });
  }
  if (!server.includes("key")) {
    faults.push({ path: ["ones", "key"], text: "missing; expected settings: name, secret, expires", missing: true });
  }
  return faults;
}

function onesMode(raw: unknown): SettingsFault[] {
  const path = ["ones", "microsoft365"];
  const mode = valueAt(raw, [...path, "mode"]);
  const known = typeof mode === "string" && Object.hasOwn(ONES_MODES, mode) ? ONES_MODES[mode] : undefined;
  if (!known) return [];
  const faults: SettingsFault[] = [];
  if (known.redirects && isEmpty(valueAt(raw, [...path, "redirectUris"]))) {
    const text = `missing; the mode ${String(mode)} needs the addresses that ONES shows beside its form`;
    faults.push({ path: [...path, "redirectUris"], text, missing: true });
  }
  const signOn = given(raw, [...path, "singleSignOn"]);
  if (known.signOn === "needed" && !signOn) {
    const text = `missing; in the mode ${String(mode)} people sign in by a second registration`;
    faults.push({ path: [...path, "singleSignOn"], text, missing: true });
  }
  if (known.signOn === "none" && signOn) {
    const text = `not in the mode ${String(mode)}, where one registration does both; leave it out`;
    faults.push({ path: [...path, "singleSignOn"], text });
  }
  for (const name of ["exchangeScope", "mailSend"]) {
    if (!String(mode).startsWith("delegated") || !valueAt(raw, [...path, name])) continue;
    faults.push({
      path: [...path, name],
      text: `not in the mode ${String(mode)}, which acts for people; leave it out`,
    });
  }
  return faults;
}
