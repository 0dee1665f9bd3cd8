import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { complete, type InputSchema } from "../../sandbox/provider/schema.ts";
import { applicationId, instant, uuid } from "../../sandbox/provider/formats.ts";
import { UNKNOWN } from "../../sandbox/provider/wire.ts";

const schema: InputSchema = {
  name: { type: "string", required: true },
  kind: { type: "string", default: "Web", oneOf: ["Web", "SPA"] },
  count: { type: "integer" },
  enabled: { type: "boolean" },
  ids: { type: "set", items: { type: "string", format: uuid } },
  tags: { type: "map" },
  inner: { type: "object", fields: { sku: { type: "string", required: true } } },
  application: { type: "string", format: applicationId },
  end: { type: "string", format: instant },
};

describe("complete", () => {
  it("fills in defaults and says for which properties", () => {
    expect(complete(schema, { name: "a" })).toEqual({
      inputs: { name: "a", kind: "Web" },
      defaulted: ["kind"],
      failures: [],
    });
  });

  it("leaves what is given as it was written", () => {
    const given = { name: "a", kind: "SPA", end: "2026-01-01T00:00:00.000+02:00" };

    expect(complete(schema, given).inputs).toEqual(given);
  });

  it.each([
    ["a missing property", {}, "missing required property 'name'"],
    ["an unknown property", { name: "a", nmae: "b" }, "property 'nmae' is unknown here"],
    ["a number for a text", { name: 1 }, "property 'name' must be a text"],
    ["a text for a flag", { name: "a", enabled: "true" }, "property 'enabled' must be true or false"],
    ["a fraction", { name: "a", count: 1.5 }, "property 'count' must be a whole number"],
    ["a text for a list", { name: "a", ids: "b" }, "property 'ids' must be a list"],
    ["a list for an object", { name: "a", inner: [] }, "property 'inner' must be an object"],
    ["a value outside of the choice", { name: "a", kind: "web" }, "property 'kind' must be one of Web, SPA"],
    ["a bad item", { name: "a", ids: ["b"] }, "property 'ids[0]' must be a UUID"],
    ["a bad value of a map", { name: "a", tags: { owner: 1 } }, "property 'tags.owner' must be a text"],
    ["a missing inner property", { name: "a", inner: {} }, "missing required property 'inner.sku'"],
    ["an unknown inner property", { name: "a", inner: { sku: "s", x: 1 } }, "property 'inner.x' is unknown here"],
    [
      "a bare object id",
      { name: "a", application: "00000000-0000-4000-8000-000000000000" },
      "property 'application' must be the resource id of an application, /applications/<object id>",
    ],
    [
      "a day without a time",
      { name: "a", end: "2026-01-01" },
      "property 'end' must be a date and time of RFC 3339, such as 2018-01-01T01:02:03Z",
    ],
  ])("names %s", (_case, given, failure) => {
    expect(complete(schema, given).failures.map(({ words }) => words)).toEqual([failure]);
  });

  it("passes unknown values wherever they are", () => {
    const given = Object.fromEntries(Object.keys(schema).map((name) => [name, UNKNOWN]));

    expect(complete(schema, given).failures).toEqual([]);
    expect(complete(schema, { name: "a", ids: [UNKNOWN], inner: { sku: UNKNOWN } }).failures).toEqual([]);
  });

  it("lets the engine's own properties pass", () => {
    expect(complete(schema, { name: "a", __defaults: [] }).failures).toEqual([]);
  });

  it("never repeats a value, which may be a secret", () => {
    const secret = fc.string({ minLength: 12 }).map((text) => `#${text}#`);
    fc.assert(
      fc.property(secret, (value) => {
        const given = { name: [value], kind: value, count: value, ids: [value], application: value, end: value };

        expect(JSON.stringify(complete(schema, given).failures)).not.toContain(value);
      }),
    );
  });
});
