/**
 * Will bookings work? Which rooms an application may see when they are free, and what mends it.
 *
 * @packageDocumentation
 */
import { exchangeTest } from "../../../contract/exchange.ts";
import type { Registration } from "../../../contract/outputs.ts";
import type { GraphClient } from "../../connectors/graph/index.ts";
import { type Looking, type Visibility, visibilityOf } from "../../connectors/graph/schedule.ts";

export interface BookableRoom {
  /** In lower case. */
  readonly address: string;
  readonly name: string;
}

/** Something that stands in the way of a room's bookings. */
export interface BookingFinding extends BookableRoom {
  /** What is wrong, with the room as the subject. */
  readonly text: string;
  /** Commands of Exchange's PowerShell that mend it, or that tell more. */
  readonly mend: readonly string[];
}

/**
 * Names the rooms whose calendars an application may not see.
 *
 * @param client signed in as that application
 */
export async function calendarFindings(
  client: GraphClient,
  rooms: readonly BookableRoom[],
  registration: Pick<Registration, "displayName" | "principalId" | "exchangeScope">,
  looking: Looking,
): Promise<BookingFinding[]> {
  const addresses = [...new Set(rooms.map(({ address }) => address))];
  const found = await visibilityOf(client, addresses, looking);
  return rooms.flatMap((room): BookingFinding[] => {
    const text = textFor(found.get(room.address), registration);
    if (text === undefined) return [];
    return [{ ...room, text, mend: [exchangeTest(registration.principalId, room.address)] }];
  });
}

function textFor(
  visibility: Visibility | undefined,
  { displayName, exchangeScope }: Pick<Registration, "displayName" | "exchangeScope">,
): string | undefined {
  if (visibility === "visible") return undefined;
  if (visibility === "none") return "has no mailbox that can be booked";
  if (typeof visibility === "object") return `could not be asked when it is free (${visibility.code})`;
  const because = exchangeScope
    ? `it is outside of the scope "${exchangeScope.name}" (${exchangeScope.recipientFilter}), or the scope is not there yet`
    : "no calendar permission was granted";
  return `may not be seen by ${displayName}: ${because}`;
}

/**
 * The application that books rooms, and why its calendars cannot be tried from here, if so.
 *
 * @returns `undefined` where the stack declares none
 */
export function bookingApplication(
  registrations: readonly Registration[],
): { readonly registration: Registration; readonly untried?: string } | undefined {
  const registration = registrations.find(({ name }) => name === "ones");
  if (registration === undefined) return undefined;
  const { permissions, exchangeScope, displayName } = registration;
  const asApplication =
    exchangeScope !== undefined || permissions.application.some((name) => name.startsWith("Calendars."));
  if (asApplication) return { registration };
  return {
    registration,
    untried: `${displayName} reads calendars for the people who sign in to it, whom nobody can be here: book a room with the service account instead.`,
  };
}
