import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { decodeLog, detachLog, encodeLog, type LogEntry, sqliteLength } from "../../../sync/state/blob/log.ts";

const edit = fc.oneof(
  fc.record({
    partition: fc.string(),
    key: fc.string({ unit: "binary" }),
    value: fc.jsonValue() as fc.Arbitrary<never>,
  }),
  fc.record({ partition: fc.string(), key: fc.string({ unit: "binary" }) }),
);
const entry: fc.Arbitrary<LogEntry> = fc.oneof(
  fc.record({ edits: fc.array(edit) }),
  fc.record({ partition: fc.string(), clear: fc.constant(true as const) }),
);

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tenantwire-log-"));
  file = join(folder, "state.sqlite");
});

afterEach(() => rmSync(folder, { recursive: true }));

function makeDatabase(pageSize: number, rows: number): void {
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA page_size = ${pageSize}; CREATE TABLE t (x TEXT);`);
  const insert = database.prepare("INSERT INTO t VALUES (?)");
  for (let row = 0; row < rows; row += 1) insert.run("x".repeat(1_000));
  database.close();
}

it("a log is read as it was written, piece by piece", () => {
  fc.assert(
    fc.property(fc.array(fc.array(entry)), (pieces) => {
      const log = Buffer.concat(pieces.map(encodeLog));
      // As JSON keeps it: -0 is 0.
      expect(decodeLog(log)).toEqual(JSON.parse(JSON.stringify(pieces.flat())));
    }),
  );
});

describe("the SQLite file at the start", () => {
  it.each([
    [512, 0],
    [4_096, 100],
    [65_536, 10],
  ])("with pages of %i bytes and %i rows is as long as its header says", (pageSize, rows) => {
    makeDatabase(pageSize, rows);
    const bytes = readFileSync(file);
    expect(sqliteLength(bytes.subarray(0, 100))).toBe(bytes.length);
  });

  it("is parted from the log behind it", async () => {
    makeDatabase(4_096, 10);
    const alone = readFileSync(file);
    const log: LogEntry[] = [{ partition: "p", clear: true }];
    appendFileSync(file, encodeLog(log));

    expect(await detachLog(file)).toEqual(log);
    expect(readFileSync(file).equals(alone)).toBe(true);
    expect(await detachLog(file)).toEqual([]);
  });

  it("and something else behind it is no log", async () => {
    makeDatabase(4_096, 1);
    appendFileSync(file, "\0\0\0\0");
    await expect(detachLog(file)).rejects.toThrow(SyntaxError);
  });
});

it("an empty blob is no file", async () => {
  writeFileSync(file, "");
  expect(await detachLog(file)).toEqual([]);
  expect(existsSync(file)).toBe(false);
});

it.each(["x", "These are my notes. ".repeat(100)])(
  "what is no SQLite file is left to SQLite to tell: %s",
  async (text) => {
    writeFileSync(file, text);
    expect(await detachLog(file)).toEqual([]);
    expect(readFileSync(file, "utf8")).toBe(text);
  },
);
