/** Who is alerted, of what, and how. @packageDocumentation */
import { z } from "zod";
import { alertKinds, webhookFormats } from "../../contract/alerts.ts";
import { secretName, text } from "../../contract/values.ts";
import { needing, when } from "../settings/conditions.ts";
import { Federated, oneSignIn, Rotation } from "../settings/credentials.ts";

const address = z.email().describe("a mail address");

const Mail = z
  .strictObject({
    host: z
      .string()
      .regex(/^[a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?$/)
      .describe("the name of the mail server, such as smtp.contoso.com"),
    port: z.int().min(1).max(65_535).default(587).describe("a port"),
    security: z
      .enum(["starttls", "tls"])
      .default("starttls")
      .describe("starttls (port 587) or tls from the first byte (port 465); never without"),
    from: address,
    to: z.array(address).min(1).describe("a list of mail addresses"),
    user: text("the account that signs in at the mail server").optional(),
    oauth2: z
      .strictObject({
        tokenUrl: z.url({ protocol: /^https$/ }).describe("the address that gives tokens, of https"),
        clientId: text("the client id of a registration that may send mail"),
        scope: text("the scope of the token, such as https://outlook.office365.com/.default"),
      })
      .describe("settings: tokenUrl, clientId, scope; signs in with a token (XOAUTH2) instead of a password")
      .optional(),
    secret: secretName("smtpPassword").optional(),
  })
  .describe("settings: host, from, to, user, secret and others")
  .meta({ dependentRequired: { secret: ["user"], user: ["secret"], oauth2: ["user", "secret"] } });

/** Of the registration that sends; the mailbox is all that Exchange lets it send from. */
const Graph = z
  .strictObject({
    displayName: text("the name that the registration has in Entra").default("tenantwire mail"),
    mailbox: z.email().toLowerCase().describe("the mail address of the mailbox that mail is sent from"),
    federated: Federated.optional(),
    certificate: Rotation.optional(),
    secret: Rotation.optional(),
  })
  .describe("settings: mailbox, and federated, certificate or secret")
  .meta(oneSignIn);

const ByGraph = z
  .strictObject({ to: z.array(address).min(1).describe("a list of mail addresses") })
  .describe("settings: to");

const Webhook = z
  .strictObject({
    format: z.enum(webhookFormats).describe("who takes the message"),
    url: z
      .url({ protocol: /^https$/ })
      .describe("of a signed webhook, its address, of https; that of Teams or Slack is the secret")
      .optional(),
    secret: secretName("teamsUrl"),
  })
  .describe("settings: format, url, secret")
  .meta(when({ format: "signed" }, { required: ["url"] }, { properties: { url: false } }));

const Channel = z
  .strictObject({
    on: z
      .array(z.enum(alertKinds).describe("something to be alerted of"))
      .min(1)
      .describe("a list of what is told there"),
    mail: Mail.optional(),
    graph: ByGraph.optional(),
    webhook: Webhook.optional(),
  })
  .describe("settings: on, and mail, graph or webhook")
  .meta({ oneOf: ["mail", "graph", "webhook"].map((way) => ({ required: [way] })) });

export const Alerts = z
  .strictObject({
    graph: Graph.optional(),
    channels: z
      .record(z.string().regex(/^[a-z][a-z0-9-]{0,29}$/), Channel)
      .describe("settings: a name of your own, what is told there and how"),
  })
  .describe("settings: channels, graph")
  .meta({
    ...needing("syncIdentity", "vault"),
    if: { required: ["graph"] },
    then: { properties: { channels: { not: { additionalProperties: { properties: { graph: false } } } } } },
    else: { properties: { channels: { additionalProperties: { properties: { graph: false } } } } },
  });
export type AlertsSettings = z.output<typeof Alerts>;
