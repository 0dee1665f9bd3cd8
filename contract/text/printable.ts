/**
 * What comes from outside (names, addresses, answers of services) made safe to be printed on terminals and into the
 * logs of CI services. Nothing is lost: a character that could act instead of being read is written as its escape.
 *
 * @packageDocumentation
 */

/**
 * Control characters, marks of writing direction and other invisible formatting, line and paragraph separators, halves
 * of surrogate pairs. Joiners (U+200C, U+200D) stay: names and emoji are written with them.
 */
const ACTING = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** As ACTING, but for what a text of ours is made of: line breaks, tabs and colours. */
const ACTING_IN_TEXT = new RegExp(
  String.raw`(\u001b\[[\d;]*m)|(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]`,
  "gu",
);

/**
 * Where CI services read a command instead of text: Azure Pipelines anywhere in a line (`##vso[`, `##[`), GitHub Actions
 * at the start of a line (`::`), blanks before it or not. As the agents of both do it (their public source).
 */
const COMMANDS = /#(?=#(?:vso)?\[)|(?<=^[^\S\n]*):(?=:)/gim;

/** A value in one line: whatever is in it is read and does nothing. */
export function printable(text: string): string {
  return text.replace(ACTING, escaped);
}

/** A text of ours of several lines, each of which may have values of others in it: none of them makes a line of its own. */
export function printableLines(text: string | readonly string[]): string {
  return typeof text === "string" ? printable(text) : text.map(printable).join("\n");
}

/** The same for every text in a structure of plain data, names of properties included; the rest stays as it is. */
export function printableData<T>(value: T): T {
  return mapped(value) as T;
}

/**
 * A whole text of ours, just before it is printed: line breaks, tabs and colours stay, nothing else acts, and no line is
 * a command for a CI service. Values in it went through {@link printable} before: a line break of theirs is none of ours.
 */
export function printableText(text: string): string {
  return withoutCommands(text.replace(ACTING_IN_TEXT, (found, color: string | undefined) => color ?? escaped(found)));
}

/**
 * JSON of a value in the form that is printed. It is parsed to the same value; what would act is written as an escape
 * of JSON's own.
 *
 * @param indent blanks by which a level is indented; 0 for all in one line
 */
export function printableJson(value: unknown, indent = 2): string {
  const json = JSON.stringify(value, null, indent);
  // Between the strings there are only blanks, line breaks and marks.
  return json.replace(/(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped).replace(COMMANDS, escaped);
}

function withoutCommands(text: string): string {
  return text.replace(COMMANDS, escaped);
}

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  // By code unit, as JSON does it.
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }).join("");
}

function mapped(value: unknown): unknown {
  if (typeof value === "string") return printable(value);
  if (Array.isArray(value)) return value.map(mapped);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [printable(name), mapped(each)]));
}
