/** Nights on which a name or a file is not what it looks like: what was seen to go wrong, and what is right. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { renderReport } from "../../../cli/terminal/report.ts";
import { createFileTarget } from "../../../sync/connectors/file/index.ts";
import { chooseGroup, missingGroup } from "../../../sync/kinds/users/scope.ts";
import { readCounts } from "../../../sync/run/link-book.ts";
import { openSqliteState } from "../../../sync/state/sqlite/store.ts";
import { partitionsOf } from "../../../sync/state/partitions.ts";
import { Bench, person } from "../run/fakes.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tenantwire-night-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const signal = new AbortController().signal;

describe("group names that end in a blank, differ in composition or hold a no-break space: nonsense hints", () => {
  it.each(["Staff ", "Cafe\u0301", "Team\u00a0One"])("an exact hit is the group: %j", (name) => {
    expect(chooseGroup(name, [{ id: "1", displayName: name }])?.id).toBe("1");
  });

  it.each([
    ["Staff", "Staff ", "character 6 is U+0020 there and the end in the settings"],
    ["Café", "Cafe\u0301", "character 4 is U+0065 there and U+00E9 in the settings"],
    ["Team One", "Team\u00a0One", "character 5 is U+00A0 there and U+0020 in the settings"],
  ])("%j is told from %j by the character that differs", (name, displayName, words) => {
    expect(missingGroup({ name, others: [{ id: "g-1", displayName }] }).message).toContain(words);
    expect(missingGroup({ name, others: [{ id: "g-1", displayName }] }).message).toContain("write its id (g-1)");
  });
});

describe("people.csv saved by PowerShell: refused with advice to do what was just done", () => {
  const text = '"id","active","name"\r\n"a",true,"Zoë"\r\n';
  it.each([
    ["UTF-8 with BOM", Buffer.from(`\ufeff${text}`)],
    ["UTF-16", Buffer.from(`\ufeff${text}`, "utf16le")],
  ])("%s is read, and written as UTF-8", async (_, bytes) => {
    const path = join(folder, "people.csv");
    writeFileSync(path, bytes);
    const target = createFileTarget({ path, format: "csv", fields: ["name"] });
    expect(await target.get("a", signal)).toMatchObject({ fields: { name: "Zoë" } });
    await target.update("a", { name: "Zoé" }, signal);
    expect(readFileSync(path, "utf8")).toContain("Zoé");
  });
});

it("names with control characters, line breaks and direction marks reached the terminal raw", async () => {
  const bench = new Bench();
  try {
    const name = "Ada\n::error ::gone\u001b[2J\u202e";
    bench.source.put(person("a", { fields: { name, mail: "a@example.com" }, skip: "has no mail address" }));
    const text = renderReport(await bench.run(), { color: false });
    expect(text).toContain("Ada\\n::error ::gone\\u001b[2J\\u202e");
    expect(text).not.toMatch(/^::/m);
    expect([...text].filter((character) => ["\u001b", "\u202e"].includes(character))).toEqual([]);
  } finally {
    await bench.close();
  }
});

it("a state written by an older version goes on: links by both ids, counted, and nobody's name in what failed", async () => {
  const path = join(folder, "state.sqlite");
  const old = new DatabaseSync(path);
  old.exec(`
    CREATE TABLE entities (
      partition TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (partition, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE locks (
      sync TEXT PRIMARY KEY, fence INTEGER NOT NULL, holder TEXT, since TEXT, renewed INTEGER NOT NULL
    ) STRICT;
    PRAGMA user_version = 1;
  `);
  const put = old.prepare("INSERT INTO entities VALUES (?, ?, ?)");
  for (const [id, active] of [
    ["a", true],
    ["b", false],
  ] as const) {
    const link = { sourceId: id, targetId: `t-${id}`, label: id, origin: "created", active, agreed: { name: id } };
    put.run("people-links", id, JSON.stringify(link));
  }
  const retry = { attempts: 1, since: "2026-03-02T08:00:00.000Z", next: "2026-03-02T08:00:00.000Z" };
  put.run("people-retries", "a", JSON.stringify({ ...retry, reason: 'name is still "Ada Lovelace"' }));
  put.run("users-protected", "names", JSON.stringify({ "ada@example.com": ["a"] }));
  old.close();

  const store = openSqliteState(path);
  const state = await store.read();
  expect(await readCounts(state, partitionsOf("people"))).toEqual({ links: 2, active: 1 });
  expect(await state.get("people-linked", "t-b")).toBe("b");
  expect(await state.get("people-retries", "a")).toMatchObject({ attempts: 1, reason: 'name is still "..."' });
  expect(JSON.stringify(await state.get("users-protected", "names"))).not.toContain("example.com");
  await store.close();
});
