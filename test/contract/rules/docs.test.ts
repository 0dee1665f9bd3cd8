import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { rules, staleException } from "../../../contract/rules/index.ts";
import { registrationNames } from "../../../stacks/registration-names.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/rules.md"), "utf8");

describe("docs/rules.md", () => {
  it("has a line for each rule, in their order and words", () => {
    const lines = page
      .split("\n")
      .filter((line) => line.startsWith("| `"))
      .map((line) => line.split("|").map((cell) => cell.trim()));

    expect(lines.map(([, ...cells]) => cells.slice(0, 4))).toEqual(
      [...rules, staleException].map(({ id, level, title, docs }) => [`\`${id}\``, level, title, docs]),
    );
  });

  it.each(registrationNames)("names the registration %s", (name) => {
    expect(page).toContain(`\`${name}\``);
  });
});
