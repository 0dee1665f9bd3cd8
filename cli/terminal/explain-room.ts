/** The explanation of a room for a person's eyes. @packageDocumentation */
import { printableData } from "../../contract/text/printable.ts";
import { createColors } from "picocolors";
import { type ExplainLook, fieldLines, page, runFacts } from "./explain.ts";
import type { RoomExplanation } from "../../sync/kinds/rooms/explain.ts";

/** Renders an explanation; ends with a line break. */
export function renderRoom(explanation: RoomExplanation, look: ExplainLook): string {
  const explained = printableData(explanation);
  const colors = createColors(look.color);
  const { room, object, exceptions, fields, history } = explained;
  const facts = [
    ["room", `${room.address || "without an address"}${room.id === undefined ? "" : `, known here as ${object.id}`}`],
    ["scope", room.state === "in scope" ? room.why : `${room.state}: ${room.why}`],
    ...exceptions.map((reason) => ["mend", reason] as const),
    ...runFacts(explained, look),
  ] as const;
  const lines = fields.length === 0 ? [] : fieldLines(fields, look.targetName, colors);
  return page(colors.bold(room.name), facts, lines, history, colors);
}
