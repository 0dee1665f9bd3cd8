import type { PlansOrganization } from "../../../contract/outputs/plans.ts";

/** The work items of a project that are in scope, as a condition of WIQL. */
export function scopeOf({ planTypes, taskTypes, area, query }: PlansOrganization): string {
  return [
    "[System.TeamProject] = @project",
    `[System.WorkItemType] IN (${[...planTypes, ...taskTypes].map(text).join(", ")})`,
    ...(area === undefined ? [] : [`[System.AreaPath] UNDER ${text(area)}`]),
    ...(query === undefined ? [] : [`(${query})`]),
  ].join(" AND ");
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** Types that become plans, with that of team projects where those are plans too. */
export function typesOfPlans({ planTypes, projectPlanType }: PlansOrganization): readonly string[] {
  return projectPlanType === undefined ? planTypes : [projectPlanType, ...planTypes];
}
