/**
 * Rooms whose capacity is not known. They are synced, and the target keeps the capacity that it has: that is how things
 * are until somebody sets it in Exchange, so it is a note and nobody's failure. Pure.
 *
 * @packageDocumentation
 */
import { powerShellQuoted } from "../../../contract/powershell.ts";
import { CAPACITY } from "../../../contract/room-properties.ts";
import { counted, listed } from "../../../contract/words.ts";
import { capacityOf } from "./mapping.ts";
import type { Room } from "./room.ts";
import { command } from "../../../contract/this-stack.ts";

const MAX_ADDRESSES = 20;

/** What is wrong with the capacity that Graph tells; nothing where a cloud tells of none at all. */
export function capacityLack({ properties }: Room): string | undefined {
  if (!(CAPACITY in properties) || capacityOf(properties) !== undefined) return undefined;
  const held = properties[CAPACITY];
  return typeof held === "number" ? `has the capacity ${held}` : "has no capacity";
}

/** One note for all of them, in each report until they have one. */
export function capacityNote(rooms: readonly Room[]): string[] {
  const lacking = rooms.filter((room) => capacityLack(room) !== undefined).map(({ address }) => address);
  const [first] = lacking;
  if (first === undefined) return [];
  const shown = lacking.slice(0, MAX_ADDRESSES);
  const rest = lacking.length - shown.length;
  const all = listed(rest > 0 ? [...shown, `${rest} more (${command("rooms")} lists them)`] : shown);
  const have = lacking.length === 1 ? "has" : "have";
  return [
    `${counted(lacking.length, "room")} ${have} no capacity, by which rooms are looked for: ${all}. ` +
      `The target keeps the one that it has; ${capacityMend(first)}.`,
  ];
}

export function capacityMend(address: string): string {
  return `set it in Exchange: Set-Place -Identity ${powerShellQuoted(address)} -Capacity <seats>`;
}
