/** The name of a plan. */
import { expect, it } from "@jest/globals";
import type { Op } from "../../../sync/model/types.ts";
import { planHash } from "../../../sync/run/plan-hash.ts";
import type { WaitingRow } from "../../../sync/scratch/waiting.ts";

const ann: Op = { kind: "create", side: "b", sourceId: "ann", label: "Ann", reason: "is new", after: { name: "Ann" } };
const bob: Op = {
  ...ann,
  kind: "update",
  sourceId: "bob",
  targetId: "7",
  label: "Bob",
  after: { name: "B", city: "C" },
};

function named(...ops: readonly Op[]): string | undefined {
  return waiting([], ...ops);
}

function waiting(rows: readonly WaitingRow[], ...ops: readonly Op[]): string | undefined {
  return planHash([{ plan: { planned: () => ops.values() }, waiting: { all: () => rows } }]);
}

it("is the same for the same changes, in whatever order they and their values were planned", () => {
  const same: Op = { ...bob, label: "Robert", reason: "changed", after: { city: "C", name: "B" } };
  expect(named(ann, bob)).toMatch(/^[0-9a-f]{16}$/);
  expect(named(same, ann)).toBe(named(ann, bob));
});

it.each<[string, readonly Op[]]>([
  ["a value", [ann, { ...bob, after: { name: "B", city: "D" } }]],
  ["the object", [ann, { ...bob, targetId: "8" }]],
  ["the kind", [{ ...ann, kind: "link" }, bob]],
  ["one less", [ann]],
  ["one twice", [ann, ann, bob]],
])("is another one with %s", (_, ops) => {
  expect(named(...ops)).not.toBe(named(ann, bob));
});

it("is another one where a value waits for somebody else, and the same for the same one", () => {
  const manager = (id: string): readonly WaitingRow[] => [{ sourceId: "ann", references: { manager: { id } } }];

  expect(waiting(manager("bob"), ann)).toBe(waiting(manager("bob"), ann));
  expect(new Set([named(ann), waiting(manager("bob"), ann), waiting(manager("eve"), ann)]).size).toBe(3);
});

it("is none where nothing is planned", () => {
  expect(named()).toBeUndefined();
  expect(waiting([{ sourceId: "ann", references: { manager: { id: "bob" } } }])).toBeUndefined();
});
