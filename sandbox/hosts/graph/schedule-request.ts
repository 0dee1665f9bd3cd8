/**
 * What a getSchedule asks for, checked as Exchange does. Its errors carry the codes of Exchange's own availability
 * service, which answers behind it (documented there); which of them Graph shows is assumed but for the first.
 *
 * @packageDocumentation
 */
import type { Json } from "../../directory/model.ts";
import { bodyOf } from "./call.ts";
import type { Call } from "./call.ts";
import { badRequest, GraphError } from "./errors.ts";
import { instantIn, UTC, zoneCalled } from "./time-zones.ts";
import type { OutlookZone } from "./time-zones.ts";

/** Documented: at most so many at once. Seen elsewhere to be 100 (microsoft-graph-docs #7046); the page still says 20. */
const MAX_SCHEDULES = 20;
/** Documented: the period must be less than this. */
const MAX_DAYS = 62;
const DAY = 86_400_000;
/** Documented, in minutes. */
const INTERVAL = { default: 30, least: 5, most: 1440 };

export interface ScheduleRequest {
  readonly schedules: readonly string[];
  /** Milliseconds since 1970. */
  readonly start: number;
  /** Milliseconds since 1970. */
  readonly end: number;
  /** Milliseconds. */
  readonly interval: number;
  /** Of the times in the answer. */
  readonly zone: OutlookZone;
}

/** @throws GraphError 400 */
export function readScheduleRequest(call: Call): ScheduleRequest {
  const body = bodyOf(call);
  const zone = preferredZone(call.prefer);
  const schedules = addressesOf(parameter(body, "schedules"));
  const [start, end] = [timeOf(body, "startTime"), timeOf(body, "endTime")];
  if (end <= start) throw requestError("ErrorInvalidTimeInterval", "The end time must be later than the start time.");
  if (end - start >= MAX_DAYS * DAY) {
    // The words were reported of a request for 90 days.
    const message = `The requested time duration specified for FreeBusyViewOptions.TimeWindow is too long. The allowed limit = ${MAX_DAYS} days; the actual limit = ${Math.round((end - start) / DAY)} days.`;
    throw requestError("ErrorTimeIntervalTooBig", message);
  }
  return { schedules, start, end, interval: intervalOf(parameter(body, "availabilityViewInterval")) * 60_000, zone };
}

/** Documented: the model writes these names with a capital, the page of the operation without. */
function parameter(body: Record<string, Json>, name: string): Json | undefined {
  return body[name] ?? body[name.charAt(0).toUpperCase() + name.slice(1)];
}

function addressesOf(value: Json | undefined): string[] {
  if (!Array.isArray(value) || !value.every((each): each is string => typeof each === "string")) {
    throw badRequest("The parameter 'Schedules' must be a list of addresses.");
  }
  if (value.length === 0) throw requestError("ErrorMailboxDataArrayEmpty", "The EmailAddress array is empty.");
  if (value.length > MAX_SCHEDULES) {
    // Reported: microsoft-graph-docs #7046.
    const message = `There are too many target users in the EmailAddress array. The allowed size = ${MAX_SCHEDULES}; the actual size = ${value.length}.`;
    throw requestError("ErrorMailboxDataArrayTooBig", message);
  }
  return value;
}

function intervalOf(value: Json | undefined): number {
  if (value === undefined || value === null) return INTERVAL.default;
  if (typeof value === "number" && value >= INTERVAL.least && value <= INTERVAL.most) return value;
  const message = `The availability view interval must be between ${INTERVAL.least} and ${INTERVAL.most} minutes.`;
  throw requestError("ErrorInvalidMergedFreeBusyInterval", message);
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?Z?$/;

function timeOf(body: Record<string, Json>, name: string): number {
  const value = parameter(body, name) as { dateTime?: unknown; timeZone?: unknown } | null | undefined;
  const { dateTime, timeZone } = value ?? {};
  if (typeof dateTime !== "string" || !TIME.test(dateTime)) {
    throw badRequest(`The parameter '${name}' needs a dateTime, such as 2026-03-15T09:00:00.`);
  }
  // Assumed: without a zone it is UTC, and a Z at the end is stronger than the zone.
  const isUtc = typeof timeZone !== "string" || dateTime.endsWith("Z");
  const time = instantIn(isUtc ? UTC : zoneCalled(timeZone), dateTime);
  if (Number.isNaN(time)) throw badRequest(`The parameter '${name}' is no time: ${dateTime}.`);
  return time;
}

/** Documented: the zone of the times in the answer, UTC without the header. */
function preferredZone(prefer: string): OutlookZone {
  const [, quoted, bare] = /outlook\.timezone\s*=\s*(?:"([^"]*)"|([^\s,;]+))/i.exec(prefer) ?? [];
  const name = quoted ?? bare;
  return name === undefined ? UTC : zoneCalled(name);
}

function requestError(code: string, message: string): GraphError {
  return new GraphError(400, code, message);
}
