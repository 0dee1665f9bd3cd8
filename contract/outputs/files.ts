/** What the syncs to files are told. @packageDocumentation */
import { z } from "zod";
import { RoomsOutputs } from "./rooms.ts";
import { UsersOutputs } from "./users.ts";

/** Entra users to a file. */
export const FileOutputs = z.strictObject({
  /** Absolute, or from the folder that the sync runs in. */
  path: z.string(),
  format: z.enum(["jsonl", "csv"]),
  /** Fields have any names but `id` and `active`. */
  users: UsersOutputs,
});
export type FileOutputs = z.infer<typeof FileOutputs>;

/** Meeting rooms to a file. */
export const RoomsFileOutputs = FileOutputs.omit({ users: true }).extend({ rooms: RoomsOutputs });
export type RoomsFileOutputs = z.infer<typeof RoomsFileOutputs>;

/** Of the stack's `integrations`. */
export const integrations = { file: FileOutputs.optional(), roomsFile: RoomsFileOutputs.optional() };
