/** What stands in the way of bookings, for a person's eyes. @packageDocumentation */
import { printableData } from "../../contract/text/printable.ts";
import { createColors } from "picocolors";
import { counted } from "../../contract/words.ts";
import type { BookingFinding } from "../../sync/kinds/rooms/bookings.ts";
import { EXPORT_COMMAND } from "../../sync/connectors/exchange/calendar-processing.ts";

export interface BookingCheck {
  readonly version: 1;
  /** Rooms that were looked at. */
  readonly rooms: number;
  /** Why calendars were not tried, if so. */
  readonly untried?: string;
  /** Whether the exported settings of the mailboxes were given. */
  readonly exported: boolean;
  readonly findings: readonly BookingFinding[];
}

/** What is wrong with several rooms is said once; ends with a line break. */
export function renderBookings(check: BookingCheck, { color }: { readonly color: boolean }): string {
  const { rooms, untried, exported, findings } = printableData(check);
  const colors = createColors(color);
  const sections = [...Map.groupBy(findings, ({ text }) => text)].map(([text, same]) => [
    `${colors.yellow(counted(same.length, "room"))}  ${colors.bold(text)}`,
    ...same.map(({ address, name, mend }) => `  ${name} (${address})  ${colors.dim(mend.join("; "))}`),
  ]);
  const unread = [
    ...(untried === undefined ? [] : [`${colors.dim("not tried")}  ${untried}`]),
    ...(exported
      ? []
      : [
          `${colors.dim("not read")}  What Graph does not tell is read from Exchange: run this in its PowerShell, and again with --exchange rooms.json here.`,
          `  ${EXPORT_COMMAND}`,
        ]),
  ];
  const wrong = new Set(findings.map(({ address }) => address)).size;
  const summary = `${counted(rooms, "room")}  |  ${counted(findings.length, "finding")} in ${counted(wrong, "room")}`;
  return `${[...sections, unread, [colors.dim(summary)]]
    .filter((section) => section.length > 0)
    .map((section) => section.join("\n"))
    .join("\n\n")}\n`;
}
