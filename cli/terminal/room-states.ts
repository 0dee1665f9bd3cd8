/** Rooms and where they stand, for a person's eyes. @packageDocumentation */
import { printableData } from "../../contract/text/printable.ts";
import { createColors } from "picocolors";
import { type Column, table } from "./table.ts";
import { counted } from "../../contract/words.ts";
import type { RoomStandings, Standing, Stranger } from "../../sync/kinds/rooms/states.ts";

const columns: readonly Column[] = ["state", "room", "address", "why"].map((title) => ({ title }));

/** What a person has to look after comes first. */
const ORDER: readonly Standing[] = [
  "failed",
  "not usable",
  "missing",
  "retired",
  "next run",
  "matched by hand",
  "synced",
  "not in scope",
];

/** Renders them; ends with a line break. */
export function renderStandings(
  standings: RoomStandings,
  { color, targetName }: { readonly color: boolean; readonly targetName: string },
): string {
  const { rooms, strangers, notes, exceptions } = printableData(standings);
  const colors = createColors(color);
  const paints: Partial<Record<Standing, (text: string) => string>> = {
    failed: colors.red,
    "not usable": colors.red,
    missing: colors.yellow,
    retired: colors.dim,
    "next run": colors.cyan,
    "not in scope": colors.dim,
  };
  const sorted = [...rooms].sort(
    (one, other) =>
      ORDER.indexOf(one.standing) - ORDER.indexOf(other.standing) || one.address.localeCompare(other.address, "en"),
  );
  const lines = table(
    columns,
    sorted.map(({ standing, name, address, why }) => [standing, name, address, why]),
    (cell, row, column) => {
      if (row < 0 || column === 3) return colors.dim(cell);
      const standing = sorted[row]?.standing;
      return column === 0 && standing !== undefined ? (paints[standing] ?? colors.green)(cell) : cell;
    },
  );
  const totals = ORDER.flatMap((standing) => {
    const count = rooms.filter((room) => room.standing === standing).length;
    return count === 0 ? [] : [`${count} ${standing}`];
  });
  const sections = [
    rooms.length === 0 ? ["No room is known."] : lines,
    titled(
      `exceptions`,
      exceptions.map(({ label, id, reason }) => `${label || id}: ${reason}`),
      colors.bold,
    ),
    titled(`in ${targetName}, and no room matches`, strangers.map(strangerLine), colors.bold),
    notes.map((note) => `${colors.dim("note")}  ${note}`),
    [colors.dim([counted(rooms.length, "room"), ...totals].join("  |  "))],
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join("\n"))
    .join("\n\n")}\n`;
}

function titled(title: string, lines: readonly string[], bold: (text: string) => string): readonly string[] {
  return lines.length === 0 ? [] : [bold(title), ...lines.map((line) => `  ${line}`)];
}

function strangerLine({ id, name, active, namesakes }: Stranger): string {
  const [one, another] = namesakes;
  const state = active ? "" : ", inactive";
  if (one === undefined) return `${name} (${id}${state})`;
  const rooms = another === undefined ? `the room ${one.address} is` : `${namesakes.length} rooms are`;
  const mend =
    another === undefined ? `if they are one, set its external id there to ${one.id}` : "names prove nothing";
  return `${name} (${id}${state}): ${rooms} called so too; ${mend}`;
}
