import { expect, it } from "@jest/globals";
import { changesBetween } from "../../cli/changelog.ts";

const changelog = `# Changelog

What changes.

## 0.3.0 (2027-01-05)

- Three

## 0.2.0

- Two
### A part of it
- More

## 0.1.0

- One
`;
const three = "## 0.3.0 (2027-01-05)\n\n- Three";
const two = "## 0.2.0\n\n- Two\n### A part of it\n- More";

it.each([
  ["0.2.0", "0.3.0", three],
  ["0.1.0", "0.3.0", `${three}\n\n${two}`],
  ["0.1.0", "0.2.0", two],
  ["0.0.9", "0.1.0", "## 0.1.0\n\n- One"],
  ["0.2.0", "0.4.0-trial", three],
  ["0.3.0", "0.1.0", ""],
  ["0.2.0", "0.2.0", ""],
])("from %s to %s", (from, to, expected) => {
  expect(changesBetween(changelog, from, to)).toBe(expected);
});

it("a changelog without sections says nothing", () => {
  expect(changesBetween("", "0.1.0", "0.2.0")).toBe("");
});
