/** Who is alerted, of what, and how. @packageDocumentation */
import { z } from "zod";
import { alertKinds, webhookFormats } from "../alerts.ts";

export const AlertChannel = z.strictObject({
  /** As the settings call it. */
  name: z.string(),
  on: z.array(z.enum(alertKinds)),
  /** Mail by SMTP. */
  mail: z
    .strictObject({
      host: z.string(),
      port: z.int(),
      /** From the first byte, or from STARTTLS on; never without. */
      security: z.enum(["tls", "starttls"]),
      from: z.string(),
      to: z.array(z.string()),
      user: z.string().optional(),
      /** The vault secret is the client's secret, and a token that it gets is the password. */
      oauth2: z.strictObject({ tokenUrl: z.url(), clientId: z.string(), scope: z.string() }).optional(),
      /** Vault secret with the password. */
      vaultSecret: z.string().optional(),
    })
    .optional(),
  /** Mail by Microsoft Graph, from a mailbox of the tenant. */
  graph: z
    .strictObject({
      mailbox: z.string(),
      to: z.array(z.string()),
      /** Name of the registration that may send from it. */
      registration: z.string(),
      /** How it signs in: `federated` needs no secret; the others are read from the vault as the sync identity. */
      signIn: z.enum(["federated", "certificate", "secret"]),
    })
    .optional(),
  webhook: z
    .strictObject({
      format: z.enum(webhookFormats),
      /** Of a signed one. That of Teams and Slack is the secret itself. */
      url: z.url().optional(),
      /** Vault secret with the address, or with the key of the signature. */
      vaultSecret: z.string(),
    })
    .optional(),
});
export type AlertChannel = z.infer<typeof AlertChannel>;

/** Of the stack's `integrations`. */
export const integrations = { alerts: z.strictObject({ channels: z.array(AlertChannel) }).optional() };
