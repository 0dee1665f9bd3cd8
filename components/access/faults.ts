/** Faults of the group's settings that are right one by one and do not make sense together. @packageDocumentation */
import { given, type SettingsFault, valueAt } from "../../contract/settings-faults.ts";
import { isEmpty, isSettings, needs } from "../settings/faults.ts";

const LINK = ["access", "oneplanConfiguration"];
const ADMINISTRATORS = ["access", "administrators"];
const SELF_SERVICE = ["access", "selfService"];
const ALLOWED = ["access", "allowed"];

export function accessFaults(raw: unknown): SettingsFault[] {
  if (!isSettings(raw, ["access"])) return [];
  return [...(given(raw, LINK) ? linkedFaults(raw) : ownFaults(raw)), ...requestFaults(raw), ...mailFaults(raw)];
}

function linkedFaults(raw: unknown): SettingsFault[] {
  const faults = needs(
    raw,
    LINK,
    ["oneplan"],
    "OnePlan is asked with the key of tenantwire:oneplan who is in the group",
  );
  const text = "not with oneplanConfiguration: the owners of that group are the administrators; leave it out";
  if (given(raw, ADMINISTRATORS)) faults.push({ path: ADMINISTRATORS, text });
  if (valueAt(raw, SELF_SERVICE) === true) faults.push({ path: SELF_SERVICE, text });
  return faults;
}

function ownFaults(raw: unknown): SettingsFault[] {
  const faults: SettingsFault[] = [];
  if (valueAt(raw, SELF_SERVICE) === true) {
    const text = "not with administrators: who signs in first would be none; leave one of the two out";
    if (given(raw, ADMINISTRATORS)) faults.push({ path: SELF_SERVICE, text });
  } else if (isEmpty(valueAt(raw, ADMINISTRATORS))) {
    const text = "missing; a group needs an administrator from the beginning (az ad signed-in-user show --query id)";
    faults.push({ path: ADMINISTRATORS, text, missing: true });
  }
  const strict = (valueAt(raw, ["access", "authentication"]) ?? "office365Strict") === "office365Strict";
  if (strict && given(raw, ALLOWED)) {
    faults.push({ path: ALLOWED, text: "only with authentication: multiAuthentication; leave it out" });
  }
  return faults;
}

function requestFaults(raw: unknown): SettingsFault[] {
  const path = ["access", "requests", "remindAfterDays"];
  const remind = valueAt(raw, path) ?? 3;
  const expire = valueAt(raw, ["access", "requests", "expireAfterDays"]) ?? 14;
  if (typeof remind !== "number" || typeof expire !== "number" || remind < expire) return [];
  return [{ path, text: `${remind} days must be fewer than expireAfterDays (${expire}): nobody would be reminded` }];
}

function mailFaults(raw: unknown): SettingsFault[] {
  const path = ["access", "mailBy"];
  const name = valueAt(raw, path);
  if (typeof name !== "string") return [];
  const channel = ["alerts", "channels", name];
  if (isSettings(raw, [...channel, "mail"]) || isSettings(raw, [...channel, "graph"])) return [];
  const text = given(raw, channel)
    ? "no channel of mail; name one that is"
    : "no such channel in tenantwire:alerts; add it there, or leave mailBy out";
  return [{ path, text }];
}
