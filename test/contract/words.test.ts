import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { beginning, shortened } from "../../contract/words.ts";

it("a text is never cut through the middle of a character: half of one is refused by who gets the message", () => {
  expect(shortened("ab😀c", 3)).toBe("ab...");
  expect(shortened("ab😀c", 4)).toBe("ab😀...");
  expect(shortened("ab😀", 4)).toBe("ab😀");
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 20 }), fc.nat(20), (text, most) => {
      const cut = beginning(text, most);
      expect(cut.isWellFormed() && text.startsWith(cut) && cut.length <= most).toBe(true);
    }),
  );
});
