/** What is particular to files: their formats, what is wrong with them, and that they are never half. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { createFileTarget } from "../../../sync/connectors/file/target.ts";
import { nameFieldOf } from "../../../sync/connectors/file/target.ts";
import { type Format, parseRows, printRows, type Row } from "../../../sync/connectors/file/rows.ts";
import { fieldValue } from "../../../sync/connectors/values.ts";
import type { Target } from "../../../sync/model/types.ts";

const signal = AbortSignal.timeout(60_000);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tenantwire-file-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pathOf = (format: Format) => join(folder, `people.${format}`);

function open(format: Format, path = pathOf(format)): Target {
  return createFileTarget({ path, format, fields: ["displayName", "employeeId"] });
}

function create(target: Target, id: string, displayName: string, employeeId: string | null = null) {
  return target.create({ sourceId: id, label: displayName, fields: { displayName, employeeId } }, signal);
}

describe("what is in the file", () => {
  it("is an object a line in JSON lines", async () => {
    const target = open("jsonl");
    await create(target, "1", "Ada", "007");
    await create(target, "2", "Žofia");
    await target.setActive("2", false, signal);

    expect(readFileSync(pathOf("jsonl"), "utf8")).toBe(
      '{"id":"1","active":true,"displayName":"Ada","employeeId":"007"}\n' +
        '{"id":"2","active":false,"displayName":"Žofia","employeeId":null}\n',
    );
  });

  it("has a header in CSV, text in quotes, booleans and nothing without", async () => {
    const target = open("csv");
    await create(target, "1", 'Ada "Countess", of', "007");
    await create(target, "2", "true");

    expect(readFileSync(pathOf("csv"), "utf8")).toBe(
      '"id","active","displayName","employeeId"\n"1",true,"Ada ""Countess"", of","007"\n"2",true,"true",\n',
    );
  });

  it.each<Format>(["jsonl", "csv"])("is what a file can keep, and is called by its name: %s", async (format) => {
    const path = pathOf(format);
    const fields = { department: "department", name: "displayName" };
    const target = createFileTarget({ path, format, fields: Object.keys(fields), ...nameFieldOf(fields) });
    const written = { department: "Sales", name: fieldValue("Ad\ud800a") };
    await target.create({ sourceId: "1", label: "Ada", fields: written }, signal);

    expect(await target.get("1", signal)).toMatchObject({ label: "Ad\ufffda", fields: written });
    await target.update("1", { name: null }, signal);
    expect(await target.get("1", signal)).toMatchObject({ label: "Sales" });
  });

  it.each<Format>(["jsonl", "csv"])("is what was written, and what others added to it: %s", (format) => {
    const text = fc.string({ unit: "grapheme", minLength: 1 });
    const plain = fc.oneof(text, fc.boolean(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
    const value = plain.map((each) => (each === 0 ? 0 : each));
    const row = fc.record<Row>({
      id: text,
      active: fc.boolean(),
      // Every row with every column: a column that a row has no value in is empty in CSV.
      fields: fc.record({ name: value, note: value, "a, b": value }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(row, { selector: ({ id }) => id }), (rows) => {
        const byId = new Map(rows.map((each) => [each.id, each]));
        expect(parseRows(printRows(byId, format, ["name"]), format, "people")).toEqual(byId);
      }),
    );
  });

  it.each<[Format, string]>([
    ["jsonl", '\uFEFF{"id":"a1","active":true,"displayName":"Ada","room":"x"}\r\n\r\n'],
    ["csv", "\uFEFFid,active,room,displayName\r\na1,TRUE,x,Ada\r\n"],
  ])("may come from another program, and keeps what nobody mapped: %s", async (format, content) => {
    writeFileSync(pathOf(format), content);

    await open(format).update("a1", { employeeId: "007" }, signal);

    const fields = { displayName: "Ada", room: "x", employeeId: "007" };
    const rows = parseRows(readFileSync(pathOf(format), "utf8"), format, "people");
    expect([...rows.values()]).toEqual([{ id: "a1", active: true, fields }]);
  });

  it("is read again when somebody else replaced the file", async () => {
    const target = open("jsonl");
    await create(target, "1", "Ada");
    writeFileSync(pathOf("jsonl"), '{"id":"2","active":true,"displayName":"Grace"}\n');

    await target.setActive("2", false, signal);

    expect(readFileSync(pathOf("jsonl"), "utf8")).toBe('{"id":"2","active":false,"displayName":"Grace"}\n');
  });

  it("is for its owner alone, unless it was opened to others", async () => {
    const target = open("csv");
    await create(target, "1", "Ada");
    expect(statSync(pathOf("csv")).mode & 0o777).toBe(0o600);
    chmodSync(pathOf("csv"), 0o640);
    await create(open("csv"), "2", "Grace");
    expect(statSync(pathOf("csv")).mode & 0o777).toBe(0o640);
  });
});

describe("what is wrong is named by its line, and nothing of a person with it", () => {
  it.each<[Format, string, string]>([
    ["jsonl", '{"id":"1","active":true}\n{"id":"2",', "Line 2 of people.jsonl is no JSON object."],
    ["jsonl", "\n[1]", "Line 2 of people.jsonl is no JSON object."],
    ["jsonl", '{"active":true,"displayName":"Ada"}', "Line 1 of people.jsonl has no id."],
    ["jsonl", '{"id":"1","displayName":"Ada"}', "Line 1 of people.jsonl does not say whether active is true or false."],
    [
      "jsonl",
      '{"id":"1","active":true}\n{"id":"1","active":true}',
      "Line 2 of people.jsonl has an id that a line before it has too.",
    ],
    ["csv", 'id,active\n"a",maybe\n', "Line 2 of people.csv does not say whether active is true or false."],
    ["csv", '"id","active"\n"a",true,"Ada"\n', "Line 2 of people.csv is not as CSV has to be (CSV_"],
    ["csv", '"id","active"\n"a",true\n"b,true\n', "of people.csv is not as CSV has to be (CSV_QUOTE_NOT_CLOSED)."],
    ["csv", '"id","id","active"\n', 'Line 1 of people.csv names the column "id" twice.'],
  ])("%s %j", async (format, content, sentence) => {
    writeFileSync(pathOf(format), content);

    const said = await open(format)
      .check([], signal)
      .catch((error: Error) => error.message);

    expect(said).toContain(sentence);
    expect(said).not.toContain("Ada");
    expect(readFileSync(pathOf(format), "utf8")).toBe(content);
  });

  it("a folder that is not there, before anything is written", async () => {
    const path = join(folder, "nowhere", "people.csv");

    await expect(open("csv", path).check(["displayName"], signal)).rejects.toThrow(
      `The file ${path} cannot be used (ENOENT): check tenantwire:files.users.path, that its folder exists, and who may write there.`,
    );
  });

  it("a file that cannot be written, with what was there kept", async () => {
    const target = open("jsonl");
    await create(target, "1", "Ada");
    const before = readFileSync(pathOf("jsonl"), "utf8");
    // A folder is in the way of the new file.
    mkdirSync(join(folder, ".people.jsonl.new"));

    await expect(create(target, "2", "Grace")).rejects.toThrow("cannot be written (EISDIR)");
    expect(readFileSync(pathOf("jsonl"), "utf8")).toBe(before);
    expect(await target.get("2", signal)).toBeUndefined();
  });
});

describe("a crash", () => {
  const program = fileURLToPath(new URL("programs/write-people.ts", import.meta.url));

  /** Kills the program after it told of so many writes; returns the last one that it told of. */
  function killedAfter(writes: number, format: Format): Promise<number> {
    const { NODE_OPTIONS: _, ...env } = process.env;
    const child = spawn("node", [program, pathOf(format), format], { env, stdio: ["ignore", "pipe", "inherit"] });
    let written = -1;
    child.stdout.on("data", (text: Buffer) => {
      for (const line of String(text).split("\n")) if (line !== "") written = Number(line);
      if (written >= writes) child.kill("SIGKILL");
    });
    return new Promise((resolve) => child.once("close", () => resolve(written)));
  }

  it.each<[Format, number]>([
    ["jsonl", 3],
    ["csv", 3],
    ["jsonl", 40],
    ["csv", 41],
    ["jsonl", 97],
  ])("leaves the old or the new %s file, with all that was answered: after %d writes", async (format, writes) => {
    const written = await killedAfter(writes, format);

    const rows = parseRows(readFileSync(pathOf(format), "utf8"), format, "people");

    const ids = [...rows.keys()].map(Number);
    expect(ids).toEqual(ids.map((_, index) => index));
    expect(ids.length).toBeGreaterThan(written);
  });

  it("leaves at most one file beside it, which the next write takes", async () => {
    writeFileSync(join(folder, ".people.csv.new"), '"id","act');
    await create(open("csv"), "1", "Ada");
    expect(readdirSync(folder)).toEqual(["people.csv"]);
  });
});
