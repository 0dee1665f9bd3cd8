import { describe, expect, it } from "@jest/globals";
import { didYouMean, nearest } from "../../contract/nearest.ts";

const known = ["User.Read.All", "User.ReadBasic.All", "Group.Read.All", "id", "domain"];

describe("nearest", () => {
  it.each([
    ["User.Read.Al", ["User.Read.All"]],
    ["user.read.all", ["User.Read.All"]],
    ["Users.Read.All", ["User.Read.All"]],
    ["Grp.Read.All", ["Group.Read.All", "User.Read.All"]],
    ["domian", ["domain"]],
    ["ix", ["id"]],
    ["di", []],
    ["Calendars.Read", []],
  ])("finds for %s: %j", (name, expected) => {
    expect(nearest(name, known)).toEqual(expected);
  });
});

describe("didYouMean", () => {
  it.each([
    ["x", ["y"], 'did you mean "y"?'],
    ["abc1", ["abc3", "abc2"], 'did you mean "abc2" or "abc3"?'],
    ["abc1", ["abc4", "abc3", "abc2", "abc5"], 'did you mean "abc2", "abc3" or "abc4"?'],
    ["abc", ["something else"], undefined],
  ])("asks for %s among %j", (name, among, expected) => {
    expect(didYouMean(name, among)).toBe(expected);
  });
});
