/** Nights on which a name or a file is not what it looks like: what was seen to go wrong, and what is right. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { loadOutputs } from "../../../cli/outputs.ts";
import { review } from "../../../cli/review.ts";
import { renderReport } from "../../../cli/terminal/report.ts";
import deployGrants from "../../../grants/index.ts";
import { atOf } from "../../../stacks/settings-file.ts";
import { findAssertion } from "../../../sync/connectors/credentials/federated.ts";
import { createFileTarget } from "../../../sync/connectors/file/target.ts";
import { chooseGroup, kindsOf, missingGroup } from "../../../sync/kinds/users/scope-names.ts";
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
const { group: groupKind } = kindsOf("tenantwire:oneplan.users");

describe("group names that end in a blank, differ in composition or hold a no-break space: nonsense hints", () => {
  it.each(["Staff ", "Cafe\u0301", "Team\u00a0One"])("an exact hit is the group: %j", (name) => {
    expect(chooseGroup(name, [{ id: "1", displayName: name }], undefined, groupKind)?.id).toBe("1");
  });

  it.each([
    ["Staff", "Staff ", "character 6 is U+0020 there and the end in the settings"],
    ["Café", "Cafe\u0301", "character 4 is U+0065 there and U+00E9 in the settings"],
    ["Team One", "Team\u00a0One", "character 5 is U+00A0 there and U+0020 in the settings"],
  ])("%j is told from %j by the character that differs", (name, displayName, words) => {
    const { message } = missingGroup({ name, others: [{ id: "g-1", displayName }] }, groupKind);
    expect(message).toContain(words);
    expect(message).toContain("write its id (g-1)");
  });
});

const asPowerShellSaves = [
  ["UTF-8 with BOM", (text: string) => Buffer.from(`\ufeff${text}`)],
  ["UTF-16", (text: string) => Buffer.from(`\ufeff${text}`, "utf16le")],
] as const;

it.each([";", "\t"])("a file that a spreadsheet saved with %j for commas was told to have no id", async (delimiter) => {
  const path = join(folder, "people.csv");
  const line = (...cells: readonly string[]) => `${cells.join(delimiter)}\r\n`;
  writeFileSync(path, line("id", "active", "name") + line("a", "TRUE", '"Zoë; Abc, Def"'));
  const target = createFileTarget({ path, format: "csv", fields: ["name"] });
  expect(await target.get("a", signal)).toMatchObject({ life: "active", fields: { name: "Zoë; Abc, Def" } });
  await target.update("a", { name: "Zoé; Abc, Def" }, signal);
  expect(readFileSync(path, "utf8")).toBe('"id","active","name"\n"a",true,"Zoé; Abc, Def"\n');
});

describe.each(asPowerShellSaves)(
  "saved by PowerShell, refused with advice to do what was just done: %s",
  (_, saved) => {
    it("people.csv is read, and written as UTF-8", async () => {
      const path = join(folder, "people.csv");
      writeFileSync(path, saved('"id","active","name"\r\n"a",true,"Zoë"\r\n'));
      const target = createFileTarget({ path, format: "csv", fields: ["name"] });
      expect(await target.get("a", signal)).toMatchObject({ fields: { name: "Zoë" } });
      await target.update("a", { name: "Zoé" }, signal);
      expect(readFileSync(path, "utf8")).toContain("Zoé");
    });

    it("outputs are read", async () => {
      const path = join(folder, "outputs.json");
      writeFileSync(path, saved('{"version":99}'));
      // What is wrong with them is not how they were saved.
      await expect(loadOutputs({ outputs: path })).rejects.toThrow("outputs of version 99");
    });

    it("the outputs that the grants are deployed from are read", async () => {
      const path = join(folder, "outputs.json");
      writeFileSync(path, saved('{"version":99}'));
      process.env["TENANTWIRE_OUTPUTS"] = path;
      try {
        await expect(deployGrants()).rejects.toThrow("version 99");
      } finally {
        delete process.env["TENANTWIRE_OUTPUTS"];
      }
    });

    it("a stack's settings are read, to say in which line something is", () => {
      writeFileSync(
        join(folder, "Pulumi.yaml"),
        saved("name: tenantwire\r\nruntime: nodejs\r\nstackConfigDir: stacks\r\n"),
      );
      mkdirSync(join(folder, "stacks"));
      writeFileSync(
        join(folder, "stacks", "Pulumi.contoso.yaml"),
        saved("config:\r\n  tenantwire:tenant:\r\n    domain: contoso.com\r\n"),
      );
      expect(atOf("contoso", folder)(["tenant", "domain"])).toMatch(/Pulumi\.contoso\.yaml:3$/);
    });

    it("a preview is read", async () => {
      const path = join(folder, "preview.json");
      writeFileSync(path, saved('{"steps":[],"diagnostics":[{"severity":"error","message":"Zoë is not there"}]}'));
      await expect(review({ preview: path })).rejects.toThrow("tenantwire:tenant: missing");
    });

    it("a token file is read", async () => {
      const path = join(folder, "token");
      writeFileSync(path, saved("e30.e30.e30\r\n"));
      expect(await findAssertion({ AZURE_FEDERATED_TOKEN_FILE: path }, [])()).toBe("e30.e30.e30");
    });
  },
);

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

it("people whose values hold the separator of a set are compared as they were written", async () => {
  const bench = new Bench();
  try {
    const fields = { name: "Ada; Countess; ", mail: ";a@example.com; b" };
    bench.source.put(person("a", { fields }));
    expect(await bench.run()).toMatchObject({ status: "Success", counts: { create: 1 } });
    expect([...bench.target.stored.values()].map((object) => object.fields)).toEqual([fields]);
    expect(await bench.run({ mode: "full" })).toMatchObject({ counts: { update: 0, none: 1 } });
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
