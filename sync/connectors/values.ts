/**
 * One form for values, whichever system they come from, so that two that mean the same are equal.
 *
 * @packageDocumentation
 */
import type { FieldValue } from "../model/types.ts";

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?$/;

/**
 * Halves of surrogate pairs, which no file and no database keeps, are replaced as encoders do it. Nothing, blank text and anything that is not a plain value are `null`; text is trimmed; an instant is written in UTC
 * to the second, and one without an offset is taken for UTC.
 */
export function fieldValue(value: unknown): FieldValue {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string") return null;
  const text = value.toWellFormed().trim();
  if (text === "") return null;
  // The first character decides for nearly every value: names and addresses never start with four digits and a dash.
  return text.charCodeAt(4) === DASH && instant.test(text) ? inUtc(text) : text;
}

const DASH = "-".charCodeAt(0);

/** An instant of somebody else's: where it names no offset it is one of UTC, wherever this runs. */
export function withOffset(instant: string): string {
  return /T\d\d:\d\d[\d:.]*$/.test(instant) ? `${instant}Z` : instant;
}

function inUtc(text: string): string {
  const time = Date.parse(withOffset(text));
  return Number.isNaN(time) ? text : `${new Date(time).toISOString().slice(0, 19)}Z`;
}
