/** The channels that a stack's outputs declare, ready to be told something. @packageDocumentation */
import type { TokenCredential } from "@azure/identity";
import { channelHosts, channelProduct } from "../../../contract/hosts.ts";
import { ConnectionError, SettingsError } from "../../../contract/errors.ts";
import type { AlertChannel } from "../../../contract/outputs/alerts.ts";
import type { Outputs } from "../../../contract/outputs.ts";
import type { Channel } from "../../alerts/deliver.ts";
import type { Message } from "../../alerts/messages.ts";
import type { Reach } from "../../model/types.ts";
import { vaultOf } from "../declared.ts";
import { readSecret } from "../vault/index.ts";
import { sendByGraph } from "./graph.ts";
import { sendToWebhook } from "./webhook.ts";

/** Everything of one message: a server that answers a little now and then holds up nobody else. */
const PATIENCE_MS = 60_000;

interface Opening {
  /** Of the sync identity, which reads the channels' secrets; asked when one is read. */
  readonly credential: () => TokenCredential;
  /** The clock of the world. */
  readonly now: () => Date;
  /** Asked before a secret is read that is sent somewhere. */
  readonly reach: Reach;
}

export function openChannels(outputs: Outputs, opening: Opening): readonly Channel[] {
  const { channels = [] } = outputs.integrations.alerts ?? {};
  return channels.map((channel) => ({
    name: channel.name,
    on: channel.on,
    hosts: channelHosts(channel),
    send: (message) => sendBy(channel, message, outputs, opening),
  }));
}

/**
 * A channel of mail, for messages to others than those whom it is for.
 *
 * @throws SettingsError when there is no such channel
 */
export function openMail(
  outputs: Outputs,
  name: string,
  opening: Opening,
): (to: readonly string[], message: Message) => Promise<void> {
  const channel = outputs.integrations.alerts?.channels.find((each) => each.name === name);
  if (!channel || (!channel.mail && !channel.graph)) {
    throw new SettingsError(`There is no channel of mail called ${name} in tenantwire:alerts: add it and deploy.`);
  }
  return async (to, message) => {
    const { mail, graph, ...rest } = channel;
    const other = {
      ...(mail && { mail: { ...mail, to: [...to] } }),
      ...(graph && { graph: { ...graph, to: [...to] } }),
    };
    // To one person, it arrives or fails.
    await sendBy({ ...rest, ...other }, message, outputs, opening);
  };
}

async function sendBy(
  channel: AlertChannel,
  message: Message,
  outputs: Outputs,
  opening: Opening,
): Promise<string | undefined> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    return await sendWithin(signal, channel, message, outputs, opening);
  } catch (error) {
    if (!signal.aborted) throw error;
    const [host = channel.graph?.mailbox ?? ""] = channelHosts(channel);
    throw new ConnectionError(
      `${host} did not take the message within a minute: look whether it works, and whether anything on the way to it holds connections up.`,
      { cause: error },
    );
  }
}

async function sendWithin(
  signal: AbortSignal,
  channel: AlertChannel,
  message: Message,
  outputs: Outputs,
  { credential, now, reach }: Opening,
): Promise<string | undefined> {
  const { name, mail, graph, webhook } = channel;
  const secretIn = (secret: string | undefined) => async () =>
    secret === undefined ? "" : readSecret(vaultOf(outputs, "an alert channel").uri, secret, credential(), signal);
  const product = channelProduct(name);
  for (const host of channelHosts(channel)) await reach({ target: product, product, baseUrl: `https://${host}` });
  if (mail) {
    // The library is loaded when there is a mail to send.
    const { sendMail } = await import("./mail.ts");
    return sendMail(mail, message, secretIn(mail.vaultSecret), signal);
  }
  if (graph) {
    await sendByGraph(graph, message, outputs, { reader: credential, signal });
  } else if (webhook) {
    await sendToWebhook(webhook, message, await secretIn(webhook.vaultSecret)(), { now: now(), signal });
  }
  return undefined;
}
