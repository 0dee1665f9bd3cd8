/**
 * The table of docs/trust.md, cell by cell: every identity tries every row with a token of its own. What the page does
 * not say is not tried, and what is not tried does not stand there.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { repository } from "../../sandbox/project.ts";
import { attacks, wordOf } from "./attacks.ts";
import { identities, type Trust } from "./types.ts";
import { trustWorld } from "./world.ts";

const COLUMNS = [
  "`preview`",
  "`deploy`",
  "`consent`",
  "sync",
  "vendor registrations",
  "console",
  "`mail`",
  "`vendorReaders`",
];
const rows = tableOf(readFileSync(join(repository, "docs", "trust.md"), "utf8"));

let trust: Trust;

beforeAll(async () => {
  trust = await trustWorld();
}, 300_000);

afterAll(() => trust?.close());

it("is of the rows that are tried, and of all of them", () => {
  expect(rows.map(([row]) => row)).toEqual(Object.keys(attacks));
});

describe.each(rows)("%s", (row, cells) => {
  it.each(identities)("%s", async (identity) => {
    const answer = await attacks[row]?.(trust, identity);

    expect(wordOf(answer)).toBe(cells[identities.indexOf(identity)]);
  });
});

function tableOf(page: string): [string, string[]][] {
  const lines = page.split("\n");
  const head = lines.findIndex((line) => cellsOf(line).slice(1).join() === COLUMNS.join());
  const body = lines.slice(head + 2);
  const end = body.findIndex((line) => !line.startsWith("|"));
  return (head === -1 ? [] : body.slice(0, end)).map((line) => {
    const [row = "", ...cells] = cellsOf(line);
    return [row, cells];
  });
}

function cellsOf(line: string): string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}
