/**
 * Where the next incremental read starts.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { CursorExpired } from "../../../contract/errors.ts";
import type { Json } from "../../model/json-value.ts";

/** A query of `groups/delta` over some groups. */
const Watch = z.strictObject({ link: z.string(), groups: z.array(z.string()) });
export type Watch = z.infer<typeof Watch>;

const Named = z.strictObject({ name: z.string(), id: z.string() });

const Scope = z.strictObject({
  /** The groups of the settings, and the ids that their names stood for. */
  groups: z.array(Named),
  /** The administrative units of the settings, likewise. */
  units: z.array(Named).default([]),
  /** The groups whose members are never in scope, likewise. */
  excluded: z.array(Named).default([]),
  /** The groups whose members are never disabled, likewise. */
  protected: z.array(Named).default([]),
  /** The stored member graph that this belongs to. */
  generation: z.string(),
  watches: z.array(Watch),
  /**
   * What the read that ended here changed in the graph. It is written to the stored one by the next read, when it is
   * certain that this cursor is the one that counts; doing that twice changes nothing.
   */
  pending: z.array(z.tuple([z.string(), z.string(), z.enum(["user", "group", "none"])]).readonly()).readonly(),
});
export type ScopeCursor = z.infer<typeof Scope>;

const Cursor = z.strictObject({
  /** Delta link of the users. */
  users: z.string(),
  /** How many people the last full read gave. */
  people: z.int().min(0).optional(),
  /** The properties that this link tells changes of. */
  select: z.array(z.string()),
  scope: Scope.optional(),
});
export type Cursor = z.infer<typeof Cursor>;

/** @throws CursorExpired when another version of tenantwire wrote it */
export function parseCursor(value: Json | undefined): Cursor {
  const parsed = Cursor.safeParse(value);
  if (!parsed.success) throw new CursorExpired("The stored position is of another version of tenantwire.");
  return parsed.data;
}
