/** The explanation of a room for a person's eyes. @packageDocumentation */
import { createColors } from "picocolors";
import { type ExplainLook, factLines, fieldLines, runFacts } from "../engine/explain-terminal.ts";
import { historyLines } from "../engine/runs-terminal.ts";
import type { RoomExplanation } from "./explain.ts";

/** `runs object` shows them all. */
const MAX_HISTORY = 10;

/** Renders an explanation; ends with a line break. */
export function renderRoom(explained: RoomExplanation, look: ExplainLook): string {
  const colors = createColors(look.color);
  const { room, object, exceptions, fields, history } = explained;
  const facts = [
    ["room", `${room.address || "without an address"}${room.id === undefined ? "" : `, known here as ${object.id}`}`],
    ["scope", room.state === "in scope" ? room.why : `${room.state}: ${room.why}`],
    ...exceptions.map((reason) => ["mend", reason] as const),
    ...runFacts(explained, look),
  ] as const;
  const sections = [
    [colors.bold(room.name)],
    factLines(facts, colors),
    titled("fields", fieldLines(fields, look.targetName, colors), fields.length, colors.bold),
    titled("last runs", historyLines(history.slice(0, MAX_HISTORY), colors), history.length, colors.bold),
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join("\n"))
    .join("\n\n")}\n`;
}

function titled(
  title: string,
  lines: readonly string[],
  count: number,
  bold: (text: string) => string,
): readonly string[] {
  return count === 0 ? [] : [bold(`  ${title}`), ...lines.map((line) => `    ${line}`)];
}
