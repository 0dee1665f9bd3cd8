/** Which passwords an account may have. */
import { expect, it } from "@jest/globals";
import { LONGEST, whyNotPassword, SHORTEST } from "../../../contract/access/passwords.ts";

const known = { name: "Olga Petrova", mail: "olga.petrova@contoso.com", places: ["Contoso integrations", "contoso"] };

it.each([
  "brown kettle under seven clouds",
  "correcthorsebatterystaple",
  "  spaces count too, as they are  ",
  "пятнадцать разных слов",
  "Xk9$vQz2!mLp7@w",
  "a".repeat(LONGEST - 20) + "zt7 qv4 lampshade xy",
])("takes %j: there are no rules of composition", (password) => {
  expect(whyNotPassword(password, known)).toBeUndefined();
});

it.each<[string, string, RegExp]>([
  ["too short", "Xk9$vQz2!mLp7@", /has 14 characters, and takes 15 or more/],
  ["counted in characters, not in units of an encoding", "🔑".repeat(SHORTEST - 1), /has 14 characters/],
  ["too long", "x".repeat(LONGEST + 1), /256 are the most/],
  ["a repetition", "abcabcabcabcabcabc", /Others would guess it/],
  ["one key", "aaaaaaaaaaaaaaaaaaaa", /Others would guess it/],
  ["keys in a row", "qwertyuiopasdfghjkl", /Others would guess it/],
  ["digits in a row", "123456789012345678", /Others would guess it/],
  ["digits in a row, backwards", "987654321098765432", /Others would guess it/],
  ["a word that many take, with a number", "Password1234567890", /Others would guess it/],
  ["the person's own name", "OlgaPetrova-2026!", /Others would guess it/],
  ["the mail address", "olga.petrova@contoso.com", /Others would guess it/],
  ["the group's name", "contosointegrations", /Others would guess it/],
])("refuses what is %s", (_, password, why) => {
  expect(whyNotPassword(password, known)).toMatch(why);
});
