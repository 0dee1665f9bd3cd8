/** Pages that are made from the code say what the code says now. */
import { describe, expect, it } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import house from "../../docs/generate/house.json" with { type: "json" };
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
  const floorOf = (folder: string) => house.floors.findIndex((names) => names.includes(folder));

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
