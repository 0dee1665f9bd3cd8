import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { levelsOf, typeFaults } from "../../../../sync/kinds/plans/levels.ts";
import { type Place, type Placeable, type PlacementRules, Places } from "../../../../sync/kinds/plans/placement.ts";

const RULES: PlacementRules = {
  plans: ["Epic", "Feature"],
  tasks: ["User Story", "Task"],
  nestedInItself: "nearest",
  skippedLevel: "nearest",
  parentOutOfScope: "top",
  outsideIterations: false,
  projectIsPlan: false,
};

function placesOf(items: Iterable<Placeable>, rules: PlacementRules): ReadonlyMap<number, Place> {
  const places = new Places(rules);
  for (const item of items) places.put(item);
  return places.all;
}

/** `1 Epic`, `2 Feature < 1`; `*` behind: in no iteration. */
function parsed(text: string): Placeable[] {
  return text.split(",").map((each) => {
    const [, id, type = "", parent, outside] = /^\s*(\d+) ([A-Za-z ]+?)(?: < (\d+))?(\*)?$/.exec(each) ?? [];
    return {
      id: Number(id),
      type,
      parent: parent === undefined ? null : Number(parent),
      inIteration: outside === undefined,
    };
  });
}

/** `2: plan < 1 (its parent)`, `4: task of 2 < 3 (its parent)`, `5: nothing (no plan is above it)`. */
function placeText(places: ReadonlyMap<number, Place>, id: number): string {
  const place = places.get(id);
  if (!place) return "no place";
  if (place.as === "nothing") return `nothing (${place.reason})`;
  const below = place.parent === null ? "" : ` < ${place.parent}`;
  return place.as === "plan"
    ? `plan${below} (${place.why})`
    : `task of ${place.plan ?? "the project"}${below} (${place.why})`;
}

describe("the place of the last item", () => {
  it.each<[what: string, items: string, rules: Partial<PlacementRules>, place: string]>([
    ["a plan below its parent", "1 Epic, 2 Feature < 1", {}, "plan < 1 (its parent)"],
    ["a plan without a parent", "1 Feature", {}, "plan (no parent)"],
    ["a plan of the outermost type", "1 Epic", {}, "plan (no parent)"],
    ["a task of its plan", "1 Epic, 2 Feature < 1, 3 User Story < 2", {}, "task of 2 (its parent)"],
    ["a task below a task", "1 Feature, 2 User Story < 1, 3 Task < 2", {}, "task of 1 < 2 (its parent)"],
    ["a task in a task", "1 Feature, 2 Task < 1, 3 Task < 2", {}, "task of 1 < 2 (its parent)"],
    ["a type nested in itself", "1 Epic, 2 Feature < 1, 3 Feature < 2", {}, "plan < 1 (nested in itself)"],
    [
      "nested in itself, to the top",
      "1 Epic, 2 Feature < 1, 3 Feature < 2",
      { nestedInItself: "top" },
      "plan (nested in itself)",
    ],
    [
      "nested in itself, left out",
      "1 Epic, 2 Feature < 1, 3 Feature < 2",
      { nestedInItself: "leave out" },
      "nothing (its type Feature lies below the type Feature)",
    ],
    ["nested in itself with nothing further out", "1 Feature, 2 Feature < 1", {}, "plan (nested in itself)"],
    ["an outer type below an inner one", "1 Feature, 2 Epic < 1", {}, "plan (nested in itself)"],
    [
      "a skipped level",
      "1 Initiative, 2 Feature < 1",
      { plans: ["Initiative", "Epic", "Feature"] },
      "plan < 1 (skipped level)",
    ],
    [
      "a skipped level, to the top",
      "1 Initiative, 2 Feature < 1",
      { plans: ["Initiative", "Epic", "Feature"], skippedLevel: "top" },
      "plan (skipped level)",
    ],
    [
      "a skipped level, left out",
      "1 Initiative, 2 Feature < 1",
      { plans: ["Initiative", "Epic", "Feature"], skippedLevel: "leave out" },
      "nothing (its type Feature lies directly below the type Initiative)",
    ],
    ["a plan below what is not synced", "1 Epic, 2 Issue < 1, 3 Feature < 2", {}, "plan < 1 (parent is no plan)"],
    ["a plan below a task", "1 Epic, 2 Task < 1, 3 Feature < 2", {}, "plan < 1 (parent is no plan)"],
    ["a plan below nothing that is synced", "1 Issue, 2 Feature < 1", {}, "plan (parent is no plan)"],
    ["a plan whose parent is not read", "2 Feature < 1", {}, "plan (parent out of scope)"],
    [
      "a plan whose parent is not read, left out",
      "2 Feature < 1",
      { parentOutOfScope: "leave out" },
      "nothing (its parent is not among what is read)",
    ],
    ["a task below a plan with a level between", "1 Epic, 2 Task < 1", {}, "task of 1 (its parent)"],
    ["a task below what is not synced", "1 Epic, 2 Issue < 1, 3 Task < 2", {}, "task of 1 (parent is not synced)"],
    [
      "a task below a task in no iteration",
      "1 Epic, 2 User Story < 1*, 3 Task < 2",
      {},
      "task of 1 (parent is not synced)",
    ],
    ["a task in no iteration", "1 Epic, 2 Task < 1*", {}, "nothing (it is in no iteration)"],
    [
      "a task in no iteration that comes all the same",
      "1 Epic, 2 Task < 1*",
      { outsideIterations: true },
      "task of 1 (its parent)",
    ],
    ["a plan in no iteration", "1 Epic*, 2 Feature < 1*", {}, "plan < 1 (its parent)"],
    ["a task without a plan", "1 Task", {}, "nothing (no plan is above it)"],
    ["a task of the project", "1 Task", { projectIsPlan: true }, "task of the project (no parent)"],
    [
      "a task below a task of the project",
      "1 Task, 2 Task < 1",
      { projectIsPlan: true },
      "task of the project < 1 (its parent)",
    ],
    [
      "a task whose parent is not read",
      "2 Task < 1",
      { projectIsPlan: true },
      "task of the project (parent out of scope)",
    ],
    [
      "a task whose parent is not read, left out",
      "2 Task < 1",
      { projectIsPlan: true, parentOutOfScope: "leave out" },
      "nothing (its parent is not among what is read)",
    ],
    ["a type that nobody named", "1 Epic, 2 Issue < 1", {}, "nothing (items of the type Issue are not synced)"],
    ["what moved below its own child while it was read", "1 Epic < 2, 2 Feature < 1", {}, "plan (circle)"],
    ["a task above itself", "1 Task < 2, 2 Task < 1", { projectIsPlan: true }, "task of the project (circle)"],
  ])("%s", (_what, text, rules, place) => {
    const items = parsed(text);

    expect(placeText(placesOf(items, { ...RULES, ...rules }), items.at(-1)?.id ?? 0)).toBe(place);
  });

  it("does not depend on the order that items are read in", () => {
    const items = parsed("5 Task < 4, 4 User Story < 3, 3 Feature < 2, 2 Feature < 1, 1 Epic");

    const places = placesOf(items, RULES);

    expect([...places.keys()]).toEqual([1, 2, 3, 4, 5]);
    expect(items.map(({ id }) => placeText(places, id)).reverse()).toEqual([
      "plan (no parent)",
      "plan < 1 (its parent)",
      "plan < 1 (nested in itself)",
      "task of 3 (its parent)",
      "task of 3 < 4 (its parent)",
    ]);
  });
});

