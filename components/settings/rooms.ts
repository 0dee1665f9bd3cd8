/** Which meeting rooms are synced to a target, and what of them. @packageDocumentation */
import { z } from "zod";
import { roomProperties } from "../../contract/room-properties.ts";
import { flag, text } from "../../contract/values.ts";
import { when, without } from "./conditions.ts";

const names = (what: string) => z.array(text(what)).min(1).describe(`a list of at least one: ${what}`).optional();

const LISTS = ["addresses", "lists", "buildings", "tags"] as const;

/** @param what the target's name, for messages */
export const rooms = (what: string, fields: Readonly<Record<string, string>>) =>
  z.strictObject({
    /** Every room of the tenant, or those that any one of the lists below names. */
    scope: z.enum(["all", "specified"]).describe("which rooms: all or specified").default("all"),
    addresses: names("the mail address of a room"),
    lists: names("the mail address of a room list"),
    buildings: names("the name of a building"),
    tags: names("a tag of rooms"),
    workspaces: flag("whether workspaces are synced as well, not only rooms").default(false),
    fields: z
      .record(z.string(), z.enum([...roomProperties]).describe("a property of a room"))
      .describe(`settings: a field of ${what}, a property of the room`)
      .default({ ...fields }),
  });

/** What an editor can say of the lists; where the shape is extended, it is said again. */
export const listsOfScope = when(
  { scope: "specified" },
  { anyOf: LISTS.map((list) => ({ required: [list] })) },
  without(...LISTS),
);
