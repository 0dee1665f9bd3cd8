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
