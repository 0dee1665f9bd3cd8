/**
 * Fields of work items that a mapping treats in a way of its own, and the vendor's two tables of what goes where by
 * default (published: "OnePlan Plans and Azure DevOps").
 *
 * @packageDocumentation
 */

/** What OnePlan calls the title of a plan or task. */
export const NAME = "Name";
export const TITLE = "System.Title";

/**
 * Where an item lies and what it is: always there, and written only to say which way it goes or who wins. What OnePlan's
 * properties are called here.
 */
export const HIERARCHY: Readonly<Record<string, string>> = { "System.Parent": "Parent", "System.WorkItemType": "Type" };

/** Azure DevOps writes them itself. What is read-only there besides, `tenantwire plans check` finds. */
export const READ_ONLY = [
  "System.Id",
  "System.TeamProject",
  "System.Rev",
  "System.AreaId",
  "System.IterationId",
  "System.NodeName",
  "System.CreatedDate",
  "System.CreatedBy",
  "System.ChangedDate",
  "System.ChangedBy",
  "System.AuthorizedDate",
  "System.RevisedDate",
  "System.Watermark",
  "System.CommentCount",
  "System.BoardColumn",
  "System.BoardColumnDone",
  "System.BoardLane",
] as const;

const both = (azureDevOps: string, oneplan: string) => ({ azureDevOps, oneplan, direction: "both" as const });

export const planFields = [both(TITLE, NAME), both("System.AssignedTo", "Owner")];

export const taskFields = [
  both(TITLE, NAME),
  both("System.AssignedTo", "AssignedTo"),
  both("System.IterationPath", "Iteration"),
  both("Microsoft.VSTS.Scheduling.StartDate", "StartDate"),
  both("Microsoft.VSTS.Scheduling.TargetDate", "DueDate"),
];
