import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import structpb from "google-protobuf/google/protobuf/struct_pb.js";
import { containsUnknown, UNKNOWN, unwrap, wrap } from "../../sandbox/provider/wire.ts";

function secret(value: structpb.JavaScriptValue): structpb.JavaScriptValue {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

function struct(values: Record<string, structpb.JavaScriptValue>): structpb.Struct {
  return structpb.Struct.fromJavaScript(values);
}

describe("unwrap", () => {
  it.each([
    ["at the top", { a: secret("x"), b: "y" }, { a: "x", b: "y" }, [["a"]]],
    ["inside", { a: { b: secret("x") } }, { a: { b: "x" } }, [["a", "b"]]],
    ["in a list: the whole list", { a: ["x", secret("y")] }, { a: ["x", "y"] }, [["a"]]],
    ["a whole object", { a: secret({ b: "x" }) }, { a: { b: "x" } }, [["a"]]],
    ["not known yet", { a: secret(UNKNOWN) }, { a: UNKNOWN }, [["a"]]],
  ])("takes a secret out of its wrapping %s", (_case, wire, values, secrets) => {
    expect(unwrap(struct(wire))).toEqual({ values, secrets });
  });

  it("has nothing to say about no struct", () => {
    expect(unwrap(undefined)).toEqual({ values: {}, secrets: [] });
  });
});

describe("wrap", () => {
  it.each([
    ["what was secret", { a: "x", b: "y" }, { a: secret("x"), b: "y" }],
    ["not what is missing", { b: "y" }, { b: "y" }],
    ["nothing that has no value", { b: "y", c: undefined, d: null, i: { k: null } }, { b: "y", d: null, i: {} }],
    ["an inner secret", { b: "y", i: { j: "x", k: "z" } }, { b: "y", i: { j: secret("x"), k: "z" } }],
    ["a list as a whole", { a: ["x", "y"] }, { a: secret(["x", "y"]) }],
  ])("marks %s", (_case, values, wire) => {
    expect(wrap(values, [["a"], ["i", "j"]]).toJavaScript()).toEqual(wire);
  });

  it("gives back what was taken apart", () => {
    const plain = fc.oneof(fc.string(), fc.boolean(), fc.integer());
    const { tree } = fc.letrec<{ tree: structpb.JavaScriptValue }>((tie) => ({
      tree: fc.oneof({ maxDepth: 3 }, plain, plain.map(secret), fc.dictionary(fc.string(), tie("tree"))),
    }));
    fc.assert(
      fc.property(fc.dictionary(fc.string(), tree), (values) => {
        const { values: taken, secrets } = unwrap(struct(values));

        expect(wrap(taken, secrets).toJavaScript()).toEqual(struct(values).toJavaScript());
      }),
    );
  });
});

describe("containsUnknown", () => {
  it.each([
    [UNKNOWN, true],
    [{ a: [{ b: UNKNOWN }] }, true],
    [{ a: ["b"] }, false],
    [undefined, false],
  ])("%j: %s", (value, expected) => {
    expect(containsUnknown(value)).toBe(expected);
  });
});
