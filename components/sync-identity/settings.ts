/** The identity that the syncs read with. @packageDocumentation */
import { z } from "zod";
import { consent, Federated, Rotation } from "../settings/credentials.ts";
import { text } from "../../contract/values.ts";

export const SyncIdentity = z
  .strictObject({
    displayName: text("the name that the registration has in Entra"),
    federated: Federated.optional(),
    certificate: Rotation.optional(),
    secret: Rotation.optional(),
    consent: consent.default("grant"),
  })
  .describe("settings: displayName, and federated, certificate or secret");
