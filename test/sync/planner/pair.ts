/** Boards and Plans, a pair of theirs, and the rules that hold for it: what tests of the planner begin with. */
import type { Fields, Item, Link, Rule, Rules } from "../../../sync/model/types.ts";
import type { PlanContext } from "../../../sync/planner/plan-link.ts";

export const context: PlanContext = {
  sourceName: "Boards",
  targetName: "Plans",
  correlation: "externalId",
  readMode: "full",
  readComplete: true,
  recovering: false,
  now: new Date("2026-03-02T08:00:00Z"),
};
/** Items of Boards carry the id of their other half too. */
export const carriedInBoth: PlanContext = { ...context, correlationBack: "planId" };

export const title: Rule = { a: "title", b: "Name", direction: "<->" };
export const state: Rule = { a: "state", b: "Status", direction: "<->" };

export function bothWays(...fields: readonly Rule[]): Rules {
  return { fields, life: "<->", creates: ["a", "b"] };
}

export const a: Item = { id: "a1", label: "A", life: "active", fields: { title: "x" }, keys: {} };
export const b: Item = { id: "b1", label: "B", life: "active", fields: { Name: "x" }, keys: {} };

/** @param inA what was agreed on there */
export function linked(inA: Fields, inB: Fields): Link {
  return {
    a: { id: a.id, active: true, agreed: inA },
    b: { id: b.id, active: true, agreed: inB },
    label: "A",
    origin: "created",
  };
}
