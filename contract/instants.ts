/** Instants as people read them, in the display time zone. Nothing is computed in it. Pure. @packageDocumentation */

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  });
  formats.set(timeZone, format);
  return format;
}

/**
 * `2026-03-02 08:00 CET`.
 *
 * @param timeZone IANA name of the display time zone
 */
export function shown(instant: Date | string, timeZone: string): string {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(new Date(instant))
      .map(({ type, value }) => [type, value]),
  );
  const { year = "", month = "", day = "", hour = "", minute = "", timeZoneName = "" } = parts;
  return `${year}-${month}-${day} ${hour}:${minute} ${timeZoneName}`;
}

/** As JavaScript writes an instant. */
const INSTANT = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z)/;

/** A sentence with the instants that stand in it: pieces of text and dates in turn. */
export function withInstants(text: string): readonly (string | Date)[] {
  return text.split(INSTANT).map((part, index) => {
    const isInstant = index % 2 === 1 && !Number.isNaN(Date.parse(part));
    return isInstant ? new Date(part) : part;
  });
}

/**
 * A sentence for who reads it anywhere, such as in a mail: the instants in it as on the clock of that zone, with its name,
 * `2026-03-02 08:00 CET (Europe/Berlin)`.
 */
export function inZone(text: string, timeZone: string): string {
  const name = timeZone === "UTC" ? "" : ` (${timeZone})`;
  return withInstants(text)
    .map((part) => (typeof part === "string" ? part : `${shown(part, timeZone)}${name}`))
    .join("");
}