describe("whatever hierarchy there is", () => {
  const types = ["Epic", "Feature", "User Story", "Task", "Issue"];
  const hierarchy = fc.array(
    fc.record({
      type: fc.constantFrom(...types),
      parent: fc.option(fc.nat(24), { nil: null }),
      inIteration: fc.boolean(),
    }),
    { maxLength: 20 },
  );
  const rules = fc.record({
    nestedInItself: fc.constantFrom<PlacementRules["nestedInItself"]>("nearest", "top", "leave out"),
    skippedLevel: fc.constantFrom<PlacementRules["skippedLevel"]>("nearest", "top", "leave out"),
    parentOutOfScope: fc.constantFrom<PlacementRules["parentOutOfScope"]>("top", "leave out"),
    outsideIterations: fc.boolean(),
    projectIsPlan: fc.boolean(),
  });

  it("every item has a place below one that has its own already, plans below outer plans, and nothing below itself", () => {
    fc.assert(
      fc.property(hierarchy, rules, (list, given) => {
        const items = list.map((each, id) => ({ ...each, id }));
        const all: PlacementRules = { ...RULES, ...given };
        const places = placesOf(items, all);
        expect(places.size).toBe(items.length);
        const before = new Set<number>();
        for (const [id, place] of places) {
          if (place.as === "plan" && place.parent !== null) {
            expect(before).toContain(place.parent);
            expect(places.get(place.parent)?.as).toBe("plan");
            const level = (each: number) => all.plans.indexOf(items[each]?.type ?? "");
            expect(level(place.parent)).toBeLessThan(level(id));
          }
          if (place.as === "task") {
            const { plan, parent } = place;
            if (parent !== null)
              expect([before.has(parent), places.get(parent)]).toEqual([
                true,
                expect.objectContaining({ as: "task", plan }),
              ]);
            if (plan === null) expect(all.projectIsPlan).toBe(true);
            else expect([before.has(plan), places.get(plan)?.as]).toEqual([true, "plan"]);
          }
          before.add(id);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("items that come, change and go leave the places that all would get from the beginning, in whatever order", () => {
    const steps = fc.array(
      fc.record({ id: fc.nat(9), goes: fc.boolean(), type: fc.constantFrom(...types), parent: fc.option(fc.nat(9)) }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(steps, rules, (list, given) => {
        const all: PlacementRules = { ...RULES, ...given };
        const kept = new Places(all);
        for (const { id, goes, type, parent } of list) {
          if (goes) kept.drop(id);
          else kept.put({ id, type, parent, inIteration: true });
          expect(kept.get(id) === undefined).toBe(goes);
        }
        const anew = placesOf([...kept.known.values()].reverse(), all);
        expect(new Map([...kept.all].sort())).toEqual(new Map([...anew].sort()));
      }),
      { numRuns: 500 },
    );
  });

  it("one that changes costs what lies below it, and nobody else a place", () => {
    const places = new Places(RULES);
    for (const item of parsed("1 Epic, 2 Feature < 1, 3 Task < 2, 4 Epic, 5 Task < 4")) places.put(item);
    const before = new Map(places.all);

    places.put({ id: 2, type: "Feature", parent: 4, inIteration: true });

    const same = [...places.all].filter(([id, place]) => before.get(id) === place).map(([id]) => id);
    expect(same.sort()).toEqual([1, 4, 5]);
  });

  it("is deep, and takes no longer for it", () => {
    const depth = 20_000;
    const items = Array.from({ length: depth }, (_, id): Placeable => ({
      id,
      type: id === 0 ? "Epic" : "Task",
      parent: id === 0 ? null : id - 1,
      inIteration: true,
    }));

    expect(placeText(placesOf(items.reverse(), RULES), depth - 1)).toBe(`task of 0 < ${depth - 2} (its parent)`);
  });

  const folder = join(
    process.env["TENANTWIRE_CONTRACTS"] ?? join(import.meta.dirname, "../../../../../shared/contracts"),
    "azure-devops/work-items",
  );
  const test = existsSync(folder) ? it : it.skip;

  test(`every item of the published projects comes, or says why not${existsSync(folder) ? "" : ` [skipped: nothing at ${folder}]`}`, () => {
    interface Published {
      readonly id: number;
      readonly fields: Record<string, unknown>;
      readonly relations: readonly { rel: string; id: number }[];
    }
    const counts = new Map<string, number>();
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
      const { items } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { items: Published[] };
      const placeable = items.map(({ id, fields, relations }) => ({
        id,
        type: String(fields["System.WorkItemType"]),
        parent: relations.find(({ rel }) => rel === "System.LinkTypes.Hierarchy-Reverse")?.id ?? null,
        inIteration: String(fields["System.IterationPath"]).includes("\\"),
      }));
      const tasks = ["User Story", "Product Backlog Item", "Bug", "Task"];
      const places = placesOf(placeable, { ...RULES, tasks, outsideIterations: true });
      expect(places.size).toBe(items.length);
      for (const place of places.values()) {
        const what = place.as === "nothing" ? place.reason : `${place.as}: ${place.why}`;
        counts.set(what, (counts.get(what) ?? 0) + 1);
      }
    }

    expect([...counts.values()].reduce((sum, count) => sum + count)).toBe(1257);
    expect(Object.fromEntries(counts)).toMatchObject({
      "plan: its parent": 86,
      "plan: nested in itself": 2,
      "items of the type Test Case are not synced": 94,
    });
  });
});

describe("the types of the settings", () => {
  const level = (name: string, rank: number, ...types: string[]) => ({
    name,
    rank,
    workItemTypes: types.map((each) => ({ name: each })),
  });
  const levels = levelsOf({
    portfolioBacklogs: [
      level("Features", 20, "Feature"),
      level("Epics", 30, "Epic"),
      level("Initiatives", 40, "Initiative"),
    ],
    requirementBacklog: level("Stories", 10, "User Story", "Bug"),
    taskBacklog: level("Tasks", 0, "Task"),
  });
  const types = ["Initiative", "Epic", "Feature", "User Story", "Bug", "Task", "Issue"];

  it("levels go by their rank, whatever order they are told in", () => {
    expect(levels.map(({ name }) => name)).toEqual(["Initiatives", "Epics", "Features", "Stories", "Tasks"]);
  });

  it.each<[plans: string[], tasks: string[], faults: string[]]>([
    [["Epic", "Feature"], ["User Story", "Task"], []],
    [["Initiative", "Feature"], ["Task", "Issue"], []],
    [
      ["Feature", "Epic"],
      [],
      ["The types that become plans are nested otherwise in the process: name them as Epic, Feature."],
    ],
    [
      ["Epic", "Initiative", "Feature"],
      [],
      ["The types that become plans are nested otherwise in the process: name them as Initiative, Epic, Feature."],
    ],
    [["epic"], [], ['The work item type "epic" is spelled "Epic" in the process.']],
    [
      ["Saga"],
      [],
      ['The process has no work item type "Saga": it has Initiative, Epic, Feature, User Story, Bug, Task and Issue.'],
    ],
    [["Epic"], ["Epic"], ['The work item type "Epic" is named twice: an item is one plan, or one task.']],
    [
      ["Epic", "Issue"],
      [],
      [
        'Items of the type "Issue" are on no backlog: nothing lies below them. Name it among the types that become tasks.',
      ],
    ],
  ])("%j and %j", (plans, tasks, faults) => {
    expect(typeFaults({ plans, tasks }, levels, types)).toEqual(faults);
  });
});
