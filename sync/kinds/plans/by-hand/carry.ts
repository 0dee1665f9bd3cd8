/**
 * What somebody asks of one plan by hand: that its values come from the work item, go to it, or that a work item is made of
 * it. Each is a run of that plan alone, by the planner, lock, limits and journal of all runs.
 *
 * @packageDocumentation
 */
import { SettingsError } from "../../../../contract/errors.ts";
import type { PlansOrganization } from "../../../../contract/outputs/plans.ts";
import { listed, quoted } from "../../../../contract/words.ts";
import type { Rule, Rules } from "../../../model/types.ts";
import { itemOf, NO_ID, planTypeId } from "../../../connectors/oneplan/plans.ts";
import { partitionsOf } from "../../../state/partitions.ts";
import { allPlans, type Connected, planCalled } from "./connect.ts";
import { Disconnected } from "../disconnected.ts";
import { integrationLine } from "../integration-line.ts";
import { command, fill } from "../../../../contract/this-stack.ts";

/**
 * - `import`: what differs is as Azure DevOps has it, whoever changed it;
 * - `export`: what differs is as OnePlan has it;
 * - `create`: a work item is made of a plan that goes with none.
 */
export type Asked = "import" | "export" | "create";

/** The rules of a run that carries values in one direction only. Fields that never go that way are left out of it. */
export function rulesFor(asked: Asked, rules: Rules): Rules {
  if (asked === "create") return rules;
  const way = asked === "import" ? "->" : "<-";
  const fields = rules.fields.flatMap((rule): Rule[] => {
    if (rule.direction === "<->") return [{ ...rule, direction: way }];
    return rule.direction === way ? [rule] : [];
  });
  const life = asked === "import" ? "->" : rules.life;
  // Both sides are remembered as with any run of this sync.
  return { fields, life, creates: ["a", "b"], isPartial: true };
}

/** The organization as a run has it that makes a work item of one plan: of nothing that lies in it, and in one project. */
export function organizationFor(
  asked: Asked,
  organization: PlansOrganization,
  project: string | undefined,
): PlansOrganization {
  if (asked !== "create") return organization;
  const projects = project === undefined ? organization.projects : [project];
  return { ...organization, projects, taskTypes: [], createWorkItems: true };
}

/** Of a plan that is asked for what a run of it is about. */
interface Found {
  /** Ids of items of either side. */
  readonly only: readonly string[];
  /** In which a work item is made; undefined: that of what it lies below, or the only one. */
  readonly project?: string;
}

/**
 * Finds what is meant.
 *
 * @param named id of the plan, or its name
 * @param project name of a team project, where a work item is made that lies below nothing
 * @throws SettingsError where it cannot be: nothing is written
 */
export async function findAsked(
  connected: Connected,
  asked: Asked,
  named: string,
  project: string | undefined,
): Promise<Found> {
  const { organization, sync, oneplan, state, signal } = connected;
  const line = await integrationLine(oneplan, connected, state, true, signal);
  const plans = await allPlans(connected);
  const plan = planCalled(plans, named);
  const name = quoted(plan.Name);
  const item = itemOf(plan, line) || undefined;
  const formerly = await new Disconnected(sync).formerly(state, plan.id);
  if (formerly !== undefined) {
    throw new SettingsError(
      `The plan ${name} was disconnected from work item ${formerly}: ${command("plans connect", plan.id, "--to", formerly)} puts the two together again.`,
    );
  }
  if (asked !== "create") {
    if (item === undefined) {
      throw new SettingsError(
        `The plan ${name} goes with no work item of ${organization.name}: ${command("plans connect", plan.id, "--to", fill("work item"))} puts it together with one, and ${command("plans create", plan.id)} makes one.`,
      );
    }
    if ((await state.get(partitionsOf(sync).links, item)) === undefined) {
      throw new SettingsError(
        `The plan ${name} was not compared with work item ${item} yet: run the sync (${command("sync plans")}).`,
      );
    }
    if (asked === "export" && plan.Archived === true) {
      throw new SettingsError(`The plan ${name} is archived: nothing of it goes to Azure DevOps.`);
    }
    return { only: [item] };
  }
  if (item !== undefined) throw new SettingsError(`The plan ${name} goes with work item ${item} already.`);
  if (plan.Archived === true) throw new SettingsError(`The plan ${name} is archived: no work item is made of it.`);
  const types = new Map<string, string>();
  for (const type of organization.planTypes) {
    const id = await planTypeId(oneplan, type, signal);
    if (id !== undefined) types.set(id, type);
  }
  if (!types.has(plan.PlannerTypeId ?? NO_ID)) {
    const wanted = listed(organization.planTypes.map(quoted));
    throw new SettingsError(`The plan ${name} is of a type that is no work item: ${wanted} are.`);
  }
  const above = plans.find(({ id }) => id === plan.PortfolioParentId);
  const isAboveOurs = above !== undefined && types.has(above.PlannerTypeId ?? NO_ID);
  if (isAboveOurs && !itemOf(above, line)) {
    throw new SettingsError(
      `The plan ${name} lies below the plan ${quoted(above.Name)}, which goes with no work item: begin with that one.`,
    );
  }
  return { only: [plan.id], ...projectFor(organization, name, isAboveOurs, project) };
}

function projectFor(
  { projects, name: organization }: PlansOrganization,
  plan: string,
  isBelow: boolean,
  asked: string | undefined,
): Pick<Found, "project"> {
  if (asked !== undefined) {
    if (isBelow) {
      throw new SettingsError(`The plan ${plan} lies below another: its work item is made in the project of that one.`);
    }
    const project = projects.find((name) => name.toLowerCase() === asked.toLowerCase());
    if (project !== undefined) return { project };
    throw new SettingsError(`--project takes one of the projects of ${organization}: ${listed(projects)}.`);
  }
  if (isBelow || projects.length === 1) return {};
  throw new SettingsError(
    `The plan ${plan} lies below nothing: say with --project in which of ${listed(projects)} its work item is made.`,
  );
}
