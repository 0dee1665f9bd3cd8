import { vendor } from "../vendor.ts";
import type { AlertChannel } from "../../contract/outputs/alerts.ts";
import { valueAt } from "../../contract/settings-faults.ts";
import { alertsFaults, channelPaths } from "./faults.ts";
import { Alerts, type AlertsSettings } from "./settings.ts";

/** Mail servers and chats that people are alerted by: no vendor of the tenant's, and declared like one. */
export const alerts = vendor({
  settings: { alerts: Alerts.optional() },
  faults: alertsFaults,
  secretSettings: (raw) =>
    channelPaths(raw).flatMap((path) =>
      (["mail", "webhook"] as const)
        .map((way) => [...path, way, "secret"])
        .filter((secret) => valueAt(raw, secret) !== undefined),
    ),
  keys: ({ alerts }) =>
    channelsOf(alerts).flatMap(({ name, way, product, secret }) =>
      secret === undefined
        ? []
        : [
            {
              name: keyName(name),
              product,
              keyName: name,
              setting: ["alerts", "channels", name, way],
              configuration: secret,
              resource: keyName(name),
              forSyncs: true,
            },
          ],
    ),
  outputs: ({ alerts }, { vaultSecrets }) =>
    alerts
      ? { alerts: { channels: channelsOf(alerts).map(({ name }) => told(name, alerts, vaultSecrets[keyName(name)])) } }
      : {},
});

function channelsOf(settings: AlertsSettings | undefined) {
  return Object.entries(settings?.channels ?? {}).map(([name, { mail, webhook }]) => ({
    name,
    way: mail ? ("mail" as const) : ("webhook" as const),
    product: mail
      ? "mail server"
      : webhook?.format === "signed"
        ? "webhook"
        : webhook?.format === "slack"
          ? "Slack"
          : "Teams",
    secret: mail ? mail.secret : webhook?.secret,
  }));
}

function told(name: string, { channels }: AlertsSettings, vaultSecret: string | undefined): AlertChannel {
  const { on = [], mail, webhook } = channels[name] ?? {};
  if (!mail) {
    const { format = "signed", url } = webhook ?? {};
    return { name, on, webhook: { format, ...(url !== undefined && { url }), vaultSecret: vaultSecret ?? "" } };
  }
  const { secret: _secret, user, oauth2, ...rest } = mail;
  const signIn = { ...(user !== undefined && { user }), ...(oauth2 && { oauth2 }) };
  return { name, on, mail: { ...rest, ...signIn, ...(vaultSecret !== undefined && { vaultSecret }) } };
}

/** Name of the credential; the vault secret's begins with it. */
function keyName(channel: string): string {
  return `alerts-${channel}`;
}
