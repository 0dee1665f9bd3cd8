/** What an approver has to think about where the people of the stack's group change. */
import { expect, it } from "@jest/globals";
import { reasonOf } from "../../review/outputs/guards.ts";

const at = (name: string, rest: object) => reasonOf({ path: ["integrations", "access", name], ...rest }, false);

it.each<[string, string, object, RegExp | undefined]>([
  ["one more administrator", "administrators", { before: ["a"], after: ["a", "b"], added: ["b"] }, /become admin/],
  ["the first administrators", "administrators", { after: ["a"] }, /become administrators/],
  [
    "one administrator less, who stays one",
    "administrators",
    { before: ["a", "b"], after: ["a"], removed: ["b"] },
    /stays an administrator, until/,
  ],
  ["a group that is linked", "administrators", { before: ["a"], after: [], removed: ["a"] }, undefined],
  ["whoever comes first", "selfService", { after: true }, /signs in first becomes the administrator/],
  ["nobody who comes first any more", "selfService", { before: true }, undefined],
  [
    "other tenants",
    "authentication",
    { before: "office365Strict", after: "multiAuthentication" },
    /^people of other tenants, or with accounts of forms, can sign in, though the console takes nobody of another tenant$/,
  ],
  ["only this tenant", "authentication", { before: "multiAuthentication", after: "office365Strict" }, undefined],
  [
    "accounts of forms",
    "allowed",
    { before: [], after: ["forms"], added: ["forms"] },
    /^people with accounts of forms can sign in$/,
  ],
  [
    "both ways beside the tenant's people",
    "allowed",
    { after: ["office365", "forms"] },
    /^people of other tenants and people with accounts of forms can sign in, though the console takes nobody of another tenant$/,
  ],
  ["a way less", "allowed", { before: ["forms"], after: [], removed: ["forms"] }, undefined],
  ["a link to OnePlan", "oneplanConfiguration", { after: "x" }, /its owners are administrators/],
  ["a link that goes", "oneplanConfiguration", { before: "x" }, /does not decide any more/],
  ["another channel", "mailBy", { before: "a", after: "b" }, /told elsewhere/],
])("is judged: %s", (_, name, rest, expected) => {
  const reason = at(name, rest);

  if (expected === undefined) expect(reason).toBeUndefined();
  else expect(reason).toMatch(expected);
});
