/** Users, and rooms, to a file. @packageDocumentation */
import { z } from "zod";
import { defaultFileRoomFields } from "../../contract/room-properties.ts";
import { defaultFileFields } from "../../contract/user-properties.ts";
import { listsOfScope, rooms } from "../settings/rooms.ts";
import { needing } from "../settings/conditions.ts";
import { mapping, Scope } from "../settings/users.ts";
import { text } from "../../contract/values.ts";

const file = { path: text("the file's path"), format: z.enum(["jsonl", "csv"]).describe("a format of the file") };

export const Files = z
  .strictObject({
    users: Scope.extend({
      ...file,
      fields: mapping("the file", defaultFileFields),
    })
      .describe("settings: path, format, groups, fields and others")
      .optional(),
    rooms: rooms("the file", defaultFileRoomFields)
      .extend(file)
      .describe("settings: path, format, scope, addresses, lists, buildings, tags, workspaces, fields")
      .meta(listsOfScope)
      .optional(),
  })
  .describe("settings: users, rooms")
  .meta({ minProperties: 1, ...needing("syncIdentity") });
