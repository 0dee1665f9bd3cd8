/** Faults of the alerts' settings that are right one by one and do not make sense together. @packageDocumentation */
import { given, type SettingsFault, valueAt } from "../../contract/settings-faults.ts";
import type { Path } from "../../contract/path.ts";
import { needs, rotationFaults, signInFaults, trustFaults } from "../settings/faults.ts";

const GRAPH = ["alerts", "graph"];
const WAYS = ["mail", "graph", "webhook"] as const;

export function alertsFaults(raw: unknown): SettingsFault[] {
  return [
    ...needs(raw, ["alerts"], ["syncIdentity"], "tenantwire:alerts reads the secrets of its channels with it"),
    ...needs(raw, ["alerts"], ["vault"], "the secrets of tenantwire:alerts are kept there"),
    ...graphFaults(raw),
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
  if (!given(raw, path) || typeof valueAt(raw, path) !== "object") return [];
  const [first, ...others] = WAYS.filter((way) => given(raw, [...path, way]));
  if (first === undefined) {
    const text = "missing; say how it is told: mail, graph or webhook";
    return [{ path: [...path, "mail"], text, missing: true }];
  }
  if (others.length > 0) {
    return others.map((way) => ({
      path: [...path, way],
      text: `not together with ${first}; make another channel of it`,
    }));
  }
  if (first === "graph" && !given(raw, GRAPH)) {
    const text =
      "missing; say from which mailbox the channels with graph are sent, and how their registration signs in";
    return [{ path: GRAPH, text, missing: true }];
  }
  return [...mailFaults(raw, [...path, "mail"]), ...webhookFaults(raw, [...path, "webhook"])];
}

function graphFaults(raw: unknown): SettingsFault[] {
  const isUsed = channelPaths(raw).some((path) => given(raw, [...path, "graph"]));
  const unused = "used by no channel; say graph in one of the channels, or leave this out";
  return [
    // A registration that sends nothing is one more to keep, and Exchange would be asked to let it send.
    ...(given(raw, GRAPH) && !isUsed ? [{ path: GRAPH, text: unused }] : []),
    ...signInFaults(raw, GRAPH, "the registration that sends mail"),
    ...rotationFaults(raw, [...GRAPH, "secret"]),
    ...rotationFaults(raw, [...GRAPH, "certificate"]),
    ...trustFaults(raw, [...GRAPH, "federated"]),
  ];
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
