/**
 * The processes that projects follow: types, states, backlogs. Agile, Scrum and Basic with Microsoft's ids, and one
 * that somebody inherited from Agile, with a level above Epic (documented: types, states and their categories, levels).
 *
 * @packageDocumentation
 */
import { systemFields } from "./fields.ts";

/** The published categories of states. */
export type StateCategory = "Proposed" | "InProgress" | "Resolved" | "Completed" | "Removed";

export interface State {
  readonly name: string;
  readonly category: StateCategory;
}

export interface WorkItemType {
  readonly name: string;
  readonly referenceName: string;
  readonly color: string;
  readonly icon: string;
  readonly states: readonly State[];
  /** Reference names. */
  readonly fields: readonly string[];
  /** Reference name of its category, e.g. `Microsoft.TaskCategory`. */
  readonly category: string;
}

export interface Backlog {
  readonly id: string;
  readonly name: string;
  /** The backlog of tasks has 0. */
  readonly rank: number;
  readonly types: readonly string[];
}

/** Where bugs are worked on (documented). */
export type BugsBehavior = "off" | "asRequirements" | "asTasks";

export interface Process {
  readonly id: string;
  readonly name: string;
  readonly isDefault: boolean;
  readonly types: readonly WorkItemType[];
  /** Outermost first. */
  readonly portfolio: readonly Backlog[];
  readonly requirement: Backlog;
  readonly task: Backlog;
  /** Assumed: what a new team's setting is. */
  readonly bugsBehavior: BugsBehavior;
}

const CATEGORIES: Readonly<Record<string, StateCategory>> = {
  New: "Proposed",
  "To Do": "Proposed",
  Design: "Proposed",
  "In Planning": "Proposed",
  Proposed: "Proposed",
  Approved: "Proposed",
  Active: "InProgress",
  "In Progress": "InProgress",
  Doing: "InProgress",
  Committed: "InProgress",
  Open: "InProgress",
  Ready: "InProgress",
  Resolved: "Resolved",
  Closed: "Completed",
  Done: "Completed",
  Completed: "Completed",
  Inactive: "Completed",
  Removed: "Removed",
};

const planning = [
  "Microsoft.VSTS.Common.Priority",
  "Microsoft.VSTS.Common.StateChangeDate",
  "Microsoft.VSTS.Common.ClosedDate",
];
const dates = ["Microsoft.VSTS.Scheduling.StartDate", "Microsoft.VSTS.Scheduling.TargetDate"];
const portfolioFields = [
  ...planning,
  ...dates,
  "Microsoft.VSTS.Common.ValueArea",
  "Microsoft.VSTS.Common.BusinessValue",
  "Microsoft.VSTS.Scheduling.Effort",
  "Microsoft.VSTS.Common.StackRank",
];
const requirementFields = [
  ...planning,
  ...dates,
  "Microsoft.VSTS.Scheduling.FinishDate",
  "Microsoft.VSTS.Common.ValueArea",
  "Microsoft.VSTS.Common.AcceptanceCriteria",
  "Microsoft.VSTS.Scheduling.StoryPoints",
  "Microsoft.VSTS.Scheduling.Effort",
  "Microsoft.VSTS.Common.StackRank",
  "Microsoft.VSTS.Common.BacklogPriority",
];
const taskFields = [
  ...planning,
  "Microsoft.VSTS.Common.Activity",
  "Microsoft.VSTS.Scheduling.OriginalEstimate",
  "Microsoft.VSTS.Scheduling.RemainingWork",
  "Microsoft.VSTS.Scheduling.CompletedWork",
  "Microsoft.VSTS.Scheduling.StartDate",
  "Microsoft.VSTS.Scheduling.FinishDate",
  "Microsoft.VSTS.Scheduling.TargetDate",
];
const bugFields = [
  ...requirementFields,
  "Microsoft.VSTS.Common.Severity",
  "Microsoft.VSTS.Common.Activity",
  "Microsoft.VSTS.TCM.ReproSteps",
  "Microsoft.VSTS.TCM.SystemInfo",
  "Microsoft.VSTS.Scheduling.RemainingWork",
];
const testFields = [
  ...planning,
  "Microsoft.VSTS.TCM.Steps",
  "Microsoft.VSTS.TCM.Parameters",
  "Microsoft.VSTS.TCM.LocalDataSource",
  "Microsoft.VSTS.TCM.AutomationStatus",
];

function type(name: string, category: string, states: readonly string[], more: readonly string[]): WorkItemType {
  const own = LOOKS[name] ?? { color: "009CCC", icon: "icon_clipboard" };
  return {
    name,
    referenceName: `Microsoft.VSTS.WorkItemTypes.${name.replaceAll(" ", "")}`,
    ...own,
    states: states.map((state) => ({ name: state, category: CATEGORIES[state] ?? "InProgress" })),
    fields: [...systemFields, ...more],
    category: `Microsoft.${category}Category`,
  };
}

