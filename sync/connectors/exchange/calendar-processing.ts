/**
 * What Graph does not tell of a room's mailbox, and Exchange's Get-CalendarProcessing does: read from an exported answer.
 * Pure. Names: documented (Set-CalendarProcessing).
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { TenantwireError } from "../../../contract/errors.ts";
import { powerShellQuoted } from "../../../contract/powershell.ts";
import { decodeText } from "../../../contract/text/decode.ts";

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

/** Shows the settings of one room. */
export function showCommand(address: string): string {
  return `Get-CalendarProcessing -Identity ${powerShellQuoted(address)}`;
}

/** @param parameters what is set, as in `-DeleteSubject $false` */
export function setCommand(address: string, parameters: string): string {
  return `Set-CalendarProcessing -Identity ${powerShellQuoted(address)} ${parameters}`;
}
