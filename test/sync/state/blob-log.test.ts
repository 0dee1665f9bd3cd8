import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { decodeLog, encodeLog, type LogEntry } from "../../../sync/state/blob/log.ts";
import { copyOf, sqliteLength } from "../../../sync/state/blob/sqlite-blob.ts";
import { openSqliteState } from "../../../sync/state/sqlite/store.ts";
import { inPartition } from "./state-stores.ts";

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

describe("the SQLite file that a blob was before it had parts", () => {
  it.each([
    [512, 0],
    [4_096, 100],
    [65_536, 10],
  ])("with pages of %i bytes and %i rows is as long as its header says", (pageSize, rows) => {
    makeDatabase(pageSize, rows);
    const bytes = readFileSync(file);
    expect(sqliteLength(bytes.subarray(0, 100))).toBe(bytes.length);
  });

  it("is parted from the log behind it, which counts", async () => {
    const made = openSqliteState(file);
    const state = await made.lock("people");
    await state.commit(
      inPartition("p", [
        { key: "a", value: 1 },
        { key: "b", value: 1 },
      ]),
    );
    await state.commit(inPartition("q", [{ key: "c", value: 1 }]));
    await state.release();
    await made.close();
    const log: LogEntry[] = [
      { partition: "q", clear: true },
      { edits: [{ partition: "p", key: "a" }] },
      { edits: [{ partition: "p", key: "d", value: null }] },
    ];
    // As the first format had it, too.
    const older = `${JSON.stringify({ partition: "p", operations: [{ op: "put", key: "b", value: 2 }] })}\n`;
    rmSync(`${file}-wal`, { force: true });
    const bytes = Buffer.concat([readFileSync(file), encodeLog(log), Buffer.from(older)]);
    rmSync(folder, { recursive: true });
    folder = mkdtempSync(join(tmpdir(), "tenantwire-log-"));

    const copy = await copyOf(bytes, "the blob", folder);

    const entries = [...copy.entries()].flatMap((each) => ("edits" in each ? each.edits : []));
    expect(entries).toEqual([
      { partition: "p", key: "b", value: 2 },
      { partition: "p", key: "d", value: null },
    ]);
    await copy.discard();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("and something else behind it is no log", async () => {
    makeDatabase(4_096, 1);
    const bytes = Buffer.concat([readFileSync(file), Buffer.from("\0\0\0\0")]);
    await expect(copyOf(bytes, "the blob", folder)).rejects.toThrow(SyntaxError);
  });
});