const LOOKS: Readonly<Record<string, { color: string; icon: string }>> = {
  Epic: { color: "FF7B00", icon: "icon_crown" },
  Feature: { color: "773B93", icon: "icon_trophy" },
  Task: { color: "F2CB1D", icon: "icon_clipboard" },
  Bug: { color: "CC293D", icon: "icon_insect" },
  "User Story": { color: "009CCC", icon: "icon_book" },
  "Product Backlog Item": { color: "009CCC", icon: "icon_list" },
};

const testTypes = [
  type("Test Case", "TestCase", ["Design", "Ready", "Closed"], testFields),
  type("Test Plan", "TestPlan", ["Active", "Inactive"], testFields),
  type("Test Suite", "TestSuite", ["In Planning", "In Progress", "Completed"], testFields),
  type("Shared Steps", "SharedStep", ["Active", "Closed"], testFields),
];

const epics = { id: "Microsoft.EpicCategory", name: "Epics", rank: 30, types: ["Epic"] };
const features = { id: "Microsoft.FeatureCategory", name: "Features", rank: 20, types: ["Feature"] };
const tasks = { id: "Microsoft.TaskCategory", name: "Tasks", rank: 0, types: ["Task"] };

function requirements(name: string, ...types: string[]): Backlog {
  return { id: "Microsoft.RequirementCategory", name, rank: 10, types };
}

const agileStates = ["New", "Active", "Resolved", "Closed", "Removed"];
const agileTypes = [
  type("Epic", "Epic", agileStates, portfolioFields),
  type("Feature", "Feature", agileStates, portfolioFields),
  type("User Story", "Requirement", agileStates, requirementFields),
  type("Task", "Task", ["New", "Active", "Closed", "Removed"], taskFields),
  type("Bug", "Bug", ["New", "Active", "Resolved", "Closed"], bugFields),
  type("Issue", "Issue", ["Active", "Closed"], planning),
  ...testTypes,
];

const agile: Process = {
  id: "adcc42ab-9882-485e-a3ed-7678f01f66bc",
  name: "Agile",
  isDefault: true,
  types: agileTypes,
  portfolio: [epics, features],
  requirement: requirements("Stories", "User Story"),
  task: tasks,
  bugsBehavior: "off",
};

const scrumStates = ["New", "In Progress", "Done", "Removed"];
const itemStates = ["New", "Approved", "Committed", "Done", "Removed"];
const scrum: Process = {
  id: "6b724908-ef14-45cf-84f8-768b5384da45",
  name: "Scrum",
  isDefault: false,
  types: [
    type("Epic", "Epic", scrumStates, portfolioFields),
    type("Feature", "Feature", scrumStates, portfolioFields),
    type("Product Backlog Item", "Requirement", itemStates, requirementFields),
    type("Task", "Task", ["To Do", "In Progress", "Done", "Removed"], taskFields),
    type("Bug", "Bug", itemStates, bugFields),
    type("Impediment", "Issue", ["Open", "Closed"], planning),
    ...testTypes,
  ],
  portfolio: [epics, features],
  requirement: requirements("Backlog items", "Product Backlog Item"),
  task: tasks,
  bugsBehavior: "asRequirements",
};

const basicStates = ["To Do", "Doing", "Done"];
const basic: Process = {
  id: "b8a3a935-7e91-48b8-a94c-606d37c3e9f2",
  name: "Basic",
  isDefault: false,
  types: [
    type("Epic", "Epic", basicStates, portfolioFields),
    type("Issue", "Requirement", basicStates, requirementFields),
    type("Task", "Task", basicStates, taskFields),
    ...testTypes,
  ],
  portfolio: [{ ...epics, rank: 20 }],
  requirement: requirements("Issues", "Issue"),
  task: tasks,
  bugsBehavior: "off",
};

/** Inherited, with a portfolio level of its own: five levels from Initiative down to Task. */
const contosoAgile: Process = {
  ...agile,
  id: "5f0d4c7e-2a34-4a0f-9c0b-8d5a6f1f7b21",
  name: "Contoso Agile",
  isDefault: false,
  types: [
    {
      ...type("Initiative", "Initiative", agileStates, portfolioFields),
      referenceName: "ContosoAgile.Initiative",
      category: "Custom.InitiativeCategory",
    },
    ...agileTypes,
  ],
  portfolio: [
    { id: "Custom.InitiativeCategory", name: "Initiatives", rank: 40, types: ["Initiative"] },
    epics,
    features,
  ],
};

export const processes: readonly Process[] = [agile, scrum, basic, contosoAgile];

export function processNamed(name: string): Process {
  const found = processes.find((each) => each.name === name);
  if (!found) throw new Error(`There is no process ${name}: ${processes.map((each) => each.name).join(", ")}.`);
  return found;
}

/** A type of the process, whatever the letter case (assumed). */
export function typeNamed(process: Process, name: string): WorkItemType | undefined {
  return process.types.find((each) => each.name.toLowerCase() === name.toLowerCase());
}
