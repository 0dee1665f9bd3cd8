/** Secrets and certificates that somebody made by hand, and that are kept. @packageDocumentation */
import { z } from "zod";
import { day, text } from "../../contract/values.ts";
import { registrationNames } from "../registration-names.ts";

/** Written by `tenantwire credentials adopt`, which reads it in Entra; nobody can read what the value is. */
export const AdoptedCredentials = z
  .array(
    z
      .strictObject({
        registration: z.enum(registrationNames as [string, ...string[]]).describe("a registration of this stack"),
        kind: z.enum(["secret", "certificate"]).default("secret").describe("what it is"),
        keyId: z.guid().toLowerCase().describe("its key id in Entra (a GUID)"),
        ends: day("the one on which Entra lets it end"),
        thumbprint: z
          .string()
          .regex(/^[0-9A-Fa-f]{40}$/)
          .toUpperCase()
          .describe("of a certificate: its SHA-1 thumbprint")
          .optional(),
        since: day("the one since which it is declared: from then on its sign-ins are looked for").optional(),
        note: text("who uses it, and for what"),
      })
      .describe("settings: registration, kind, keyId, ends, since, note"),
  )
  .default([])
  .describe("a list of secrets and certificates that were made by hand and are kept");

export type AdoptedCredentials = z.output<typeof AdoptedCredentials>;
