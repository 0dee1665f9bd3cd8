/** The channels that a stack's outputs declare, ready to be told something. @packageDocumentation */
import type { TokenCredential } from "@azure/identity";
import { channelHosts, channelProduct } from "../../../contract/hosts.ts";
import type { Outputs } from "../../../contract/outputs.ts";
import type { Channel } from "../../alerts/deliver.ts";
import type { Reach } from "../../model/types.ts";
import { vaultOf } from "../declared.ts";
import { readSecret } from "../vault/index.ts";
import { sendToWebhook } from "./webhook.ts";

/**
 * @param credential of the sync identity, which reads the channels' secrets; asked when one is read
 * @param now the clock of the world
 * @param reach asked before a secret is read that is sent somewhere
 */
export function openChannels(
  outputs: Outputs,
  credential: () => TokenCredential,
  now: () => Date,
  reach: Reach,
): readonly Channel[] {
  const { channels = [] } = outputs.integrations.alerts ?? {};
  const secretIn = (name: string | undefined) => async () =>
    name === undefined ? "" : readSecret(vaultOf(outputs, "an alert channel").uri, name, credential());
  return channels.map(({ name, on, mail, webhook }) => ({
    name,
    on,
    hosts: channelHosts({ mail }),
    async send(message) {
      const product = channelProduct(name);
      for (const host of channelHosts({ mail })) await reach({ target: product, product, baseUrl: `https://${host}` });
      if (mail) {
        // The library is loaded when there is a mail to send.
        const { sendMail } = await import("./mail.ts");
        await sendMail(mail, message, secretIn(mail.vaultSecret));
      } else if (webhook) {
        await sendToWebhook(webhook, message, await secretIn(webhook.vaultSecret)(), now());
      }
    },
  }));
}
