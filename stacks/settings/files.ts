/** Users to a file. @packageDocumentation */
import { z } from "zod";
import { defaultFileFields } from "../user-properties.ts";
import { mapping, Scope } from "./users.ts";
import { text } from "./values.ts";

export const Files = z
  .strictObject({
    users: Scope.extend({
      path: text("the file's path"),
      format: z.enum(["jsonl", "csv"]).describe("a format of the file"),
      fields: mapping("the file", defaultFileFields),
    }).describe("settings: path, format, groups, fields and others"),
  })
  .describe("settings: users");
