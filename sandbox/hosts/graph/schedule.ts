import { bookingsOf } from "../../data/rooms-bookings.ts";
import type { Booking } from "../../data/rooms-bookings.ts";
import { text } from "../../directory/model.ts";
import { ok } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { exchangeForbidden, GraphError } from "./errors.ts";
import { KEY_PREFIX } from "./lookup.ts";
import { gate } from "./permissions.ts";
import { readScheduleRequest } from "./schedule-request.ts";
import type { ScheduleRequest } from "./schedule-request.ts";
import { wallTime } from "./time-zones.ts";
import type { OutlookZone } from "./time-zones.ts";

const path = "/users/:id/calendar/getSchedule";

/** Free and busy times of people, rooms and workspaces. Distribution lists, which Graph takes too, are not found. */
export const scheduleRoutes: readonly Route[] = [
  {
    method: "POST",
    path,
    forbid(call) {
      // Documented: a role in Exchange lets an application in that was granted nothing in Entra.
      if (!call.directory.rooms.hasCalendarScope(call.claims.oid)) throw exchangeForbidden();
    },
    handle(call) {
      const owner = mailboxOf(call);
      if (!mayRead(call, owner)) throw exchangeForbidden();
      const request = readScheduleRequest(call);
      return ok({
        "@odata.context": `${call.root}/$metadata#Collection(microsoft.graph.scheduleInformation)`,
        value: request.schedules.map((address) => schedule(call, request, address)),
      });
    },
  },
];

/** Documented: grants add up. A permission of Entra reaches every mailbox, a role of Exchange those in its scope. */
function mayRead({ claims, directory }: Call, address: string): boolean {
  // Documented: a person reaches the calendars that were shared with them, by the scopes that are made for it.
  if (claims.scp !== undefined) return directory.rooms.isSharedWith(claims.oid, address);
  const granted = gate[`POST ${path}`]?.every((anyOf) => anyOf.some((each) => claims.roles?.includes(each)));
  return granted === true || directory.rooms.isInCalendarScope(claims.oid, address);
}

/**
 * Address of the mailbox in whose name is asked.
 *
 * @throws GraphError 404 for who does not exist or has no mailbox (assumed: the codes that mail and calendars answer)
 */
export function mailboxOf(call: Call): string {
  const named = call.param("id").replace(KEY_PREFIX, "");
  const place = call.directory.rooms.find(named);
  if (place && place.kind !== "roomLists") return text(place.place, "emailAddress");
  const user = call.directory.users.get(named) ?? call.directory.users.byKey(named);
  if (!user) throw new GraphError(404, "ErrorInvalidUser", `The requested user '${named}' is invalid.`);
  const mail = text(user, "mail");
  if (mail === "" || user["userType"] === "Guest") {
    const message = "The mailbox is either inactive, soft-deleted, or is hosted on-premise.";
    throw new GraphError(404, "MailboxNotEnabledForRESTAPI", message);
  }
  return mail;
}

/** Hidden and new rooms have a mailbox all the same. */
function hasMailbox({ directory }: Call, address: string): boolean {
  const { rooms, users } = directory;
  if (rooms.rooms.byKey(address) ?? rooms.workspaces.byKey(address)) return true;
  const wanted = address.toLowerCase();
  for (const user of users.values()) {
    if (text(user, "mail").toLowerCase() === wanted) return user["userType"] !== "Guest";
  }
  return false;
}

function schedule(call: Call, request: ScheduleRequest, scheduleId: string): object {
  // Documented: one answer for each address, with an error for what is not found. Its words are those of Exchange's
  // availability service; that a mailbox out of scope is named by ErrorNoFreeBusyAccess is assumed.
  if (!hasMailbox(call, scheduleId)) {
    const message = `Unable to resolve e-mail address SMTP:${scheduleId} to an Active Directory object.`;
    return failed(scheduleId, "ErrorMailRecipientNotFound", message);
  }
  if (!mayRead(call, scheduleId)) {
    return failed(scheduleId, "ErrorNoFreeBusyAccess", "The caller does not have access to free/busy data.");
  }
  const bookings = bookingsOf(call.world.seed, scheduleId, request.start, request.end);
  return {
    scheduleId,
    availabilityView: availabilityView(bookings, request),
    scheduleItems: bookings.map((each) => scheduleItem(each, request.zone)),
    workingHours: {
      daysOfWeek: ["monday", "tuesday", "wednesday", "thursday", "friday"],
      startTime: "08:00:00.0000000",
      endTime: "17:00:00.0000000",
      timeZone: { name: "UTC" },
    },
  };
}

function failed(scheduleId: string, responseCode: string, message: string): object {
  return { scheduleId, availabilityView: "", scheduleItems: [], error: { message, responseCode } };
}

/** Documented: a character for each slot, 0 free, 1 tentative, 2 busy; the busiest entry of a slot decides (assumed). */
function availabilityView(bookings: readonly Booking[], { start, end, interval }: ScheduleRequest): string {
  let view = "";
  for (let at = start; at < end; at += interval) {
    const inSlot = bookings.filter((each) => each.start < at + interval && each.end > at);
    view += Math.max(0, ...inSlot.map(({ status }) => (status === "busy" ? 2 : 1)));
  }
  return view;
}

/** Documented: subject and place of an event are shown only to whom the mailbox's owner lets see them. */
function scheduleItem({ status, start, end }: Booking, zone: OutlookZone): object {
  return { status, start: wallTime(zone, start), end: wallTime(zone, end) };
}
