/** The console that `tenantwire serve` has. @packageDocumentation */
import { z } from "zod";
import { text } from "../../contract/values.ts";
import { needing } from "../settings/conditions.ts";
import { Federated, oneSignIn, Rotation } from "../settings/credentials.ts";

/** Browsers reach a proxy by https, or this machine alone by http: nothing between is safe for a session. */
const ADDRESS = /^(?:https:\/\/[^/?#@\s]+|http:\/\/localhost(?::\d{1,5})?)$/;

export const Console = z
  .strictObject({
    displayName: text("the name that the console's registration has in Entra"),
    publicUrl: z
      .string()
      .regex(ADDRESS)
      .refine((address) => URL.parse(address)?.origin === address)
      .default("http://localhost:8420")
      .describe(
        "where browsers reach the console, without a slash at the end: https:// of the proxy in front, or http://localhost with a port",
      ),
    consent: z
      .enum(["grant", "apart"])
      .default("grant")
      .describe("who consents for everybody that the console may sign people in: grant or apart"),
    federated: Federated.optional(),
    certificate: Rotation.meta(needing("vault")).optional(),
    secret: Rotation.meta(needing("vault")).optional(),
  })
  .describe("settings: displayName, publicUrl, and federated, certificate or secret")
  .meta({ ...oneSignIn, ...needing("access", "syncIdentity") });
export type ConsoleSettings = z.output<typeof Console>;
