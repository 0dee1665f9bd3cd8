/**
 * Which field goes with which: what the settings say, and where they say nothing what OnePlan's own integration does
 * (documented: its two tables).
 *
 * @packageDocumentation
 */
import type { PlansField, PlansOrganization } from "../../../contract/outputs/plans.ts";
import type { Direction, FieldValue, Rule, Rules, SideName } from "../../model/types.ts";

/** What an item is in OnePlan; a team project can be a plan too. */
export type ItemType = "project" | "plan" | "task";

export const PARENT = "System.Parent";
export const TYPE = "System.WorkItemType";
export const TITLE = "System.Title";
export const TAGS = "System.Tags";
export const STATE = "System.State";
export const ASSIGNED = "System.AssignedTo";
export const ITERATION = "System.IterationPath";

/** What the sides call a plan's or task's parent and type, whatever OnePlan's property is called. */
export const PLAN_PARENT = "Parent";
export const PLAN_TYPE = "Type";
export const NAME = "Name";

/** A pair of fields of one type of item. */
export interface Pair {
  readonly type: ItemType;
  readonly a: string;
  readonly b: string;
  readonly setting: PlansField;
}

const both = (azureDevOps: string, oneplan: string): PlansField => ({ azureDevOps, oneplan, direction: "both" });

/** Documented: plans. */
const PLANS: readonly PlansField[] = [
  both(TITLE, NAME),
  both(ASSIGNED, "Owner"),
  both(PARENT, PLAN_PARENT),
  both(TYPE, PLAN_TYPE),
];

/** Documented: backlogs. */
const TASKS: readonly PlansField[] = [
  both(TITLE, NAME),
  both(ASSIGNED, "AssignedTo"),
  both(PARENT, PLAN_PARENT),
  both(TYPE, PLAN_TYPE),
  both(ITERATION, "Iteration"),
  both("Microsoft.VSTS.Scheduling.StartDate", "StartDate"),
  both("Microsoft.VSTS.Scheduling.TargetDate", "DueDate"),
];

/** A project's plan has its name, and lies where people put it. */
const PROJECTS: readonly PlansField[] = [
  { azureDevOps: TITLE, oneplan: NAME, direction: "toOnePlan" },
  { azureDevOps: TYPE, oneplan: PLAN_TYPE, direction: "toOnePlan" },
];

export function pairsOf({ planFields, taskFields }: PlansOrganization): readonly Pair[] {
  const of = (type: ItemType, usual: readonly PlansField[], declared: readonly PlansField[]) => {
    const names = new Set(declared.map(({ azureDevOps }) => azureDevOps));
    // Where it lies and what it is goes with every item, whatever else is declared.
    const always =
      declared.length === 0 ? usual : usual.filter(({ azureDevOps }) => [PARENT, TYPE].includes(azureDevOps));
    const all = [...always.filter(({ azureDevOps }) => !names.has(azureDevOps)), ...declared];
    return all.map((setting): Pair => ({ type, a: setting.azureDevOps, b: ownName(setting), setting }));
  };
  return [...of("project", PROJECTS, []), ...of("plan", PLANS, planFields), ...of("task", TASKS, taskFields)];
}

/** The fields of plans and tasks that a value of their own goes between: all but where something lies and what it is. */
export function mappedPairs(organization: PlansOrganization): readonly Pair[] {
  return pairsOf(organization).filter(({ type, a }) => type !== "project" && a !== PARENT && a !== TYPE);
}

function ownName({ azureDevOps, oneplan }: PlansField): string {
  if (azureDevOps === PARENT) return PLAN_PARENT;
  return azureDevOps === TYPE ? PLAN_TYPE : oneplan;
}

const DIRECTIONS: Readonly<Record<PlansField["direction"], Direction>> = {
  toOnePlan: "->",
  toAzureDevOps: "<-",
  both: "<->",
  once: "once",
};

const POLICIES = { azureDevOps: "a", oneplan: "b", newest: "newest", fail: "fail" } as const;

/** Values as the other side has them; `undefined` where that cannot be. */
export interface Carrying {
  carried(pair: Pair, value: FieldValue, to: SideName): FieldValue | undefined;
}

/**
 * What exists is decided by Azure DevOps alone, unless people may make and take away work items in OnePlan too.
 */
export function rulesOfPairs(
  pairs: readonly Pair[],
  { createWorkItems }: Pick<PlansOrganization, "createWorkItems">,
  terms: Carrying,
): Rules {
  const fields = pairs.map((pair): Rule => {
    const { type, a, b, setting } = pair;
    const { conflict, empty } = setting;
    return {
      type,
      a,
      b,
      direction: DIRECTIONS[setting.direction],
      ...(conflict && { conflict: POLICIES[conflict] }),
      ...(empty && { empty }),
      ...(a === TYPE && { isType: true as const }),
      ...(a === PARENT
        ? { refers: true as const }
        : {
            toB: (value: FieldValue) => terms.carried(pair, value, "b"),
            toA: (value: FieldValue) => terms.carried(pair, value, "a"),
          }),
    };
  });
  return { fields, life: createWorkItems ? "<->" : "->", creates: createWorkItems ? ["a", "b"] : ["b"] };
}
