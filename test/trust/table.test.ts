/**
 * The table of docs/trust.md, cell by cell: every identity tries every row with a token of its own. What the page does
 * not say is not tried, and what is not tried does not stand there.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { repository } from "../../sandbox/project.ts";
import { attacks, wordOf } from "./attacks.ts";
import { vaultOf } from "../../contract/outputs.ts";
import { identities, type Identity, type Trust } from "./types.ts";
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

describe("every secret of the two vaults", () => {
  const kept = () =>
    [...trust.outputs.credentials.secrets, ...trust.outputs.credentials.given].map((each) => ({
      name: each.vaultSecret,
      uri: vaultOf(trust.outputs, each)?.uri ?? "",
    }));
  /** Who may read what is in the syncs' vault, and what is in the vendors'. */
  const readers: Readonly<Record<"syncs" | "vendors", readonly Identity[]>> = {
    syncs: ["deploy", "sync"],
    vendors: ["deploy", "vendorReaders"],
  };
  const listed = async (uri: string) => {
    const { body } = await trust.call("deploy", "GET", `${uri}secrets?api-version=7.4`);
    return (JSON.parse(body) as { value: { id: string }[] }).value.map(({ id }) => id.split("/").at(-1));
  };

  it("is told in the outputs, by its name", async () => {
    const { vault, vendorVault } = trust.outputs;
    for (const { uri } of [vault!, vendorVault!]) {
      const matching = kept().filter((each) => each.uri === uri);
      expect((await listed(uri)).toSorted()).toEqual(matching.map(({ name }) => name).toSorted());
      expect(matching.length).toBeGreaterThan(1);
    }
  });

  it.each(identities)("is read by who may, and tried by %s", async (identity) => {
    for (const { name, uri } of kept()) {
      const may = readers[uri === trust.outputs.vendorVault?.uri ? "vendors" : "syncs"].includes(identity);
      const addresses = [`secrets/${name}`, `secrets/${name}/versions`];
      const { body } = await trust.call("deploy", "GET", `${uri}secrets/${name}?api-version=7.4`);
      const version = (JSON.parse(body) as { id: string }).id.split("/").at(-1);
      for (const address of [...addresses, `secrets/${name}/${version}`]) {
        const answer = await trust.call(identity, "GET", `${uri}${address}?api-version=7.4`);
        expect([name, address, wordOf(answer)]).toEqual([name, address, may ? "yes" : "no"]);
      }
    }
  });
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
