/** OnePlan: users by tenantwire's own sync, and the registrations of the vendor's OneConnect. @packageDocumentation */
import { z } from "zod";
import { defaultUserFields } from "../../contract/user-properties.ts";
import { consent, givenKey, PastedRotation } from "../settings/credentials.ts";
import { needing, some, when, without } from "../settings/conditions.ts";
import { mapping, Scope } from "../settings/users.ts";
import { root, text } from "../../contract/values.ts";

/** OnePlan's hosts by the words of its setup guides; another one is written as `baseUrl`. */
const ENVIRONMENTS = ["my", "eu", "au", "ca"] as const;

/** Client id of an application of the vendor, which no page of the vendor publishes. */
const vendorApplication = z
  .guid()
  .toLowerCase()
  .describe("the client id of the vendor's application (Entra > Enterprise applications > Application ID)")
  .optional();

/** An application that people of another product use: the vendor's own, or a registration of this tenant. */
const application = z.enum(["vendor", "own"]).describe("whose application it is");

/** Settings of a registration of one's own. */
const ownOrVendor = when(
  { application: "own" },
  { required: ["consent"] },
  without("displayName", "consent", "secret", "redirectUris"),
);

export const OnePlan = z
  .strictObject({
    environment: z.enum(ENVIRONMENTS).describe("an environment of OnePlan").optional(),
    baseUrl: root("the root of OnePlan, such as https://my.oneplan.ai").optional(),
    group: text("the name of the OnePlan group that the key belongs to").optional(),
    key: givenKey(text("the name of OnePlan's authentication key"), "oneplanKey"),
    users: Scope.extend({ fields: mapping("OnePlan", defaultUserFields).meta({ required: ["mail"] }) })
      .describe("settings: groups, administrativeUnits, fields, cardNumber and others")
      .prefault({}),
    /** Set where the vendor's own integration syncs the users, for the same groups and fields. */
    entraUsers: z
      .strictObject({
        application,
        displayName: text("the name that the registration has in Entra").default("OnePlan Entra users"),
        consent: consent.optional(),
        secret: PastedRotation.prefault({}),
      })
      .describe("settings: application, displayName, consent, secret")
      .meta(ownOrVendor)
      .optional(),
    /** For the check whether the vendor's three consents were given. */
    vendorApplications: z
      .strictObject({
        adSynchronization: vendorApplication,
        consentIntegration: vendorApplication,
        authorize: vendorApplication,
      })
      .describe("settings: adSynchronization, consentIntegration, authorize")
      .prefault({}),
  })
  .describe("settings: key, users")
  .meta({ not: { required: ["environment", "baseUrl"] }, ...needing("vault", "syncIdentity") });

export const OneConnect = z
  .strictObject({
    application,
    group: text("the name of the OneConnect group"),
    clientId: vendorApplication,
    authentication: z
      .enum(["office365Strict", "multiAuthentication"])
      .default("office365Strict")
      .describe("an authentication type of OneConnect"),
    allowed: z
      .array(z.enum(["office365", "forms"]).describe("a way to sign in"))
      .min(1)
      .default(["office365"])
      .describe("a list of ways to sign in: office365, forms"),
    displayName: text("the name that the registration has in Entra").default("OneConnect"),
    consent: consent.optional(),
    redirectUris: z.array(text("an address")).default([]).describe("a list of addresses"),
    secret: PastedRotation.prefault({}),
  })
  .describe("settings: application, group, clientId, authentication, allowed")
  .meta({
    allOf: [
      ownOrVendor,
      when({ authentication: "multiAuthentication" }, {}, without("allowed")),
      when({ application: "own" }, { allOf: [some("redirectUris"), without("clientId")], ...needing("vault") }, {}),
    ],
  });

/** The settings of the vendor's two products. */
export interface Both {
  readonly oneplan?: OnePlanSettings | undefined;
  readonly oneconnect?: OneConnectSettings | undefined;
}

export type OnePlanSettings = z.output<typeof OnePlan>;
export type OneConnectSettings = z.output<typeof OneConnect>;

/** Root of OnePlan without a path. */
export function oneplanRoot({ environment, baseUrl }: Pick<OnePlanSettings, "environment" | "baseUrl">): string {
  return baseUrl ?? `https://${environment ?? "my"}.oneplan.ai`;
}

/** Root of OneConnect: customers of OnePlan's European environment have their own (published). */
export function oneconnectRoot(oneplan: Pick<OnePlanSettings, "environment" | "baseUrl"> | undefined): string {
  return oneplan?.environment === "eu" || oneplan?.baseUrl === "https://eu.oneplan.ai"
    ? "https://eu.oneconnect.ai"
    : "https://my.oneconnect.ai";
}
