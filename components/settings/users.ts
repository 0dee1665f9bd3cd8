/** Who is synced to a target, and what of them. @packageDocumentation */
import { z } from "zod";
import { CARD_NUMBER_SOURCE, userProperties } from "../../contract/user-properties.ts";
import { text } from "../../contract/values.ts";
import { when } from "./conditions.ts";

export const CardNumber = z
  .strictObject({
    source: z
      .string()
      .regex(CARD_NUMBER_SOURCE)
      .describe(
        "none, pager, employeeId, extensionAttribute1 to extensionAttribute15, or a directory extension, extension_<app id without hyphens>_pager",
      ),
    field: text("the field that card numbers go to").optional(),
  })
  .describe("settings: source, field")
  .meta(when({ source: "none" }, {}, { required: ["field"] }));

/** @param what the target's name, for messages */
export const mapping = (what: string, fields: Readonly<Record<string, string>>) =>
  z
    .record(z.string(), z.enum([...userProperties.keys()]).describe("a property of an Entra user"))
    .describe(`settings: a field of ${what}, a property of the Entra user`)
    .default({ ...fields });

const names = z.array(text("the name of an Entra group")).describe("a list of names of Entra groups");

/** What every target has; its `fields` are its own. */
export const Scope = z.strictObject({
  groups: names.default([]),
  administrativeUnits: z
    .array(text("the name or the id of an administrative unit"))
    .describe("a list of names or ids of administrative units")
    .optional(),
  excludedGroups: names.optional(),
  protectedGroups: names.optional(),
  cardNumber: CardNumber.optional(),
});
