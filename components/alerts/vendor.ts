import { webhookProducts } from "../../contract/alerts.ts";
import { vendor } from "../vendor.ts";
import type { AlertChannel } from "../../contract/outputs/alerts.ts";
import { valueAt } from "../../contract/settings-faults.ts";
import { rotationOf } from "../../contract/registrations.ts";
import { mailSheets } from "./sheets.ts";
import { alertsFaults, channelPaths } from "./faults.ts";
import { mailScope, NOTHING } from "./registration.ts";
import { Alerts, type AlertsSettings } from "./settings.ts";

type ChannelSettings = AlertsSettings["channels"][string];

const REGISTRATION = "mail";

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
  registrationNames: [REGISTRATION],
  registrations: ({ alerts }) => {
    if (!alerts?.graph) return [];
    const { displayName, mailbox, federated, certificate, secret } = alerts.graph;
    return [
      {
        name: REGISTRATION,
        component: "MailRegistration",
        setting: ["alerts", "graph"],
        usedBy: "alerts",
        readBySyncs: true,
        displayName,
        audience: "singleTenant",
        permissions: NOTHING,
        consent: "none",
        redirectUris: [],
        federated,
        certificate,
        secret,
        exchangeScope: mailScope(displayName, mailbox),
      },
    ];
  },
  outputs: ({ alerts }, { vaultSecrets }) =>
    alerts
      ? {
          alerts: {
            channels: Object.keys(alerts.channels).map((name) => outputsOf(name, alerts, vaultSecrets[keyName(name)])),
          },
        }
      : {},
  sheets: mailSheets,
});

function channelsOf(settings: AlertsSettings | undefined) {
  return Object.entries(settings?.channels ?? {}).flatMap(([name, { mail, webhook, graph }]) =>
    graph ? [] : [keyOf(name, mail, webhook)],
  );
}

function keyOf(name: string, mail: ChannelSettings["mail"], webhook: ChannelSettings["webhook"]) {
  return {
    name,
    way: mail ? ("mail" as const) : ("webhook" as const),
    product: mail ? "mail server" : webhookProducts[webhook?.format ?? "teams"],
    secret: mail ? mail.secret : webhook?.secret,
  };
}

function outputsOf(name: string, { channels, graph }: AlertsSettings, vaultSecret: string | undefined): AlertChannel {
  const { on = [], mail, webhook, graph: byGraph } = channels[name] ?? {};
  if (byGraph && graph) {
    const signIn = rotationOf(graph)?.part ?? "federated";
    return { name, on, graph: { mailbox: graph.mailbox, to: byGraph.to, registration: REGISTRATION, signIn } };
  }
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
