/**
 * The two formats of a file of people. Both are lossless: what was written is what is read again, so that text such
 * as `007` stays text. Pure.
 *
 * @packageDocumentation
 */
import { CsvError, parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import { TenantwireError } from "../../../contract/errors.ts";
import { jsonIn } from "../../model/json.ts";

/** `jsonl`: a JSON object a line; `csv`: a header, commas, text in quotes, numbers and booleans without. UTF-8. Semicolons
 * and tabs, as a spreadsheet may have saved it, are read. Text that a spreadsheet would compute has an apostrophe in front. */
export type Format = "jsonl" | "csv";

/** A person in the file. */
export interface Row {
  /** The source's id. */
  readonly id: string;
  readonly active: boolean;
  /** Everything else that the file has of the person, by name; what nobody mapped is kept as it is. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** By id, in the order of the file. */
export type Rows = ReadonlyMap<string, Row>;

/** Names that every row has besides its fields: no field can be called so. */
export const OWN_NAMES = ["id", "active"] as const;

/**
 * @param place the file's name, for messages
 * @throws TenantwireError naming the place of the first fault, and nothing of what is there
 */
export function parseRows(text: string, format: Format, place: string): Rows {
  const rows = new Map<string, Row>();
  for (const { line, value } of format === "csv" ? csvRecords(text, place) : jsonRecords(text, place)) {
    const { id, active, ...fields } = value;
    if (typeof id !== "string" || id === "") throw fault(place, line, "has no id");
    if (typeof active !== "boolean") throw fault(place, line, "does not say whether active is true or false");
    if (rows.has(id)) throw fault(place, line, "has an id that a line before it has too");
    rows.set(id, { id, active, fields });
  }
  return rows;
}

/** @param fieldNames mapped fields, which a CSV file has columns for even when nobody has a value */
export function printRows(rows: Rows, format: Format, fieldNames: readonly string[]): string {
  const records = [...rows.values()].map(({ id, active, fields }) => ({ id, active, ...fields }));
  if (format === "jsonl") return records.map((record) => `${JSON.stringify(record)}\n`).join("");
  const columns = new Set<string>([...OWN_NAMES, ...fieldNames]);
  for (const record of records) for (const name of Object.keys(record)) columns.add(name);
  return stringify(records, {
    header: true,
    columns: [...columns],
    quoted_string: true,
    cast: { boolean: String, string: (value, { header }) => (header ? value : asText(value)) },
  });
}

/** What a spreadsheet takes for a formula, with apostrophes before it or not. */
const FORMULA = /^'*[=+\-@\t\r＝＋－＠]/;
/** Numbers and telephone numbers compute nothing. */
const NUMBER = /^[+-][\d\s()./-]*$/;

/**
 * A text that a spreadsheet shows and does not compute: people write their names themselves. It has an apostrophe more
 * than what it says, which reading takes away again.
 */
function asText(value: string): string {
  return FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
}

function asWritten(value: string): string {
  return value.startsWith("'") && FORMULA.test(value) ? value.slice(1) : value;
}

interface Recorded {
  readonly line: number;
  readonly value: Readonly<Record<string, unknown>>;
}

function* jsonRecords(text: string, place: string): Generator<Recorded, void, void> {
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .entries()) {
    if (line.trim() === "") continue;
    // The parser's message would repeat a piece of the line, which is about a person.
    const value = jsonIn(line);
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw fault(place, index + 1, "is no JSON object");
    }
    yield { line: index + 1, value: value as Record<string, unknown> };
  }
}

/** What comes after the first name of the header: spreadsheets save what their machine's region has. */
const DELIMITER = /^\uFEFF?(?:"(?:[^"]|"")*"|[^",;\t\r\n]*)([,;\t])/;

function csvRecords(text: string, place: string): Recorded[] {
  try {
    const parsed = parse(text, {
      bom: true,
      delimiter: DELIMITER.exec(text)?.[1] ?? ",",
      columns: (names: string[]) => distinct(names, place),
      skip_empty_lines: true,
      info: true,
      cast: (value, { header, quoting }) => (header ? value : quoting ? asWritten(value) : unquoted(asWritten(value))),
    }) as unknown as { info: { lines: number }; record: Record<string, unknown> }[];
    return parsed.map(({ info, record }) => ({ line: info.lines, value: record }));
  } catch (error) {
    // By code alone: the parser's message may repeat a piece of the line.
    if (!(error instanceof CsvError)) throw error;
    const line: unknown = error["lines"];
    throw fault(place, typeof line === "number" ? line : 1, `is not as CSV has to be (${error.code})`);
  }
}

function distinct(names: string[], place: string): string[] {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw fault(place, 1, `names the column "${twice}" twice`);
  return names;
}

/** Without quotes stands nothing, a boolean, or a number that is written as we write it; the rest came from other programs. */
function unquoted(text: string): string | number | boolean | null {
  if (text === "") return null;
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === "true";
  const number = Number(text);
  return String(number) === text && Number.isFinite(number) ? number : text;
}

function fault(place: string, line: number, what: string): TenantwireError {
  return new TenantwireError(
    `Line ${line} of ${place} ${what}. Correct it, or move the file away: the next run writes it anew.`,
  );
}
