/**
 * What the engine hands over of a stack's file, as it was meant. Pure.
 *
 * @packageDocumentation
 */

/**
 * The engine hands structured values over as JSON, texts as they are, and nothing at all as an empty text. What YAML
 * takes for an instant, a day without quotes for example, comes in Go's words wherever it stands, names included: it is
 * a text again here (seen: engine 3.259).
 */
export function structured(text: string): unknown {
  if (text === "") return null;
  if (text === "true" || text === "false") return text === "true";
  if (!/^\s*[[{]/.test(text)) return asWritten(text);
  try {
    return withoutInstants(JSON.parse(text));
  } catch {
    return text;
  }
}

function withoutInstants(value: unknown): unknown {
  if (typeof value === "string") return asWritten(value);
  if (Array.isArray(value)) return value.map(withoutInstants);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [asWritten(name), withoutInstants(each)]));
}

const GO_INSTANT = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?) ([+-]\d{2})(\d{2}) (?:UTC|[+-]\d{4})$/;

/** Midnight in UTC was most probably a day; of another instant it is told in one way only. */
function asWritten(text: string): string {
  const [, day, time, hours, minutes] = GO_INSTANT.exec(text) ?? [];
  if (day === undefined || time === undefined) return text;
  const utc = hours === "+00" && minutes === "00";
  if (utc && time === "00:00:00") return day;
  return `${day}T${time}${utc ? "Z" : `${hours}:${minutes}`}`;
}
