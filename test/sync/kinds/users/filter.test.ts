import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { userProperties } from "../../../../contract/user-properties.ts";
import type { FieldValue } from "../../../../sync/model/types.ts";
import { matches, printFilter, propertiesOf } from "../../../../sync/kinds/users/filter.ts";
import { type Filter, FilterError, type Literal, parseFilter } from "../../../../sync/kinds/users/filter-parser.ts";

const EXTENSION = "extension_0123456789abcdef0123456789abcdef_pager";
const ada: Record<string, FieldValue> = {
  department: "Sales",
  country: "CN",
  jobTitle: "Head of Sales",
  accountEnabled: true,
  companyName: "O'Neill",
  officeLocation: "C\u00f4te",
  [EXTENSION]: 7,
};

function holds(text: string, person = ada): boolean {
  return matches(parseFilter(text), (property) => person[property] ?? null);
}

describe("a filter", () => {
  it.each<[string, boolean]>([
    ["department eq 'Sales' and (country ne 'CN' or startswith(jobTitle,'Head')) and accountEnabled eq true", true],
    ["department eq 'Sales' and (country ne 'CN' or startswith(jobTitle,'Chief'))", false],
    ["department eq 'sales'", false],
    ["startswith(jobTitle,'head')", false],
    ["endswith(jobTitle, 'Sales')", true],
    ["contains(jobTitle,' of ')", true],
    ["contains(jobTitle,'Off')", false],
    ["country in ('DE','CN')", true],
    ["country in ('DE')", false],
    ["not country in ('DE', 'CN')", false],
    ["not not department eq 'Sales'", true],
    ["accountEnabled ne true", false],
    ["companyName eq 'O''Neill'", true],
    ["onPremisesExtensionAttributes/extensionAttribute1 eq null", true],
    ["officeLocation eq 'Co\u0302te'", true],
    ["officeLocation in ('C\u00f4te') and startswith(officeLocation,'Co\u0302') and officeLocation ne 'Cote'", true],
    [`${EXTENSION} eq '7' and startswith(${EXTENSION},'7')`, true],
    // "and" binds more tightly than "or", "not" more tightly than both.
    ["country eq 'CN' or country eq 'DE' and department eq 'Legal'", true],
    ["not country eq 'DE' and department eq 'Sales'", true],
    ["not (country eq 'CN' or department eq 'Legal')", false],
  ])("%s: %j", (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  it.each<[string, boolean]>([
    ["city eq 'Zurich'", false],
    ["city ne 'Zurich'", false],
    ["isResourceAccount eq false", false],
    ["isResourceAccount ne true", false],
    ["startswith(city,'Z')", false],
    ["endswith(city,'h')", false],
    ["contains(city,'uric')", false],
    ["city in ('Zurich','Basel')", false],
    ["city eq null", true],
    ["city ne null", false],
    ["city in ('Zurich',null)", true],
    ["department ne null", true],
    ["not city eq 'Zurich'", true],
  ])("of somebody without a city, %s: %j", (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  it.each<[string, string]>([
    ["", "at character 1: it ends where a property of an Entra user, a function or not was expected"],
    ["departement eq 'Sales'", 'at character 1: "departement" is not known; did you mean "department"?'],
    ["shoeSize eq '42'", 'at character 1: expected a property of an Entra user, found "shoeSize"'],
    ["department equals 'Sales'", 'at character 12: expected eq, ne or in, found "equals"'],
    ["department EQ 'Sales'", 'at character 12: "EQ" is not known; did you mean "eq"?'],
    ["department = 'Sales'", 'at character 12: "=" is not known; write eq, ne, and, or, not'],
    ['department eq "Sales"', "at character 15: texts stand in single quotes"],
    ["department eq 'Sales", "at character 15: the text in single quotes does not end"],
    ["department eq Sales", 'at character 15: expected a text in single quotes, true, false or null, found "Sales"'],
    ["department eq true", "at character 15: department is compared with a text in single quotes"],
    ["department eq ''", "at character 15: that department has no value is written null, without quotes"],
    ["accountEnabled eq 'true'", "at character 19: accountEnabled is compared with true or false, without quotes"],
    ["accountEnabled eq True", 'at character 19: "True" is not known; did you mean "true"?'],
    ["accountEnabled", "at character 15: it ends where eq, ne or in was expected"],
    ["startsWith(jobTitle,'H')", 'at character 1: "startsWith" is not known; did you mean "startswith"?'],
    ["substringof('H',jobTitle)", 'at character 1: expected startswith, endswith, contains, found "substringof"'],
    ["startswith(jobTitel,'H')", 'at character 12: "jobTitel" is not known; did you mean "jobTitle"?'],
    ["startswith(jobTitle,country)", 'at character 21: expected a text in single quotes, found "country"'],
    [
      "contains(accountEnabled,'t')",
      "at character 10: accountEnabled is true or false, and has no text for contains to look at",
    ],
    ["country in ()", 'at character 13: expected a text in single quotes, true, false or null, found ")"'],
    ["country in 'CN'", 'at character 12: expected "(", found a text'],
    ["country eq 'CN' an city eq 'A'", 'at character 17: "an" is not known; did you mean "and"?'],
    ["country eq 'CN' city eq 'A'", 'at character 17: expected and, or, or the end, found "city"'],
    ["(country eq 'CN'", 'at character 17: it ends where ")" was expected'],
    ["country eq 'CN')", 'at character 16: expected and, or, or the end, found ")"'],
    [
      "country eq 'CN' and",
      "at character 20: it ends where a property of an Entra user, a function or not was expected",
    ],
    ["country ge 3", 'at character 12: "3" is not known'],
    ["country eq 'CN' 😀", 'at character 17: "😀" is not known'],
  ])("refuses %j", (text, message) => {
    expect(() => parseFilter(text)).toThrow(new FilterError(message));
  });

  it("refuses what is nested beyond reason, instead of running out of stack", () => {
    expect(() => parseFilter("(".repeat(100_000))).toThrow("more than 100 levels");
    expect(() => parseFilter("not ".repeat(100_000))).toThrow("more than 100 levels");
    expect(holds(`${"(".repeat(100)}country eq 'CN'${")".repeat(100)}`)).toBe(true);
  });

  it("names what it looks at, each once", () => {
    const filter = parseFilter("not (city eq 'A' or city in ('B')) and contains(country,'C') and city ne null");
    expect([...propertiesOf(filter)]).toEqual(["city", "country"]);
  });

  it("is the same however it is spaced", () => {
    expect(printFilter(parseFilter("  country   in ( 'DE' ,'CN' )and(not city eq 'A')"))).toBe(
      "country in ('DE','CN') and not city eq 'A'",
    );
  });
});

const texts = fc.string({ minLength: 1, unit: "grapheme" });
const property = fc.constantFrom(...[...userProperties.keys()].filter((name) => !userProperties.get(name)?.relation));
const comparison = property.chain((name): fc.Arbitrary<Filter> => {
  const isBoolean = userProperties.get(name)?.type === "boolean";
  const value: fc.Arbitrary<Literal> = fc.oneof(isBoolean ? fc.boolean() : texts, fc.constant(null));
  const equal = fc.record({ op: fc.constantFrom("eq" as const, "ne" as const), property: fc.constant(name), value });
  const oneOf = fc.record({
    op: fc.constant("in" as const),
    property: fc.constant(name),
    values: fc.array(value, { minLength: 1, maxLength: 3 }),
  });
  if (isBoolean) return fc.oneof(equal, oneOf);
  const op = fc.constantFrom("startswith" as const, "endswith" as const, "contains" as const);
  return fc.oneof(equal, oneOf, fc.record({ op, property: fc.constant(name), value: fc.string() }));
});
const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    comparison,
    fc.record({ op: fc.constant("not" as const), part: tie("filter") }),
    fc.record({
      op: fc.constantFrom("and" as const, "or" as const),
      parts: fc.array(tie("filter"), { minLength: 2, maxLength: 3 }),
    }),
  ),
}));

describe("any filter", () => {
  it("is read again as it was printed", () => {
    fc.assert(fc.property(filter, (tree) => expect(parseFilter(printFilter(tree))).toEqual(tree)));
  });

  it("is read, or refused with a place in it", () => {
    const piece = fc.constantFrom(
      "country",
      "accountEnabled",
      "eq",
      "in",
      "not",
      "and",
      "(",
      ")",
      ",",
      "'a'",
      "null",
      "'",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
        const text = pieces.join(" ");
        try {
          expect(printFilter(parseFilter(text))).not.toBe("");
        } catch (error) {
          expect(error).toBeInstanceOf(FilterError);
          const at = Number(/^at character (\d+): /.exec((error as Error).message)?.[1]);
          expect(at).toBeGreaterThanOrEqual(1);
          expect(at).toBeLessThanOrEqual(text.length + 1);
        }
      }),
    );
  });
});
