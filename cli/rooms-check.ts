/**
 * `tenantwire rooms check`: will bookings work? As the application that books rooms, and from what Exchange exports.
 * Writes nothing.
 *
 * @packageDocumentation
 */
import { printableJson } from "../contract/text/printable.ts";
import { readFile } from "node:fs/promises";
import { Access } from "../doctor/checks/access.ts";
import { graphAs } from "../doctor/checks/bookings.ts";
import type { Outputs } from "../contract/outputs.ts";
import { SettingsError } from "../sync/index.ts";
import { ExitCode } from "../contract/exit-code.ts";
import { partitionsOf } from "../sync/state/partitions.ts";
import type { State } from "../sync/state/session.ts";
import {
  bookingApplication,
  type BookableRoom,
  type BookingFinding,
  calendarFindings,
} from "../sync/kinds/rooms/bookings.ts";
import { type BookingCheck, renderBookings } from "./terminal/bookings.ts";
import { parseProcessing } from "../sync/connectors/exchange/calendar-processing.ts";
import { processingFindings } from "../sync/kinds/rooms/calendar-processing.ts";
import { roomsSync } from "../sync/kinds/rooms/index.ts";
import { wantsColor } from "./color.ts";
import { worldClock } from "../components/clock.ts";
import { type HostOptions, reachOf } from "./hosts.ts";
import { interruption } from "./interruption.ts";
import { loadOutputs } from "./outputs.ts";
import type { LookingAtRooms, RoomsOptions } from "./rooms.ts";
import { openState } from "./state.ts";
import { targetsOf } from "./sync-kind.ts";
import { rooms as roomsKind } from "./sync-rooms.ts";

export interface RoomsCheckOptions extends RoomsOptions {
  /** File that the export command wrote. */
  readonly exchange?: string;
}

export async function checkRooms(options: RoomsCheckOptions): Promise<void> {
  const outputs = await loadOutputs(options);
  const signal = interruption();
  const now = await worldClock();
  const rooms = await roomsInScope(outputs, options, { signal, now });
  const { findings: calendars, untried } = await bookingsTried(outputs, rooms, { signal, now });
  const findings = [...calendars];
  if (options.exchange !== undefined) findings.push(...processingFindings(rooms, await exportedIn(options.exchange)));

  const check: BookingCheck = {
    version: 1,
    rooms: rooms.length,
    ...(untried !== undefined && { untried }),
    exported: options.exchange !== undefined,
    findings,
  };
  process.stdout.write(options.json ? `${printableJson(check)}\n` : renderBookings(check, { color: wantsColor() }));
  process.exitCode = findings.length > 0 ? ExitCode.successWithExceptions : ExitCode.success;
}

/** Whether the application that books rooms sees their calendars; `untried`: why that was not tried, as a sentence. */
export async function bookingsTried(
  outputs: Outputs,
  rooms: readonly BookableRoom[],
  { signal, now }: Pick<LookingAtRooms, "signal" | "now">,
): Promise<{ readonly findings: readonly BookingFinding[]; readonly untried?: string }> {
  const application = bookingApplication(outputs.registrations);
  if (!application)
    return { findings: [], untried: "The stack declares no application that books rooms (ones.microsoft365)." };
  if (application.untried !== undefined) return { findings: [], untried: application.untried };
  const client = await graphAs(application.registration, new Access(outputs, process.env));
  return { findings: await calendarFindings(client, rooms, application.registration, { now: now(), signal }) };
}

/** Of all targets, each room once. */
export async function roomsInScope(
  outputs: Outputs,
  options: RoomsOptions,
  looking: Pick<LookingAtRooms, "signal" | "now">,
): Promise<BookableRoom[]> {
  const store = openState(options.state, outputs, { signal: looking.signal });
  try {
    return await bookableRooms(outputs, targetsOf(roomsKind, outputs, options), options, {
      ...looking,
      state: await store.read(),
    });
  } finally {
    await store.close();
  }
}

/** Of these targets, each room once. */
export async function bookableRooms(
  outputs: Outputs,
  targets: readonly (string | undefined)[],
  options: HostOptions,
  { state, signal, now }: LookingAtRooms,
): Promise<BookableRoom[]> {
  const rooms = new Map<string, BookableRoom>();
  const reach = reachOf(outputs, options, async () => state);
  for (const target of targets) {
    const { definition } = roomsSync({ outputs, environment: process.env, reach, target, now });
    const request = { state, isLinked: isLinkedIn(state, definition.sync), signal };
    for (const room of (await definition.source.look(request)).rooms) {
      if (room.state === "in scope") rooms.set(room.address, { address: room.address, name: room.name });
    }
  }
  return [...rooms.values()];
}

function isLinkedIn(state: State, sync: string): (id: string) => Promise<boolean> {
  const { links } = partitionsOf(sync);
  return async (id) => (await state.get(links, id)) !== undefined;
}

async function exportedIn(file: string) {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new SettingsError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, { cause: error });
  }
  return parseProcessing(bytes, file);
}
