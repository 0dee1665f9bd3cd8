/** Pages that are made from the code say what the code says now. */
import { describe, expect, it } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import extractDepcruiseOptions from "dependency-cruiser/config-utl/extract-depcruise-options";
import house from "../../docs/generate/house.json" with { type: "json" };
import manifest from "../../package.json" with { type: "json" };
import { repository } from "../../sandbox/project.ts";
import { run } from "../../sandbox/run.ts";

it("generated pages are fresh", async () => {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const ran = await run(["node", "docs/generate/index.ts", "--check"], { cwd: repository, env });

  expect(ran).toMatchObject({ code: 0, stdout: "", stderr: "" });
});

describe("the picture of the house", () => {
  const page = readFileSync(join(repository, "docs", "house.md"), "utf8");
  const arrows = [...page.matchAll(/^ *(\w+) --> (\w+)$/gm)].map(([, from = "", to = ""]) => ({ from, to }));
  const FOLDERS = [...house.floors.flat(), ...house.beside];
  const floorOf = (folder: string) => house.floors.findIndex((names) => names.includes(folder));

  it("has no folder that the check of the imports leaves out", async () => {
    const { exclude } = await extractDepcruiseOptions(join(repository, ".dependency-cruiser.js"));
    const { path } = exclude as { readonly path: string };

    expect(manifest.scripts["lint:house"]).toMatch(/^depcruise .* \.$/);
    expect(FOLDERS.filter((folder) => new RegExp(path).test(`${folder}/index.ts`))).toEqual([]);
  });

  it("has no arrow up, nor to a neighbour", () => {
    expect(arrows.length).toBeGreaterThan(8);
    expect(arrows.filter(({ from, to }) => floorOf(from) >= floorOf(to))).toEqual([]);
  });

  it("has nothing but the contract below the syncs and the stand-in", () => {
    expect(arrows.filter(({ from }) => from === "sync" || from === "sandbox")).toEqual([
      { from: "sync", to: "contract" },
      { from: "sandbox", to: "contract" },
    ]);
  });
});

describe("the reference of the components", () => {
  const page = readFileSync(join(repository, "docs", "reference", "components.md"), "utf8");
  const sections = page.split(/^(?=## )/m).slice(1);

  it.each(sections.map((section) => [section.split("\n", 1)[0], section]))("%s says it all", (_, section = "") => {
    // The rights of who deploys, and the meaning of every argument and output.
    expect(section).toMatch(/Least (permission|right)s? of the deployer/);
    const rows = [...section.matchAll(/^\| `.*$/gm)].map(([row]) => row.split(/(?<!\\)\|/).map((cell) => cell.trim()));
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.filter((row) => row.at(-2) === "")).toEqual([]);
  });
});
