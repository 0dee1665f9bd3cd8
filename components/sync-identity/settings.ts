/** The identity that the syncs read with. @packageDocumentation */
import { z } from "zod";
import { consent, Federated, oneSignIn, Rotation } from "../settings/credentials.ts";
import { needing } from "../settings/conditions.ts";
import { text } from "../../contract/values.ts";

export const SyncIdentity = z
  .strictObject({
    displayName: text("the name that the registration has in Entra"),
    federated: Federated.optional(),
    certificate: Rotation.meta(needing("vault")).optional(),
    secret: Rotation.meta(needing("vault")).optional(),
    consent: consent.default("grant"),
  })
  .describe("settings: displayName, and federated, certificate or secret")
  .meta(oneSignIn);
