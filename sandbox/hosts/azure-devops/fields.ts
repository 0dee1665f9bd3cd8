/**
 * Fields of work items, as an organization has them before anybody adds one (documented: names, types; published
 * examples: which of them a client may not write).
 *
 * @packageDocumentation
 */

/** The published values of a field's `type` that are here; an identity is a string that says so. */
export type FieldType =
  "string" | "integer" | "double" | "dateTime" | "plainText" | "html" | "treePath" | "history" | "boolean";

export interface Field {
  readonly referenceName: string;
  readonly name: string;
  readonly type: FieldType;
  readonly isIdentity: boolean;
  /** Set by the server; a client's value is refused, or passed over where {@link isIgnored} says so. */
  readonly readOnly: boolean;
}

type Options = Partial<Pick<Field, "isIdentity" | "readOnly">>;

function field(referenceName: string, name: string, type: FieldType, options: Options = {}): Field {
  return { referenceName, name, type, isIdentity: false, readOnly: false, ...options };
}

const readOnly = { readOnly: true };
const identity = { isIdentity: true };

const system: readonly Field[] = [
  field("System.Id", "ID", "integer", readOnly),
  field("System.Rev", "Rev", "integer", readOnly),
  field("System.TeamProject", "Team Project", "string"),
  field("System.AreaId", "Area ID", "integer", readOnly),
  field("System.AreaPath", "Area Path", "treePath"),
  field("System.NodeName", "Node Name", "string", readOnly),
  field("System.IterationId", "Iteration ID", "integer", readOnly),
  field("System.IterationPath", "Iteration Path", "treePath"),
  field("System.WorkItemType", "Work Item Type", "string"),
  field("System.State", "State", "string"),
  field("System.Reason", "Reason", "string"),
  field("System.AssignedTo", "Assigned To", "string", identity),
  field("System.CreatedDate", "Created Date", "dateTime", readOnly),
  field("System.CreatedBy", "Created By", "string", { ...identity, ...readOnly }),
  field("System.ChangedDate", "Changed Date", "dateTime", readOnly),
  field("System.ChangedBy", "Changed By", "string", { ...identity, ...readOnly }),
  field("System.AuthorizedDate", "Authorized Date", "dateTime", readOnly),
  field("System.RevisedDate", "Revised Date", "dateTime", readOnly),
  field("System.Watermark", "Watermark", "integer", readOnly),
  field("System.CommentCount", "Comment Count", "integer", readOnly),
  field("System.Parent", "Parent", "integer", readOnly),
  field("System.IsDeleted", "Is Deleted", "boolean", readOnly),
  field("System.BoardColumn", "Board Column", "string", readOnly),
  field("System.BoardColumnDone", "Board Column Done", "boolean", readOnly),
  field("System.BoardLane", "Board Lane", "string", readOnly),
  field("System.Title", "Title", "string"),
  field("System.Description", "Description", "html"),
  field("System.History", "History", "history"),
  field("System.Tags", "Tags", "plainText"),
];

const common: readonly Field[] = [
  field("Microsoft.VSTS.Common.Priority", "Priority", "integer"),
  field("Microsoft.VSTS.Common.Severity", "Severity", "string"),
  field("Microsoft.VSTS.Common.ValueArea", "Value Area", "string"),
  field("Microsoft.VSTS.Common.Activity", "Activity", "string"),
  field("Microsoft.VSTS.Common.AcceptanceCriteria", "Acceptance Criteria", "html"),
  field("Microsoft.VSTS.Common.StackRank", "Stack Rank", "double"),
  field("Microsoft.VSTS.Common.BacklogPriority", "Backlog Priority", "double"),
  field("Microsoft.VSTS.Common.BusinessValue", "Business Value", "integer"),
  field("Microsoft.VSTS.Common.StateChangeDate", "State Change Date", "dateTime", readOnly),
  field("Microsoft.VSTS.Common.ClosedDate", "Closed Date", "dateTime"),
  field("Microsoft.VSTS.Scheduling.Effort", "Effort", "double"),
  field("Microsoft.VSTS.Scheduling.StoryPoints", "Story Points", "double"),
  field("Microsoft.VSTS.Scheduling.OriginalEstimate", "Original Estimate", "double"),
  field("Microsoft.VSTS.Scheduling.RemainingWork", "Remaining Work", "double"),
  field("Microsoft.VSTS.Scheduling.CompletedWork", "Completed Work", "double"),
  field("Microsoft.VSTS.Scheduling.StartDate", "Start Date", "dateTime"),
  field("Microsoft.VSTS.Scheduling.FinishDate", "Finish Date", "dateTime"),
  field("Microsoft.VSTS.Scheduling.TargetDate", "Target Date", "dateTime"),
  field("Microsoft.VSTS.Scheduling.DueDate", "Due Date", "dateTime"),
  field("Microsoft.VSTS.TCM.ReproSteps", "Repro Steps", "html"),
  field("Microsoft.VSTS.TCM.SystemInfo", "System Info", "html"),
  field("Microsoft.VSTS.TCM.Steps", "Steps", "html"),
  field("Microsoft.VSTS.TCM.Parameters", "Parameters", "html"),
  field("Microsoft.VSTS.TCM.LocalDataSource", "Local Data Source", "html"),
  field("Microsoft.VSTS.TCM.AutomationStatus", "Automation status", "string"),
];

export const fields: readonly Field[] = [...system, ...common];

/** Fields that every type has (documented). */
export const systemFields: readonly string[] = system.map(({ referenceName }) => referenceName);

/** Where a value has to be one of these (documented: the processes' choices). */
export const choices: Readonly<Record<string, readonly (string | number)[]>> = {
  "Microsoft.VSTS.Common.Priority": [1, 2, 3, 4],
  "Microsoft.VSTS.Common.Severity": ["1 - Critical", "2 - High", "3 - Medium", "4 - Low"],
  "Microsoft.VSTS.Common.ValueArea": ["Architectural", "Business"],
  "Microsoft.VSTS.Common.Activity": ["Deployment", "Design", "Development", "Documentation", "Requirements", "Testing"],
};

const byKey = new Map(
  fields.flatMap((each) => [
    [each.referenceName.toLowerCase(), each],
    [each.name.toLowerCase(), each],
  ]),
);

/** A field by its reference name or its display name, whatever the letter case. */
export function fieldNamed(name: string): Field | undefined {
  return byKey.get(name.toLowerCase());
}

/** Texts that have a format of their own and that lists and reports leave out unless asked (documented). */
export function isLongText({ type }: Field): boolean {
  return type === "html" || type === "history";
}
