/**
 * Plans as a group has them before anything is connected: the default types, a few fields, one portfolio.
 *
 * @packageDocumentation
 */
import type { World } from "../../world.ts";
import { ZERO_ID } from "./model.ts";
import type { NamedType, Plan, PlanData, PlanField } from "./plan-model.ts";

/** Documented: the default types of plans. */
const PLAN_TYPES = ["Portfolio", "Program", "Project", "Epic", "Objective", "Idea", "Key Result"];
/** Assumed: the types of tasks. */
const WORK_TYPES = ["Task", "User Story", "Product Backlog Item", "Bug", "Issue"];

export function planSeed(world: World): PlanData {
  const id = (...words: string[]) => world.guid("oneplan plans", ...words);
  const types = (kind: string, names: readonly string[]): NamedType[] =>
    names.map((Name) => ({ Id: id(kind, Name), Name }));
  const field = (kind: string, name: string, type: number, more: Partial<PlanField> = {}): PlanField => ({
    Id: id(kind, name),
    InternalName: name,
    DisplayName: name.replace(/(?<=[a-z])(?=[A-Z])/g, " "),
    ColumnType: type,
    MultiLine: false,
    ReadOnly: false,
    Required: false,
    Choices: null,
    ...more,
  });
  const choices = (kind: string, labels: readonly string[]) =>
    Object.fromEntries(labels.map((label) => [id(kind, "choice", label), label]));
  const states = ["New", "Active", "Resolved", "Closed"];
  const planTypes = types("plan type", PLAN_TYPES);
  const created = world.now().toISOString();
  const portfolio: Plan = {
    id: id("portfolio"),
    Name: "Company portfolio",
    Archived: false,
    Created: created,
    Modified: created,
    Editor: ZERO_ID,
    PlannerTypeId: planTypes[0]?.Id ?? ZERO_ID,
    PortfolioParentId: ZERO_ID,
    ParentPlanId: ZERO_ID,
    Folder: true,
    PlanNumber: 1,
    SubPlans: [],
    Fields: {},
    SummaryFields: {},
    Integrations: [],
  };
  return {
    plans: { [portfolio.id]: portfolio },
    tasks: {},
    planTypes,
    workTypes: types("work type", WORK_TYPES),
    planFields: [
      field("plan field", "Owner", 1),
      field("plan field", "Description", 1, { MultiLine: true }),
      field("plan field", "Status", 5, { Choices: choices("plan status", states) }),
      field("plan field", "Priority", 3),
      field("plan field", "TargetDate", 4),
      field("plan field", "TeamProjectsArea", 1),
      // Seen in one tenant: what follows from something else cannot be written.
      field("plan field", "StartDate", 4, { ReadOnly: true }),
      field("plan field", "FinishDate", 4, { ReadOnly: true }),
      field("plan field", "PercentComplete", 2, { ReadOnly: true }),
    ],
    taskFields: [
      field("task field", "Description", 1, { MultiLine: true }),
      field("task field", "Status", 5, { Choices: choices("task status", states) }),
      field("task field", "Priority", 3),
      field("task field", "StartDate", 4),
      field("task field", "DueDate", 4),
      field("task field", "Iteration", 1),
      field("task field", "RemainingWork", 3),
    ],
    iterations: [],
    integrations: {},
    events: {},
    eventLog: [],
    deletedPlans: [],
    lastNumber: 1,
    hidden: {},
  };
}
