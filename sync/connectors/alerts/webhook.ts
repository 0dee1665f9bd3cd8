/** Alerts to Teams, Slack, or a program of one's own. @packageDocumentation */
import { createHmac, randomUUID } from "node:crypto";
import { request } from "undici";
import { ConnectionError, CredentialError } from "../../../contract/errors.ts";
import type { AlertChannel } from "../../../contract/outputs/alerts.ts";
import type { Message } from "../../alerts/messages.ts";
import { dispatcherFor, unreachable } from "../network.ts";
import { fill, storing } from "../../../contract/this-stack.ts";

const TIMEOUT_MS = 20_000;
/** Bytes; of more the connection is closed. */
const MOST_OF_ANSWER = 16 * 1024;

type WebhookChannel = NonNullable<AlertChannel["webhook"]>;

/**
 * @param secret the address, or the key of the signature
 * @param sending `now`: for the signature's time; `signal`: aborted when it has taken long enough, however little of an
 *   answer comes now and then
 */
export async function sendToWebhook(
  { format, url }: WebhookChannel,
  message: Message,
  secret: string,
  { now, signal }: { readonly now: Date; readonly signal: AbortSignal },
): Promise<void> {
  const address = format === "signed" ? url : secret.trim();
  if (address === undefined || URL.parse(address)?.protocol !== "https:") {
    throw new CredentialError(
      `The secret of the channel is no address of https: store the webhook's address anew (${storing(fill("name under its secret"))}) and deploy.`,
    );
  }
  const { host } = new URL(address);
  const { body, headers } = payloadFor(format, message, secret, now);
  let statusCode;
  try {
    const answer = await request(address, {
      method: "POST",
      body,
      headers,
      dispatcher: dispatcherFor(process.env),
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      signal,
    });
    ({ statusCode } = answer);
    // Nothing in it counts, and it can be without end.
    await answer.body.dump({ limit: MOST_OF_ANSWER, signal });
  } catch (error) {
    throw unreachable(host, error);
  }
  if (statusCode < 200 || statusCode > 299) {
    throw new ConnectionError(`${host} did not take the message (${statusCode}): check the webhook there.`);
  }
}

/** What goes over the wire. */
export function payloadFor(
  format: WebhookChannel["format"],
  message: Message,
  secret: string,
  now: Date,
): { readonly body: string; readonly headers: Readonly<Record<string, string>> } {
  const body = JSON.stringify(bodies[format](message));
  const headers = { "content-type": "application/json" };
  return { body, headers: format === "signed" ? { ...headers, ...signed(message, body, secret, now) } : headers };
}

const bodies: Readonly<Record<WebhookChannel["format"], (message: Message) => object>> = {
  // A text run takes no Markdown, unlike a text block
  // (https://adaptivecards.io/explorer/TextRun.html, https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using).
  teams: ({ subject, paragraphs, link }) => ({
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          body: [{ text: subject, weight: "Bolder" }, ...paragraphs.map((text) => ({ text }))].map((run) => ({
            type: "RichTextBlock",
            inlines: [{ type: "TextRun", ...run }],
          })),
          // What is an address in a text run is text (https://adaptivecards.io/explorer/Action.OpenUrl.html).
          ...(link !== undefined && { actions: [{ type: "Action.OpenUrl", title: "Open in the console", url: link }] }),
        },
      },
    ],
  }),
  // https://docs.slack.dev/messaging/formatting-message-text/#escaping
  slack: ({ subject, paragraphs }) => ({
    text: escapedForSlack([subject, ...paragraphs].join("\n")),
    mrkdwn: false,
    unfurl_links: false,
  }),
  signed: ({ key, kind, state, subject, paragraphs, link }) => ({
    type: `tenantwire.alert.${state}`,
    data: { cause: key, kind, state, subject, text: paragraphs.join("\n\n"), ...(link !== undefined && { link }) },
  }),
};

function escapedForSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * As whoever knows Standard Webhooks checks it (https://github.com/standard-webhooks/standard-webhooks, version 1): the id
 * is the message's at each try, the time that of the try.
 */
function signed(
  { id: given = randomUUID() }: Message,
  body: string,
  secret: string,
  now: Date,
): Readonly<Record<string, string>> {
  const id = `msg_${given}`;
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const key = secret.startsWith("whsec_") ? Buffer.from(secret.slice(6), "base64") : Buffer.from(secret, "utf8");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
