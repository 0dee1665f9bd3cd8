import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { powerShellQuoted } from "../../contract/powershell.ts";

it.each([
  ["Rooms of Berlin", "'Rooms of Berlin'"],
  ["O'Brien", "'O''Brien'"],
  ["a\u2018b\u2019c\u201ad\u201be", "'a\u2018\u2018b\u2019\u2019c\u201a\u201ad\u201b\u201be'"],
  ["'; Remove-Mailbox *; '", "'''; Remove-Mailbox *; '''"],
  ["\u2019; Remove-Mailbox *; \u2019", "'\u2019\u2019; Remove-Mailbox *; \u2019\u2019'"],
  ["$(whoami) `n $env:PATH", "'$(whoami) `n $env:PATH'"],
  ["two\nlines", "'two\\nlines'"],
  ["a & b | c > d; e # f", "'a & b | c > d; e # f'"],
  ["--% verbatim", "'--% verbatim'"],
  ["", "''"],
])("%j", (value, quoted) => {
  expect(powerShellQuoted(value)).toBe(quoted);
});

it("no quote of PowerShell's ends the argument before its end", () => {
  const unit = fc.constantFrom("'", "\u2018", "\u2019", "\u201a", "\u201b", "a", ";", "\n");
  fc.assert(
    fc.property(fc.string({ unit }), (value) => {
      const inner = powerShellQuoted(value).slice(1, -1);

      // What PowerShell reads: a doubled quote is one, and there is no other.
      expect(inner.replace(/(['\u2018\u2019\u201a\u201b])\1/g, "")).not.toMatch(/['\u2018\u2019\u201a\u201b\n]/);
    }),
  );
});
