/** How registrations prove who they are, and what people bring along. @packageDocumentation */
import { z } from "zod";
import { defaultPolicy } from "../credentials/next.ts";
import { ConsentMode } from "../../contract/outputs.ts";
import { day, days, secretName, text } from "../../contract/values.ts";
import { when, without } from "./conditions.ts";

/** A list of outside identities that are trusted instead of a secret. */
export const Federated = z
  .array(
    z
      .strictObject({
        name: z
          .string()
          .regex(/^[a-zA-Z0-9][\w-]{2,119}$/)
          .describe("a name of 3 to 120 letters, digits, hyphens and underscores"),
        issuer: z.url({ protocol: /^https$/ }).describe("the issuer's address, beginning with https://"),
        subject: text("the subject that the issuer gives the identity"),
        audience: text("the audience of the identity's tokens").optional(),
      })
      .describe("settings: name, issuer, subject"),
  )
  .min(1)
  .describe("a list of outside identities that are trusted");

/** By exactly one of these something signs in. */
export const oneSignIn = { oneOf: ["federated", "certificate", "secret"].map((name) => ({ required: [name] })) };

/** A secret or a certificate of a registration that is renewed by deploying. */
export const Rotation = z
  .strictObject({
    periodDays: days("how long a secret is the newest one").default(defaultPolicy.period),
    overlapDays: days("how long a copy of a secret may be in use").default(defaultPolicy.overlap),
    latenessDays: days("how late a deployment may be").default(defaultPolicy.lateness),
    /** Renews the secret once, before it is due. */
    rotateOn: day("the secret is renewed once on it or after it").optional(),
    /** The one that may end copies in use. */
    revokeBefore: day("everything that was made before it ends at the next deployment").optional(),
    /** Written by `tenantwire credentials retire`. */
    retired: day("the one that is not current any more, made on it, is used by nobody and is taken away").optional(),
  })
  .describe("settings: periodDays, overlapDays, latenessDays, rotateOn, revokeBefore, retired; {} for the defaults");

/**
 * The same for a vendor whose form a person pastes the secret into: `acknowledged` is the day of the secret that was
 * pasted last, written by `tenantwire credentials ack`.
 */
export const PastedRotation = Rotation.extend({
  delivery: z.enum(["pasted", "vault"]).default("pasted").describe("how the vendor gets the secret"),
  acknowledged: day("the one of the secret that was pasted into the vendor's form").optional(),
})
  .describe(
    "settings: periodDays, overlapDays, latenessDays, rotateOn, revokeBefore, retired, delivery; {} for the defaults",
  )
  .meta(when({ delivery: "vault" }, without("acknowledged"), {}));

/** A key or token that a product issues and a person brings along. */
export const givenKey = (name: z.ZodType<string>, example: string) =>
  z
    .strictObject({
      name,
      secret: secretName(example),
      expires: day("the one on which the product lets the key expire").optional(),
    })
    .describe("settings: name, secret, expires");

export const consent = ConsentMode.describe("who grants the permissions: grant, apart, link or none");
