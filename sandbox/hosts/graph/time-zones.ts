/**
 * Time zones by the names that Outlook takes: those of Windows, and those of the IANA (documented: dateTimeTimeZone).
 *
 * @packageDocumentation
 */
import windowsZones from "cldr-core/supplemental/windowsZones.json" with { type: "json" };
import { DateTime, IANAZone } from "luxon";
import { GraphError } from "./errors.ts";

/** Unicode's table: the zone of the IANA that stands for one of Windows wherever it is used. By name in lower case. */
const ofWindows: ReadonlyMap<string, string> = new Map(
  windowsZones.supplemental.windowsZones.mapTimezones.flatMap(({ mapZone }) =>
    mapZone._territory === "001" ? [[mapZone._other.toLowerCase(), mapZone._type] as const] : [],
  ),
);

export interface OutlookZone {
  /** As it was written: answers repeat it. */
  readonly name: string;
  /** Its zone by the IANA's names. */
  readonly iana: string;
}

export const UTC: OutlookZone = { name: "UTC", iana: "UTC" };

/**
 * A zone by either kind of name, in any letter case.
 *
 * @throws GraphError 400 in the words that were reported of events and calendar views
 */
export function zoneCalled(name: string): OutlookZone {
  const iana = ofWindows.get(name.toLowerCase()) ?? name;
  if (IANAZone.isValidZone(iana)) return { name, iana };
  throw new GraphError(
    400,
    "TimeZoneNotSupportedException",
    `A valid TimeZone value must be specified. The following TimeZone value is not supported: '${name}'.`,
  );
}

/**
 * The instant of a time on a wall there, in milliseconds since 1970; NaN for what is no time. Assumed: an hour that comes
 * twice is the first, and one that is left out is moved on by the difference.
 */
export function instantIn({ iana }: OutlookZone, wall: string): number {
  return DateTime.fromISO(wall, { zone: iana }).toMillis();
}

/** What a wall there shows, as Outlook writes it: seven digits behind the seconds, and no offset. */
export function wallTime({ name, iana }: OutlookZone, instant: number): { dateTime: string; timeZone: string } {
  return {
    dateTime: DateTime.fromMillis(instant, { zone: iana }).toFormat("yyyy-MM-dd'T'HH:mm:ss'.0000000'"),
    timeZone: name,
  };
}
