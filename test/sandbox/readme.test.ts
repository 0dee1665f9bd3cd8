import { expect, it } from "@jest/globals";
import { readFileSync } from "node:fs";
import { README, withTable } from "../../sandbox/routes-table.ts";

it("the README lists every path as it is; node sandbox/routes-table.ts writes it anew", async () => {
  const readme = readFileSync(README, "utf8");

  expect(await withTable(readme)).toBe(readme);
});
