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

/** `12 min ago`, `in 3 h`, with the instant itself beside it. */
export function relative(instant: Date | string, clock: Clock): Html {
  const distance = new Date(instant).getTime() - clock.now.getTime();
  const words = distance > 0 ? `in ${duration(distance)}` : `${duration(-distance)} ago`;
  const at = new Date(instant).toISOString();
  return html`<time datetime="${at}" title="${shown(instant, clock.timeZone)}">${words}</time>`;
}

/** Seconds of a run: `4.2 s`, `12 min`. */
export function lasted(seconds: number): string {
  return seconds < 120 ? `${seconds.toFixed(1)} s` : duration(seconds * 1000);
}
