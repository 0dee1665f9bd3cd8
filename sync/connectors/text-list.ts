/**
 * Lists as one text, since fields are compared as single values: sorted, each once, with `; ` between. A semicolon
 * within an item becomes a comma.
 *
 * @packageDocumentation
 */
const BETWEEN = "; ";

/** @returns `null` for a list of nothing */
export function joined(items: Iterable<string>): string | null {
  const clean = [...items].map((item) => item.toWellFormed().replaceAll(";", ",").trim()).filter((item) => item !== "");
  return clean.length === 0 ? null : [...new Set(clean)].sort().join(BETWEEN);
}

export function parts(text: string | null): string[] {
  return text === null ? [] : text.split(BETWEEN);
}
