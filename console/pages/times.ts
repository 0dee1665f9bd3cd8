/** Instants as people read them: in the display time zone, with the instant itself for machines. @packageDocumentation */
import { duration } from "../../contract/words.ts";
import { type Html, html } from "./html.ts";

export interface Clock {
  readonly now: Date;
  /** IANA name of the display time zone. Nothing is computed in it. */
  readonly timeZone: string;
}

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

/** `2026-03-02 08:00 CET`. */
export function shown(instant: Date | string, timeZone: string): string {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(new Date(instant))
      .map(({ type, value }) => [type, value]),
  );
  const { year = "", month = "", day = "", hour = "", minute = "", timeZoneName = "" } = parts;
  return `${year}-${month}-${day} ${hour}:${minute} ${timeZoneName}`;
}

export function time(instant: Date | string, { timeZone }: Pick<Clock, "timeZone">): Html {
  return html`<time datetime="${new Date(instant).toISOString()}">${shown(instant, timeZone)}</time>`;
}

/** Milliseconds that are no distance for who reads. */
const NOW = 5_000;

/** `12 min ago`, `in 3 h`, `just now`, with the instant itself beside it. */
export function relative(instant: Date | string, clock: Clock): Html {
  const distance = new Date(instant).getTime() - clock.now.getTime();
  const words =
    Math.abs(distance) < NOW ? "just now" : distance > 0 ? `in ${duration(distance)}` : `${duration(-distance)} ago`;
  const at = new Date(instant).toISOString();
  return html`<time datetime="${at}" title="${shown(instant, clock.timeZone)}">${words}</time>`;
}

/** As JavaScript writes an instant. */
const INSTANT = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z)/;

/** A sentence in which instants may stand: these as everywhere else. */
export function timesIn(text: string, clock: Pick<Clock, "timeZone">): Html {
  return html`${text.split(INSTANT).map((part, index) => (index % 2 === 1 && !Number.isNaN(Date.parse(part)) ? time(part, clock) : part))}`;
}

/** Seconds of a run: `4.2 s`, `12 min`. */
export function lasted(seconds: number): string {
  if (seconds < 0.05) return "under 0.1 s";
  return seconds < 120 ? `${seconds.toFixed(1)} s` : duration(seconds * 1000);
}
