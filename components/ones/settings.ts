/** ONES: users and rooms by tenantwire's own sync, and the registrations that the product itself uses. @packageDocumentation */
import { z } from "zod";
import { defaultOnesRoomFields } from "../../contract/room-properties.ts";
import { defaultOnesFields } from "../../contract/user-properties.ts";
import { consent, givenKey, PastedRotation } from "../settings/credentials.ts";
import { listsOfScope, rooms } from "../settings/rooms.ts";
import { having, type Keywords, needing, some, when, without } from "../settings/conditions.ts";
import { CardNumber, mapping, Scope } from "../settings/users.ts";
import { flag, root, text } from "../../contract/values.ts";

/** The modes by the names of the vendor's guides. */
const MODES = [
  "applicationPermission",
  "delegatedPermission",
  "delegatedResourceOnly",
  "applicationResourceOnly",
] as const;

// The product shows it beside its form; its format is not published.
const redirectUris = z.array(text("an address")).describe("a list of the addresses that ONES shows beside its form");

/** The second registration, by which people sign in to ONES. */
const SingleSignOn = z
  .strictObject({
    displayName: text("the name that the registration has in Entra").default("ONES sign-in"),
    redirectUris: redirectUris.min(1),
    // Which ones ONES asks for is not published.
    scopes: z
      .array(text("a delegated permission of Microsoft Graph"))
      .min(1)
      .default(["openid", "profile", "email"])
      .describe("a list of delegated permissions of Microsoft Graph"),
    consent: consent.default("none"),
    assignmentRequired: flag("only people and groups that somebody assigned to it in Entra can sign in").default(false),
    secret: PastedRotation.prefault({}),
  })
  .describe("settings: displayName, redirectUris, scopes, consent, assignmentRequired, secret");

/** What the vendor's guides ask in a mode: see the faults. */
function asked(mode: (typeof MODES)[number]): Keywords[] {
  const forPeople = { properties: { exchangeScope: false, mailSend: { const: false } } };
  return [
    mode === "applicationResourceOnly" ? {} : some("redirectUris"),
    mode === "delegatedResourceOnly" ? { required: ["singleSignOn"] } : {},
    mode === "applicationPermission" ? without("singleSignOn") : {},
    mode.startsWith("delegated") ? forPeople : {},
  ];
}

const Microsoft365 = z
  .strictObject({
    mode: z.enum(MODES).describe("a mode of ONES"),
    integrationName: text("the name that the integration has in ONES").default("Microsoft 365"),
    displayName: text("the name that the registration has in Entra").default("ONES"),
    audience: z.enum(["singleTenant", "multipleTenants"]).default("singleTenant").describe("who can sign in"),
    consent,
    redirectUris: redirectUris.default([]),
    secret: PastedRotation.prefault({}),
    mailSend: flag("whether it asks for Mail.Send as well, as an older guide of the vendor does").default(false),
    /** Calendars by Exchange's own roles for these mailboxes, instead of a permission for all of them. */
    exchangeScope: z
      .strictObject({
        name: text("the name of the management scope, at most 64 characters").max(64).default("ONES rooms"),
        recipientFilter: text("a recipient filter of Exchange, such as CustomAttribute1 -eq 'ONES'"),
      })
      .describe("settings: name, recipientFilter")
      .optional(),
    /** Without it ONES syncs all rooms. */
    rooms: z.array(text("the mail address of a room")).min(1).describe("a list of rooms' mail addresses").optional(),
    applyPolicyToRooms: flag('what ONES\' form asks as "Apply policy to Microsoft 365 rooms"').default(false),
    defaultUserGroups: z.array(text("the name of a group of ONES")).describe("a list of names of groups").default([]),
    cardNumber: z.enum(["none", "pager"]).default("none").describe("what ONES takes for the card number"),
    loginButtonName: text("the label of the button on ONES' login page").default("Sign in with Microsoft"),
    singleSignOn: SingleSignOn.optional(),
  })
  .describe("settings: mode, consent, redirectUris, secret and others")
  .meta({ ...needing("vault"), allOf: MODES.map((mode) => when({ mode }, { allOf: asked(mode) }, {})) });

const Users = Scope.extend({
  fields: mapping("ONES", defaultOnesFields),
  cardNumber: CardNumber.omit({ field: true }).describe("settings: source").optional(),
  defaultGroups: z.array(text("the name of a group of ONES")).describe("a list of names of groups").default([]),
})
  .describe("settings: groups, administrativeUnits, fields, cardNumber, defaultGroups and others")
  // The one field that card numbers go to is mapped once.
  .meta({
    if: { required: ["cardNumber"], properties: { cardNumber: { not: having({ source: "none" }) } } },
    then: { properties: { fields: without("cardNumber") } },
  });

export const Ones = z
  .strictObject({
    baseUrl: root("the root of the ONES server, such as https://ones.contoso.com").optional(),
    key: givenKey(text("what the token is called in ONES").default("tenantwire"), "onesKey")
      .meta(needing("vault", "syncIdentity"))
      .optional(),
    users: Users.optional(),
    rooms: rooms("ONES", defaultOnesRoomFields)
      .describe("settings: scope, addresses, lists, buildings, tags, workspaces, fields")
      .meta(listsOfScope)
      .optional(),
    routes: z.unknown().optional(),
    microsoft365: Microsoft365.optional(),
  })
  .describe("settings: baseUrl, key, users, rooms, routes, microsoft365")
  .meta({
    anyOf: [
      { required: ["baseUrl", "key"] },
      { required: ["microsoft365"], ...without("baseUrl", "key", "users", "rooms", "routes") },
    ],
  });

/** Whose users are synced: without rooms everybody's, by default; with rooms nobody's, unless it is said. */
export function syncedUsers({ baseUrl, users, rooms }: OnesSettings): z.output<typeof Users> | undefined {
  if (baseUrl === undefined) return undefined;
  return users ?? (rooms ? undefined : Users.parse({}));
}

export type OnesSettings = z.output<typeof Ones>;
export type OnesMicrosoft365Settings = z.output<typeof Microsoft365>;
