import { describe, expect, it } from "@jest/globals";
import { CardNumberCount, cardNumberOf } from "../../../../sync/kinds/users/card-number.ts";
import type { Item } from "../../../../sync/model/types.ts";

const EXTENSION = "extension_0123456789abcdef0123456789abcdef_pager";

function person(card: string | null | undefined, active = true): Item {
  const life = active ? "active" : "inactive";
  return { id: "1", label: "Ada", life, keys: {}, fields: card === undefined ? {} : { Card: card } };
}

function noteOf(source: string, people: readonly Item[]): string {
  const count = new CardNumberCount({ source, field: "Card" });
  for (const each of people) count.add(each);
  return count.note();
}

describe("how many people have a card number", () => {
  it.each<[string, Item[], string]>([
    ["employeeId", [], "Card number (employeeId to Card): 0 of 0 people in scope have one."],
    [
      "employeeId",
      [person("007"), person(null), person(undefined)],
      "Card number (employeeId to Card): 1 of 3 people in scope has one.",
    ],
    [
      "employeeId",
      [person("007"), person("8", false)],
      "Card number (employeeId to Card): 1 of 1 person in scope has one.",
    ],
    [
      "employeeId",
      Array<Item>(1234).fill(person("0")),
      "Card number (employeeId to Card): 1,234 of 1,234 people in scope have one.",
    ],
    [
      "extensionAttribute1",
      [person(null)],
      "Card number (extensionAttribute1 to Card): 0 of 1 person in scope have one.",
    ],
    // An extension that nobody registered may look like this too.
    [
      EXTENSION,
      [person(null)],
      `Card number (${EXTENSION} to Card): 0 of 1 person in scope have one. Check the name of the directory extension in users.cardNumber.source.`,
    ],
  ])("%s", (source, people, note) => {
    expect(noteOf(source, people)).toBe(note);
  });
});

describe("where card numbers come from", () => {
  const users = { groups: [], fields: {} };
  it.each([undefined, { source: "none" }, { source: "none", field: "Card" }])("is nowhere with %j", (cardNumber) => {
    expect(cardNumberOf({ ...users, cardNumber })).toBeUndefined();
  });

  it("is what is written", () => {
    const cardNumber = { source: EXTENSION, field: "Card" };
    expect(cardNumberOf({ ...users, cardNumber })).toEqual(cardNumber);
  });
});
