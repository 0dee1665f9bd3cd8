/** Fabrikam Desk: people sign in with Entra, and are synced there. @packageDocumentation */
import { z } from "zod";
import { text } from "../../contract/values.ts";
import { consent, givenKey, PastedRotation } from "../settings/credentials.ts";
import { mapping, Scope } from "../settings/users.ts";

export const Fabrikam = z
  .strictObject({
    baseUrl: z.url().describe("the root of the server"),
    key: givenKey(text("the name of the key").default("tenantwire"), "fabrikamKey"),
    displayName: text("the name that the registration has in Entra").default("Fabrikam Desk"),
    redirectUris: z.array(text("an address")).min(1).describe("a list of addresses"),
    consent,
    secret: PastedRotation.prefault({}),
    users: Scope.extend({ fields: mapping("Fabrikam Desk", { name: "displayName", mail: "mail" }) }).prefault({}),
  })
  .describe("settings: baseUrl, key, displayName, redirectUris, consent, secret, users");
