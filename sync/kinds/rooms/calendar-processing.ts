/**
 * What Graph does not tell of a room's mailbox: how it answers bookings. It is read from the exported answer of Exchange's
 * Get-CalendarProcessing. Pure. Names, meanings and defaults: documented (Set-CalendarProcessing).
 *
 * @packageDocumentation
 */
import { decodeText } from "../../../contract/text/decode.ts";
import { z } from "zod";
import { TenantwireError } from "../../../contract/errors.ts";
import { powerShellQuoted } from "../../../contract/powershell.ts";
import type { BookingFinding } from "./bookings.ts";

const SETTINGS = [
  "AutomateProcessing",
  "DeleteSubject",
  "AddOrganizerToSubject",
  "DeleteComments",
  "RemovePrivateProperty",
  "ProcessExternalMeetingMessages",
  "BookingWindowInDays",
  "MaximumDurationInMinutes",
  "AllBookInPolicy",
] as const;

/** What an Exchange administrator runs, in PowerShell, to export the settings of every room into `rooms.json`. */
export const EXPORT_COMMAND =
  "Get-Mailbox -RecipientTypeDetails RoomMailbox -ResultSize Unlimited | ForEach-Object { $address = [string]$_.PrimarySmtpAddress; " +
  "Get-CalendarProcessing -Identity $address | Select-Object @{n='Address';e={$address}}, " +
  "@{n='AutomateProcessing';e={[string]$_.AutomateProcessing}}, " +
  `${SETTINGS.slice(1).join(", ")}, ` +
  "@{n='ResourceDelegates';e={@($_.ResourceDelegates | ForEach-Object { [string]$_ })}} } | " +
  "ConvertTo-Json -Depth 3 | Set-Content -Encoding utf8 rooms.json";

const Processing = z.looseObject({
  Address: z.string(),
  AutomateProcessing: z.string().nullish(),
  DeleteSubject: z.boolean().nullish(),
  AddOrganizerToSubject: z.boolean().nullish(),
  DeleteComments: z.boolean().nullish(),
  RemovePrivateProperty: z.boolean().nullish(),
  ProcessExternalMeetingMessages: z.boolean().nullish(),
  BookingWindowInDays: z.number().nullish(),
  MaximumDurationInMinutes: z.number().nullish(),
  AllBookInPolicy: z.boolean().nullish(),
  ResourceDelegates: z.union([z.array(z.string()), z.string()]).nullish(),
});
export type Processing = z.infer<typeof Processing>;

/**
 * @param bytes the file, in UTF-8 or, as older PowerShells write it, UTF-16
 * @param place its name, for messages
 * @throws TenantwireError where it is something else
 */
export function parseProcessing(bytes: Uint8Array, place: string): readonly Processing[] {
  let value: unknown;
  try {
    value = JSON.parse(decodeText(bytes));
  } catch (error) {
    throw notExported(place, error);
  }
  // Of one room PowerShell makes no list.
  const parsed = z.array(Processing).safeParse(Array.isArray(value) ? value : [value]);
  if (!parsed.success) throw notExported(place, parsed.error);
  return parsed.data;
}

function notExported(place: string, cause: unknown): TenantwireError {
  return new TenantwireError(
    `${place} is not what the export command writes. Run that command again in Exchange's PowerShell, and give its file.`,
    { cause },
  );
}

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
  {
    isWrong: ({ DeleteSubject }) => DeleteSubject === true,
    text: () => "deletes the subject of every booking",
    mend: "-DeleteSubject $false",
  },
  {
    isWrong: ({ AddOrganizerToSubject }) => AddOrganizerToSubject === true,
    text: () => "puts the organizer's name into the subject",
    mend: "-AddOrganizerToSubject $false",
  },
  {
    isWrong: ({ DeleteComments }) => DeleteComments === true,
    text: () => "deletes the text of every booking",
    mend: "-DeleteComments $false",
  },
  {
    isWrong: ({ RemovePrivateProperty }) => RemovePrivateProperty === true,
    text: () => "takes the private mark off bookings",
    mend: "-RemovePrivateProperty $false",
  },
  {
    isWrong: ({ ProcessExternalMeetingMessages }) => ProcessExternalMeetingMessages === false,
    text: () => "refuses bookings that come from outside of the company",
    mend: "-ProcessExternalMeetingMessages $true",
  },
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
    if (processing === undefined) {
      return [
        {
          address,
          name,
          text: "is not among the exported rooms",
          mend: [`Get-CalendarProcessing -Identity ${powerShellQuoted(address)}`],
        },
      ];
    }
    return rules
      .filter(({ isWrong }) => isWrong(processing))
      .map(({ text, mend }) => ({
        address,
        name,
        text: text(processing),
        mend: [`Set-CalendarProcessing -Identity ${powerShellQuoted(address)} ${mend}`],
      }));
  });
}
