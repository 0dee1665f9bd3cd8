import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { printable, printableData, printableJson, printableText } from "../../../contract/text/printable.ts";

const ESC = "\u001b";
const acting = [
  "\u0000",
  "\u0007",
  "\b",
  "\u007f",
  "\u0085",
  "\u009b",
  "\u00ad",
  "\u061c",
  "\u200b",
  "\u200e",
  "\u200f",
];
const others = ["\u2028", "\u2029", "\u202a", "\u202e", "\u2066", "\u2069", "\ufeff", "\ud800", "\udfff", "\u{e0041}"];

describe("values", () => {
  test.each([...acting, ...others, ESC])("%j does not reach what is printed", (character) => {
    expect(printable(`a${character}b`)).toMatch(/^a(\\u[0-9a-f]{4})+b$/);
  });

  test("line breaks and tabs are told by their short escapes", () => {
    expect(printable("a\r\nb\tc")).toBe("a\\r\\nb\\tc");
  });

  test("ordinary names stay as they are", () => {
    for (const name of ["Ærø Ödegård", "نام\u200cها", "李小龍", "O'Brien", "👩\u200d💻 Team", "a\\b"]) {
      expect(printable(name)).toBe(name);
    }
  });

  test("in data every text is escaped, names of properties too, and the rest is left", () => {
    const data = { "a\n": ["\u202e", 1, null, true, { b: "\u0007" }], c: undefined };
    expect(printableData(data)).toEqual({ "a\\n": ["\\u202e", 1, null, true, { b: "\\u0007" }], c: undefined });
  });
});

describe("texts", () => {
  test("own line breaks, tabs and colours stay", () => {
    const text = `${ESC}[31mfailed${ESC}[39m\n\tone line\n`;
    expect(printableText(text)).toBe(text);
  });

  test("other sequences of the terminal do nothing", () => {
    expect(printableText(`${ESC}[2J${ESC}]0;title\u0007`)).toBe("\\u001b[2J\\u001b]0;title\\u0007");
  });

  test.each(["::error file=a::b", "  ::set-output name=a::b", "\t::stop-commands::x"])(
    "no line is a command of GitHub Actions: %j",
    (line) => {
      expect(printableText(`first\n${line}\n`)).not.toMatch(/^\s*::/m);
    },
  );

  test.each(["a ##vso[task.setvariable variable=x]y", "##[error]z", "##VSO[x]", "###[group]"])(
    "nothing is a command of Azure Pipelines: %j",
    (line) => {
      expect(printableText(line)).not.toMatch(/##(vso)?\[/i);
    },
  );

  test("IPv6 addresses and colons within a line are no commands", () => {
    expect(printableText("at ::1, a::b\n# heading [1]\n")).toBe("at ::1, a::b\n# heading [1]\n");
  });
});

test("JSON is the same value, and nothing in it acts", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom("##vso[x]", "\u202e", "\u009b31m", "::error"), (value, hostile) => {
      const given = { value, hostile, [hostile]: [hostile] };
      for (const json of [printableJson(given), printableJson(given, 0)]) {
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(given)));
        expect(json).not.toMatch(/##(vso)?\[|[\u0080-\u009f\u202e\u007f]/i);
      }
      expect(printableJson(given, 0)).not.toContain("\n");
    }),
  );
});
