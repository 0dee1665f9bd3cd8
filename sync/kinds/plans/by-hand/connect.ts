/**
 * Which plans go with which work items, and putting a plan together with an item that is there already: what OnePlan's
 * window of connected systems offers. What belongs together is told to OnePlan; the next run compares the two.
 *
 * @packageDocumentation
 */
import { SettingsError } from "../../../../contract/errors.ts";
import type { PlansOrganization } from "../../../../contract/outputs/plans.ts";
import { listed, quoted } from "../../../../contract/words.ts";
import type { ApiClient } from "../../../connectors/api.ts";
import { type AzureDevOpsClient, idsFound, itemAddress, readItem } from "../../../connectors/azure-devops/index.ts";
import { itemOf, listPlans, type Plan, planTypeId, stampPlan } from "../../../connectors/oneplan/plans.ts";
import { partitionsOf } from "../../../state/partitions.ts";
import type { State } from "../../../state/session.ts";
import { Disconnected } from "../disconnected.ts";
import { integrationLine } from "../integration-line.ts";
import { scopeOf } from "../scope.ts";
import { command } from "../../../../contract/this-stack.ts";

export interface ConnectedPlan {
  readonly id: string;
  readonly name: string;
  readonly archived: boolean;
  /** Id of the work item. */
  readonly item: string;
  /** Where the work item is. */
  readonly url: string;
  /** Did a run put the two together? Otherwise the next one compares them first. */
  readonly synced: boolean;
  /** Somebody took the two apart: both stay as they are, with all that lies below them. */
  readonly disconnected?: true;
}

export interface Connected {
  readonly organization: PlansOrganization;
  /** Name of the sync. */
  readonly sync: string;
  readonly azureDevOps: AzureDevOpsClient;
  readonly oneplan: ApiClient;
  readonly integrationId: string | undefined;
  readonly isShared: boolean;
  /** Root of OnePlan, without a slash at the end. */
  readonly oneplanUrl: string;
  readonly state: State;
  readonly signal: AbortSignal;
}

/** Plans that go with a work item of the organization, or went with one before they were taken apart, by name. */
export async function connectedPlans(connected: Connected): Promise<ConnectedPlan[]> {
  const { organization, sync, oneplan, state, signal } = connected;
  const line = await integrationLine(oneplan, connected, state, true, signal);
  const disconnected = new Disconnected(sync);
  await disconnected.load(state);
  const found: ConnectedPlan[] = [];
  for await (const page of listPlans(oneplan, signal)) {
    for (const plan of page) {
      const isApart = disconnected.has(plan.id);
      const item = itemOf(plan, line) || (isApart ? await disconnected.formerly(state, plan.id) : undefined);
      if (!item) continue;
      const synced = (await state.get(partitionsOf(sync).linked, plan.id)) !== undefined;
      const url = itemAddress(organization.url, item);
      found.push({
        ...{ id: plan.id, name: plan.Name, archived: plan.Archived === true, item, url, synced },
        ...(isApart && { disconnected: true }),
      });
    }
  }
  return found.sort((one, other) => one.name.localeCompare(other.name));
}

/**
 * Puts a plan together with a work item; whoever calls it holds the lock of the sync.
 *
 * @param named id of the plan, or its name
 * @returns the plan's name, and the item's title
 * @throws SettingsError where the two cannot go together: nothing is written
 */
export async function connectPlan(
  connected: Connected,
  named: string,
  item: number,
): Promise<{ readonly plan: string; readonly title: string }> {
  const { organization, sync, azureDevOps, oneplan, state, signal } = connected;
  const read = await readItem(azureDevOps, item, signal);
  if (!read)
    throw new SettingsError(`The organization ${organization.name} has no work item ${item}, or does not show it.`);
  const title = String(read.fields?.["System.Title"] ?? "");
  const type = String(read.fields?.["System.WorkItemType"] ?? "");
  if (!organization.planTypes.includes(type)) {
    throw new SettingsError(
      `Work item ${item} is of the type ${quoted(type)}, which becomes no plan: plans are ${listed(organization.planTypes.map(quoted))}.`,
    );
  }
  if (!(await isInScope(connected, item, String(read.fields?.["System.TeamProject"] ?? "")))) {
    throw new SettingsError(
      `Work item ${item} (${quoted(title)}) is not in scope: projects, area and query of the settings leave it out.`,
    );
  }
  const line = await integrationLine(oneplan, connected, state, true, signal);
  const plans = await allPlans(connected);
  const plan = planCalled(plans, named);
  const other = plans.find((each) => itemOf(each, line) === String(item));
  if (other && other.id !== plan.id) {
    throw new SettingsError(`Work item ${item} goes with the plan ${quoted(other.Name)} (${other.id}) already.`);
  }
  const before = itemOf(plan, line);
  if (before && before !== String(item)) {
    throw new SettingsError(`The plan ${quoted(plan.Name)} goes with work item ${before} already.`);
  }
  if ((await state.get(partitionsOf(sync).links, String(item))) !== undefined) {
    throw new SettingsError(
      `Work item ${item} was synced with another plan already: ${command("plans list")} tells with which.`,
    );
  }
  if (plan.PlannerTypeId !== (await planTypeId(oneplan, type, signal))) {
    throw new SettingsError(
      `The plan ${quoted(plan.Name)} is of another type than work item ${item}, which is of the type ${quoted(type)}: change one of the two first.`,
    );
  }
  const itemUrl = itemAddress(organization.url, String(item));
  const integration = await integrationLine(oneplan, connected, state, false, signal);
  await stampPlan(oneplan, plan.id, { integration, itemId: String(item), itemUrl }, signal);
  await state.commit(await new Disconnected(sync).together(state, String(item), plan.id));
  return { plan: plan.Name, title };
}

async function isInScope(
  { organization, azureDevOps, signal }: Connected,
  item: number,
  project: string,
): Promise<boolean> {
  if (!organization.projects.some((name) => name.toLowerCase() === project.toLowerCase())) return false;
  const where = `${scopeOf(organization)} AND [System.Id] = ${item}`;
  for await (const ids of idsFound(azureDevOps, where, project, signal)) if (ids.includes(item)) return true;
  return false;
}

export async function allPlans({ oneplan, signal }: Pick<Connected, "oneplan" | "signal">): Promise<Plan[]> {
  const plans: Plan[] = [];
  for await (const page of listPlans(oneplan, signal)) plans.push(...page);
  return plans;
}

/** @throws SettingsError where it is none of them, or several */
export function planCalled(plans: readonly Plan[], named: string): Plan {
  const byId = plans.find(({ id }) => id === named.toLowerCase());
  const [plan, another] = byId ? [byId] : plans.filter(({ Name }) => Name === named);
  if (!plan)
    throw new SettingsError(`OnePlan has no plan ${quoted(named)}: name it as it is called there, or by its id.`);
  if (another) {
    const ids = plans.filter(({ Name }) => Name === named).map(({ id }) => id);
    throw new SettingsError(`OnePlan has several plans ${quoted(named)}: say which by its id (${ids.join(", ")}).`);
  }
  return plan;
}
