/**
 * How a room's mailbox answers bookings, and what of that stands in their way. Pure. Meanings and defaults: documented
 * (Set-CalendarProcessing).
 *
 * @packageDocumentation
 */
import { type Processing, setCommand, showCommand } from "../../connectors/exchange/calendar-processing.ts";
import type { BookingFinding } from "./bookings.ts";

interface Rule {
  readonly isWrong: (room: Processing) => boolean;
  /** What it does to bookings, with the room as the subject. */
  readonly text: (room: Processing) => string;
  /** Parameters of Set-CalendarProcessing. */
  readonly mend: string;
}

/** Exchange's defaults, which nobody has to be told to lengthen. */
const BOOKING_WINDOW_DAYS = 180;
const DURATION_MINUTES = 1440;

const rules: readonly Rule[] = [
  {
    isWrong: ({ AutomateProcessing: mode }) => mode != null && mode.toLowerCase() !== "autoaccept",
    text: ({ AutomateProcessing: mode }) => `does not answer bookings by itself (AutomateProcessing is ${mode})`,
    mend: "-AutomateProcessing AutoAccept",
  },
  wrongWhere("DeleteSubject", true, "deletes the subject of every booking"),
  wrongWhere("AddOrganizerToSubject", true, "puts the organizer's name into the subject"),
  wrongWhere("DeleteComments", true, "deletes the text of every booking"),
  wrongWhere("RemovePrivateProperty", true, "takes the private mark off bookings"),
  wrongWhere("ProcessExternalMeetingMessages", false, "refuses bookings that come from outside of the company"),
  {
    isWrong: ({ BookingWindowInDays: days }) => days != null && days < BOOKING_WINDOW_DAYS,
    text: ({ BookingWindowInDays: days }) => `refuses bookings more than ${days} days ahead`,
    mend: `-BookingWindowInDays ${BOOKING_WINDOW_DAYS}`,
  },
  {
    // That 0 means no limit is assumed.
    isWrong: ({ MaximumDurationInMinutes: minutes }) => minutes != null && minutes > 0 && minutes < DURATION_MINUTES,
    text: ({ MaximumDurationInMinutes: minutes }) => `refuses bookings longer than ${minutes} minutes`,
    mend: `-MaximumDurationInMinutes ${DURATION_MINUTES}`,
  },
  {
    isWrong: ({ AllBookInPolicy }) => AllBookInPolicy === false,
    text: (room) => {
      const delegates = delegatesOf(room);
      return delegates.length === 0
        ? "lets only some people book"
        : `has bookings wait for its delegates (${delegates.join(", ")})`;
    },
    mend: "-AllBookInPolicy $true",
  },
];

function wrongWhere(name: keyof Processing, value: boolean, text: string): Rule {
  return { isWrong: (room) => room[name] === value, text: () => text, mend: `-${name} $${!value}` };
}

function delegatesOf({ ResourceDelegates: delegates }: Processing): readonly string[] {
  return [delegates ?? []].flat();
}

/** A finding for everything that stands in the way of bookings, each with the command that mends it. */
export function processingFindings(
  rooms: readonly { readonly address: string; readonly name: string }[],
  exported: readonly Processing[],
): BookingFinding[] {
  const byAddress = new Map(exported.map((room) => [room.Address.toLowerCase(), room]));
  return rooms.flatMap(({ address, name }): BookingFinding[] => {
    const processing = byAddress.get(address);
    const finding = (text: string, mend: string) => ({ address, name, text, mend: [mend] });
    if (processing === undefined) return [finding("is not among the exported rooms", showCommand(address))];
    return rules
      .filter(({ isWrong }) => isWrong(processing))
      .map(({ text, mend }) => finding(text(processing), setCommand(address, mend)));
  });
}
