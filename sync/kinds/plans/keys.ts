/** What the two sides know each other's items by. @packageDocumentation */

/** What a work item carries of its other half: where that is in OnePlan. */
export const ONEPLAN_ID = "oneplan";
/** The work item that something in OnePlan goes with. */
export const WORK_ITEM = "workItem";
/** Type, parent and name: what an item is known by that carries nothing yet. */
export const PLACE = "place";

const PROJECT = /^project:/;

/** How a team project is told from a work item, which has a number. */
export function projectId(id: string): string {
  return `project:${id}`;
}

export function isProjectId(id: string): boolean {
  return PROJECT.test(id);
}

export function idOfProject(id: string): string {
  return id.replace(PROJECT, "");
}

/** Whether an id is one of Azure DevOps; those of OnePlan are GUIDs. */
export function isAzureDevOpsId(id: string): boolean {
  return /^\d+$/.test(id) || isProjectId(id);
}

/** @param above the work item that what is above goes with; none at the top, or where that goes with nothing */
export function placeKey(type: string, above: string | null, name: string): string {
  return JSON.stringify([type, above ?? "", name.trim().toLowerCase()]);
}

/** What a place was made of. */
export function placeIn(key: string): { readonly type: string; readonly above: string; readonly name: string } {
  const [type, above, name] = JSON.parse(key) as readonly [string, string, string];
  return { type, above, name };
}
