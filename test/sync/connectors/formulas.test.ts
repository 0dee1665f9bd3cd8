/** Names that people give themselves, in a file that somebody opens with a spreadsheet. */
import { describe, expect, it } from "@jest/globals";
import { parse } from "csv-parse/sync";
import { parseRows, printRows } from "../../../sync/connectors/file/rows.ts";

const row = (name: string) => new Map([["1", { id: "1", active: true, fields: { name } }]]);
const cellOf = (csv: string) => parse<{ name: string }>(csv, { columns: true })[0]?.name;

const hostile = [
  "=cmd|' /C calc'!A0",
  '=HYPERLINK("https://evil.example.com","x")',
  "+cmd|' /C calc'!A0",
  "-2+3+cmd|' /C calc'!A0",
  "@SUM(1+1)*cmd",
  "\t=1+1",
  "\r=1+1",
  "＝1+1",
  "'=1+1",
  "''@x",
];

describe.each(hostile)("%j", (name) => {
  it("is shown and not computed", () => {
    expect(cellOf(printRows(row(name), "csv", ["name"]))).toMatch(/^'/);
  });

  it("is read as it was, quoted or not", () => {
    expect(parseRows(printRows(row(name), "csv", ["name"]), "csv", "x").get("1")?.fields).toEqual({ name });
  });

  it("is as it is in JSON", () => {
    expect(JSON.parse(printRows(row(name), "jsonl", ["name"]))).toMatchObject({ name });
  });
});

it.each(["+49 30 1234-5", "-12.5", "O'Neill", "'t Hooft", "a=b", ""])("%j stays as it is", (name) => {
  const csv = printRows(row(name), "csv", ["name"]);

  expect(cellOf(csv)).toBe(name);
  expect(parseRows(csv, "csv", "x").get("1")?.fields).toEqual({ name });
});
