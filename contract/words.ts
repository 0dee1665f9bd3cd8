/**
 * How things are named in reasons and reports. Whatever may tell who somebody is stands in double quotes, so that a
 * stored report can leave it out (see {@link withoutNames}).
 *
 * @packageDocumentation
 */

/** A name in double quotes; quotes within it are dropped so that the name ends where it ends. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', "")}"`;
}

/** What stands for a name in a text without it. */
export const NO_NAME = '"..."';

/** A text without the names in it. */
export function withoutNames(text: string): string {
  return text.replaceAll(/"[^"]*"/g, NO_NAME);
}

/** The beginning of a text, of so many characters at most, and never of half a one. */
export function beginning(text: string, most: number): string {
  return text.slice(0, most).replace(/[\ud800-\udbff]$/, "");
}

/** The first line of a text, without blanks around it. */
export function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0]?.trim() ?? "";
}

/** A text, or its beginning with dots behind it where it is longer. */
export function shortened(text: string, most: number): string {
  return text.length > most ? `${beginning(text, most)}...` : text;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return joined(words, "and");
}

/** `a`, `a or b`, `a, b or c`. */
export function oneOf(words: readonly string[]): string {
  return joined(words, "or");
}

function joined(words: readonly string[], by: "and" | "or"): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} ${by} ${last}`;
}

/** `1 object`, `2 objects`, with thousands separated. */
export function counted(count: number, word: string, plural = `${word}s`): string {
  return `${grouped(count)} ${count === 1 ? word : plural}`;
}

/** Some of many names, for a note. */
export function someOf(labels: readonly string[], total: number): string {
  const rest = total - labels.length;
  return labels.map(quoted).join(", ") + (rest > 0 ? ` and ${counted(rest, "other")}` : "");
}

/** A whole number with its thousands separated by commas. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Milliseconds in the largest unit that keeps them readable: `40 s`, `12 min`, `25 h`, `9 days`. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 72 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** The words of anything thrown; by shape, since errors come from several realms. */
export function messageOf(error: unknown): string {
  const { message } = (error ?? {}) as { readonly message?: unknown };
  return typeof message === "string" && message !== "" ? message : String(error);
}
