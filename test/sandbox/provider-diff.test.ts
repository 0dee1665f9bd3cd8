import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { compare, withoutIgnored } from "../../sandbox/provider/diff.ts";
import type { InputSchema } from "../../sandbox/provider/schema.ts";
import { UNKNOWN } from "../../sandbox/provider/wire.ts";

const schema: InputSchema = {
  application: { type: "string", replaces: true },
  name: { type: "string" },
  enabled: { type: "boolean" },
  start: { type: "string", replaces: true, chosen: true },
  uris: { type: "set" },
  audiences: { type: "list" },
  rotate: { type: "map", replaces: true },
  properties: {
    type: "object",
    fields: {
      sku: { type: "object", fields: { name: { type: "string" } } },
      tenant: { type: "string", replaces: true },
    },
  },
};

const terraform = { emptyIsNothing: true };
const strict = { emptyIsNothing: false };

/** Changes as `path kind`, with `!` where they replace. */
function brief(before: object, after: object, options = terraform): string[] {
  const changes = compare(schema, { ...before }, { ...after }, options);
  return changes.map(({ path, kind, replaces }) => `${path} ${kind}${replaces ? "!" : ""}`);
}

describe("compare", () => {
  it.each([
    ["nothing", { name: "a" }, { name: "a" }, []],
    ["another value", { name: "a" }, { name: "b" }, ["name update"]],
    ["a value that replaces", { application: "a" }, { application: "b" }, ["application update!"]],
    ["a new value", {}, { name: "a" }, ["name add"]],
    ["a value that went", { name: "a" }, {}, ["name delete"]],
    ["a set in another order", { uris: ["a", "b"] }, { uris: ["b", "a"] }, []],
    [
      "a list in another order",
      { audiences: ["a", "b"] },
      { audiences: ["b", "a"] },
      ["audiences[0] update", "audiences[1] update"],
    ],
    ["a longer list", { audiences: ["a"] }, { audiences: ["a", "b"] }, ["audiences[1] add"]],
    ["a shorter list", { audiences: ["a", "b"] }, { audiences: ["a"] }, ["audiences[1] delete"]],
    ["an item added to a set: its new place", { uris: ["b"] }, { uris: ["b", "a"] }, ["uris[1] add"]],
    [
      "an item gone from a set: its place in the sorted state",
      { uris: ["c", "a"] },
      { uris: ["a"] },
      ["uris[1] delete"],
    ],
    ["an item of a set changed", { uris: ["a"] }, { uris: ["b"] }, ["uris[0] update"]],
    ["a key of a map that replaces", { rotate: { key: "1" } }, { rotate: { key: "2" } }, ["rotate.key update!"]],
    ["a strange key of a map", {}, { rotate: {} }, []],
    [
      "an inner value",
      { properties: { sku: { name: "a" } } },
      { properties: { sku: { name: "b" } } },
      ["properties.sku.name update"],
    ],
    [
      "an inner value that replaces",
      { properties: { tenant: "a" } },
      { properties: { tenant: "b" } },
      ["properties.tenant update!"],
    ],
    ["an output that is no input", { name: "a", id: "1" }, { name: "a" }, []],
    ["an unknown value where one was", { application: "a" }, { application: UNKNOWN }, ["application update!"]],
    ["an unknown value where none was", {}, { uris: UNKNOWN }, ["uris add"]],
    ["what the service chose and nobody asks for", { start: "2026-01-01T00:00:00Z" }, {}, []],
    [
      "the same date in another writing",
      { start: "2026-01-01T00:00:00Z" },
      { start: "2026-01-01T00:00:00.000Z" },
      ["start update!"],
    ],
  ])("sees %s", (_case, before, after, changes) => {
    expect(brief(before, after)).toEqual(changes);
  });

  it("quotes a key that is no plain word", () => {
    expect(brief({ rotate: { "a.b": "1" } }, { rotate: { "a.b": "2" } })).toEqual(['rotate["a.b"] update!']);
  });

  it.each([
    ["an empty text", { name: "" }],
    ["false", { enabled: false }],
    ["an empty list", { uris: [] }],
    ["an empty object", { rotate: {} }],
  ])("takes %s for nothing in Terraform's way, and not in the strict one", (_case, values) => {
    expect(brief(values, {})).toEqual([]);
    expect(brief({}, values)).toEqual([]);
    expect(brief({}, values, strict)).toHaveLength(1);
  });

  it("sees no difference between anything and itself", () => {
    const values = fc.record(
      {
        application: fc.string(),
        name: fc.string(),
        enabled: fc.boolean(),
        uris: fc.uniqueArray(fc.string()),
        audiences: fc.array(fc.string()),
        rotate: fc.dictionary(fc.string(), fc.string()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(values, fc.constantFrom(terraform, strict), (given, options) => {
        expect(brief(given, structuredClone(given), options)).toEqual([]);
      }),
    );
  });
});

describe("withoutIgnored", () => {
  it.each([
    ["the property itself", ["name"], ["application", "rotate.key"]],
    ["everything inside of a property", ["rotate"], ["application", "name"]],
    ["one key", ["rotate.key"], ["application", "name"]],
    ["everything", ["*"], []],
    ["nothing when only the beginning is the same", ["nam", "rot"], ["application", "name", "rotate.key"]],
  ])("leaves out %s", (_case, ignored, left) => {
    const changes = compare(
      schema,
      { application: "a", name: "a", rotate: { key: "1" } },
      { application: "b", name: "b", rotate: { key: "2" } },
      terraform,
    );

    expect(withoutIgnored(changes, ignored).map(({ path }) => path)).toEqual(left);
  });
});
