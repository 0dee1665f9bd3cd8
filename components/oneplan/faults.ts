/** Faults of OnePlan's and OneConnect's settings that are right one by one and do not make sense together. @packageDocumentation */
import { given, type SettingsFault, valueAt } from "../../contract/settings-faults.ts";
import { type Path } from "../../contract/path.ts";
import { isEmpty, isSettings, needs, rotationFaults } from "../settings/faults.ts";
import { userFaults } from "../settings/user-faults.ts";

/** Settings of a registration of one's own. */
const OWN = ["displayName", "consent", "secret", "redirectUris"];

export function oneplanFaults(raw: unknown): SettingsFault[] {
  const faults = [
    ...needs(raw, ["oneplan"], ["syncIdentity"], "the sync of tenantwire:oneplan reads Entra with it"),
    ...root(raw),
    ...rotationFaults(raw, ["oneplan", "entraUsers", "secret"]),
    ...rotationFaults(raw, ["oneconnect", "secret"]),
    ...mail(raw),
    ...userFaults(raw, { path: ["oneplan", "users"], what: "OnePlan" }),
    ...ownOrVendor(raw, ["oneplan", "entraUsers"]),
    ...ownOrVendor(raw, ["oneconnect"]),
  ];
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
  return faults;
}

function ownOrVendor(raw: unknown, path: Path): SettingsFault[] {
  if (valueAt(raw, [...path, "application"]) === "own") {
    if (given(raw, [...path, "consent"])) return [];
    const text = "missing; expected who grants the permissions: grant, apart, link or none";
    return [{ path: [...path, "consent"], text, missing: true }];
  }
  return OWN.filter((name) => given(raw, [...path, name])).map((name) => {
    return { path: [...path, name], text: "only with application: own; leave it out" };
  });
}

function root(raw: unknown): SettingsFault[] {
  if (!given(raw, ["oneplan", "environment"]) || !given(raw, ["oneplan", "baseUrl"])) return [];
  return [{ path: ["oneplan", "baseUrl"], text: "environment says where OnePlan is already; leave one of the two" }];
}

function mail(raw: unknown): SettingsFault[] {
  const path = ["oneplan", "users", "fields"];
  const fields = valueAt(raw, path);
  if (typeof fields !== "object" || fields === null || Array.isArray(fields) || "mail" in fields) return [];
  return [{ path: [...path, "mail"], text: "missing; OnePlan requires it, usually mail: mail", missing: true }];
}
