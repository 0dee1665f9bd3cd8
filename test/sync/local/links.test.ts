/** Links that somebody planted: where files are kept, their temporary files, and states. */
import {
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { writeWhole } from "../../../cli/write.ts";
import { replaceFile } from "../../../sync/connectors/file/replace.ts";
import { createFileTarget } from "../../../sync/connectors/file/target.ts";
import { checkNoLinks } from "../../../sync/local/links.ts";
import { openSqliteState } from "../../../sync/state/sqlite/store.ts";

let folder: string;
let victim: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "tenantwire-links-")));
  mkdirSync(join(folder, "elsewhere"));
  mkdirSync(join(folder, "kept"));
  victim = join(folder, "elsewhere", "victim");
  writeFileSync(victim, "precious");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const kept = (name: string) => join(folder, "kept", name);
const signal = new AbortController().signal;
const precious = () => expect(readFileSync(victim, "utf8")).toBe("precious");

describe("a link in place of the file", () => {
  const opens: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
    [
      "a file target that is read",
      (path) => createFileTarget({ path, format: "csv", fields: ["mail"] }).check(["mail"], signal),
    ],
    [
      "a file target that is written",
      (path) =>
        createFileTarget({ path, format: "csv", fields: ["mail"] }).create(
          { sourceId: "1", label: "x", fields: { mail: "x" } },
          signal,
        ),
    ],
    ["a state that is read", (path) => openSqliteState(path).read()],
    ["a state that is locked", (path) => openSqliteState(path).lock("users")],
    ["a file that a command writes", (path) => writeWhole(path, "x")],
  ];

  it.each(opens)("%s", async (_, open) => {
    symlinkSync(victim, kept("linked"));
    await expect(open(kept("linked"))).rejects.toThrow("is a symbolic link");
    precious();
  });

  it.each(opens)("%s, where it leads nowhere yet", async (_, open) => {
    symlinkSync(join(folder, "elsewhere", "new"), kept("linked"));
    await expect(open(kept("linked"))).rejects.toThrow("is a symbolic link");
    expect(existsSync(join(folder, "elsewhere", "new"))).toBe(false);
  });

  it.each(opens)("%s, in place of the folder", async (_, open) => {
    symlinkSync(join(folder, "elsewhere"), kept("folder"));
    await expect(open(join(kept("folder"), "victim"))).rejects.toThrow("is behind the symbolic link");
    precious();
  });
});

it("a link in place of the temporary file is replaced, and what it leads to stays", async () => {
  symlinkSync(victim, kept(".people.csv.new"));

  await replaceFile(kept("people.csv"), "new", 0o600);

  precious();
  expect(readFileSync(kept("people.csv"), "utf8")).toBe("new");
  expect(lstatSync(kept("people.csv")).isSymbolicLink()).toBe(false);
  expect(lstatSync(kept("people.csv")).mode & 0o777).toBe(0o600);
});

it("a link above the folder is somebody else's, or one's own", () => {
  mkdirSync(join(folder, "elsewhere", "deep"));
  symlinkSync(join(folder, "elsewhere"), kept("above"));
  const path = join(kept("above"), "deep", "people.csv");
  expect(() => checkNoLinks(path)).not.toThrow();
  if (process.getuid?.() !== 0) return;
  rmSync(kept("above"));
  symlinkSync(join(folder, "elsewhere"), kept("above"));
  lchownSync(kept("above"), 12_345, 12_345);
  expect(() => checkNoLinks(path)).toThrow("is behind the symbolic link");
});
