/**
 * Settings of the rooms' sync: `sync.rooms` in the stack's settings, passed through the outputs unread.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { didYouMean } from "../../../contract/nearest.ts";
import { roomProperties } from "../../../contract/room-properties.ts";
import { tellSettings } from "../../../contract/this-stack.ts";
import { SettingsError } from "../../../contract/errors.ts";
import { Limits } from "../../planner/limits.ts";
import { ownSettings } from "../own-settings.ts";

/**
 * - `retireAfter`: see `retirement.ts`;
 * - `limits`: as for users, see {@link Limits}.
 */
const Rooms = z
  .strictObject({
    retireAfter: z
      .strictObject({
        hours: z.number().min(0).default(48).describe("a number of hours"),
        reads: z.int().min(1).default(3).describe("a whole number, at least 1"),
      })
      .describe("settings: hours, reads")
      .prefault({}),
    limits: Limits.prefault({}),
  })
  .describe("settings: retireAfter, limits");
type RoomsSettings = z.infer<typeof Rooms>;

/** @throws SettingsError with a line for each fault */
export function parseRoomsSettings(sync: unknown): RoomsSettings {
  return ownSettings("rooms", Rooms.prefault({}), sync);
}

/** @throws SettingsError when a field is mapped from a property that is not known */
export function checkRoomProperties(fields: Readonly<Record<string, string>>, setting: readonly string[]): void {
  for (const [field, property] of Object.entries(fields)) {
    if (roomProperties.includes(property)) continue;
    const hint = didYouMean(property, roomProperties);
    const text = `"${property}" is no property of a room that can be mapped${hint ? `; ${hint}` : "."}`;
    throw new SettingsError(tellSettings([{ path: [...setting, "fields", field], text }]));
  }
}
