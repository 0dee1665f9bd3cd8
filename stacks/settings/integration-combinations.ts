/**
 * Faults of an integration's settings that are right one by one and do not make sense together.
 *
 * @packageDocumentation
 */
import { given, type Path, type SettingsFault, valueAt } from "../../contract/settings-faults.ts";

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
  return [...onesServer(raw), ...onesMode(raw)];
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
  const known = typeof mode === "string" ? ONES_MODES[mode] : undefined;
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

/** Settings of a registration of one's own. */
const OWN = ["displayName", "consent", "secret", "redirectUris"];

export function oneplanFaults(raw: unknown): SettingsFault[] {
  const faults = [...ownOrVendor(raw, ["oneplan", "entraUsers"]), ...ownOrVendor(raw, ["oneconnect"])];
  if (!isSettings(raw, ["oneconnect"])) return faults;
  const strict = (valueAt(raw, ["oneconnect", "authentication"]) ?? "office365Strict") === "office365Strict";
  if (strict && given(raw, ["oneconnect", "allowed"])) {
    const text = "only with authentication: multiAuthentication; leave it out";
    faults.push({ path: ["oneconnect", "allowed"], text });
  }
  const own = valueAt(raw, ["oneconnect", "application"]) === "own";
  if (own && isEmpty(valueAt(raw, ["oneconnect", "redirectUris"]))) {
    const text = "missing; a registration of your own needs the addresses that people are sent back to";
    faults.push({ path: ["oneconnect", "redirectUris"], text, missing: true });
  }
  if (own && given(raw, ["oneconnect", "clientId"])) {
    faults.push({ path: ["oneconnect", "clientId"], text: "only with application: vendor; leave it out" });
  }
  if (own && !given(raw, ["vault"])) {
    faults.push({ path: ["vault"], text: "missing; the secret of tenantwire:oneconnect is kept there", missing: true });
  }
  return faults;
}

function ownOrVendor(raw: unknown, path: Path): SettingsFault[] {
  if (valueAt(raw, [...path, "application"]) === "own") {
    if (given(raw, [...path, "consent"])) return [];
    const text = "missing; expected who grants the permissions: grant, link or none";
    return [{ path: [...path, "consent"], text, missing: true }];
  }
  return OWN.filter((name) => given(raw, [...path, name])).map((name) => {
    return { path: [...path, name], text: "only with application: own; leave it out" };
  });
}

export function azureDevOpsFaults(raw: unknown): SettingsFault[] {
  const organizations = valueAt(raw, ["azureDevOps", "organizations"]);
  if (!Array.isArray(organizations)) return [];
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
  return faults;
}

function isSettings(raw: unknown, path: Path): boolean {
  const value = valueAt(raw, path);
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEmpty(list: unknown): boolean {
  return list === undefined || (Array.isArray(list) && list.length === 0);
}
