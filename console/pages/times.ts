/** Instants as people read them: in the display time zone, with the instant itself for machines. @packageDocumentation */
import { shown, withInstants } from "../../contract/instants.ts";
import { duration } from "../../contract/words.ts";
import { type Html, html } from "./html.ts";

export interface Clock {
  readonly now: Date;
  /** IANA name of the display time zone. Nothing is computed in it. */
  readonly timeZone: string;
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

/** A sentence in which instants may stand: these as everywhere else. */
export function timesIn(text: string, clock: Pick<Clock, "timeZone">): Html {
  return html`${withInstants(text).map((part) => (typeof part === "string" ? part : time(part, clock)))}`;
}

/** Seconds of a run: `4.2 s`, `12 min`. */
export function lasted(seconds: number): string {
  if (seconds < 0.05) return "under 0.1 s";
  return seconds < 120 ? `${seconds.toFixed(1)} s` : duration(seconds * 1000);
}
