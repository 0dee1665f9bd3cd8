/** Faults of the alerts' settings that are right one by one and do not make sense together. @packageDocumentation */
import { given, type SettingsFault, valueAt } from "../../contract/settings-faults.ts";
import type { Path } from "../../contract/path.ts";
import { needs } from "../settings/faults.ts";

export function alertsFaults(raw: unknown): SettingsFault[] {
  return [
    ...needs(raw, ["alerts"], ["syncIdentity"], "tenantwire:alerts reads the secrets of its channels with it"),
    ...needs(raw, ["alerts"], ["vault"], "the secrets of tenantwire:alerts are kept there"),
    ...channelPaths(raw).flatMap((path) => channelFaults(raw, path)),
  ];
}

/** Where the channels are that were written. */
export function channelPaths(raw: unknown): Path[] {
  const channels = valueAt(raw, ["alerts", "channels"]);
  if (typeof channels !== "object" || channels === null || Array.isArray(channels)) return [];
  return Object.keys(channels).map((name) => ["alerts", "channels", name]);
}

function channelFaults(raw: unknown, path: Path): SettingsFault[] {
  const [mail, webhook] = [
    [...path, "mail"],
    [...path, "webhook"],
  ];
  if (!given(raw, path) || typeof valueAt(raw, path) !== "object") return [];
  if (given(raw, mail) && given(raw, webhook)) {
    return [{ path: webhook, text: "not together with mail; make another channel of it" }];
  }
  if (!given(raw, mail) && !given(raw, webhook)) {
    return [{ path: mail, text: "missing; say how it is told: mail or webhook", missing: true }];
  }
  return [...mailFaults(raw, mail), ...webhookFaults(raw, webhook)];
}

function mailFaults(raw: unknown, path: Path): SettingsFault[] {
  const at = (name: string) => [...path, name];
  const missing = (name: string, why: string): SettingsFault[] =>
    given(raw, at(name)) ? [] : [{ path: at(name), text: `missing; ${why}`, missing: true }];
  return [
    ...(given(raw, at("user")) || given(raw, at("oauth2"))
      ? missing("secret", "name the configuration key with the password of the account, or with the client's secret")
      : []),
    ...(given(raw, at("secret")) || given(raw, at("oauth2")) ? missing("user", "say which account signs in") : []),
  ];
}

function webhookFaults(raw: unknown, path: Path): SettingsFault[] {
  const format = valueAt(raw, [...path, "format"]);
  const url = [...path, "url"];
  if (format === "signed" && !given(raw, url)) {
    return [{ path: url, text: "missing; a signed webhook is told here where it goes", missing: true }];
  }
  if ((format === "teams" || format === "slack") && given(raw, url)) {
    return [{ path: url, text: "the address of Teams or Slack is a secret: keep it under the key that secret names" }];
  }
  return [];
}
