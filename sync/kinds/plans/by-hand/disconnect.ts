/**
 * Taking a plan and a work item apart: what OnePlan's window of connected systems calls to disconnect. Neither is changed
 * but for what says that they go together, and no run puts them together again by itself.
 *
 * @packageDocumentation
 */
import { SettingsError } from "../../../../contract/errors.ts";
import { quoted } from "../../../../contract/words.ts";
import { readItem, updateItem } from "../../../connectors/azure-devops/index.ts";
import { itemOf, stampPlan } from "../../../connectors/oneplan/plans.ts";
import { allPlans, type Connected, planCalled } from "./connect.ts";
import { Disconnected } from "../disconnected.ts";
import { withoutHyperlinkSteps } from "../hyperlink.ts";
import { integrationLine } from "../integration-line.ts";
import { isProjectId } from "../keys.ts";

export interface TakenApart {
  /** Id and name of the plan. */
  readonly plan: { readonly id: string; readonly name: string };
  /** Id of the work item. */
  readonly item: string;
  /** Plans below it that go with a work item: they keep it, and stay as they are too. */
  readonly below: number;
}

/**
 * Takes a plan and its work item apart; whoever calls it holds the lock of the sync. What is remembered comes first, so
 * that a run after one that ended in between leaves both alone: once more does the rest.
 *
 * @param named id of the plan, or its name
 * @param dryRun says what would be done: nothing is written
 * @throws SettingsError where the plan goes with nothing: nothing is written
 */
export async function disconnectPlan(connected: Connected, named: string, dryRun: boolean): Promise<TakenApart> {
  const { organization, sync, azureDevOps, oneplan, oneplanUrl, state, signal } = connected;
  const line = await integrationLine(oneplan, connected, state, true, signal);
  const plans = await allPlans(connected);
  const plan = planCalled(plans, named);
  const disconnected = new Disconnected(sync);
  const item = itemOf(plan, line) || (await disconnected.formerly(state, plan.id));
  if (!item) throw new SettingsError(`The plan ${quoted(plan.Name)} goes with no work item of ${organization.name}.`);
  if (isProjectId(item)) {
    throw new SettingsError(
      `The plan ${quoted(plan.Name)} is that of a team project: take projectPlanType or the project out of the settings, and deploy (pulumi up).`,
    );
  }
  const above = new Map(plans.map(({ id, PortfolioParentId }) => [id, PortfolioParentId ?? ""]));
  const below = plans.filter((each) => itemOf(each, line) && isBelow(each.id, plan.id, above)).length;
  const taken: TakenApart = { plan: { id: plan.id, name: plan.Name }, item, below };
  if (dryRun) return taken;
  await state.commit(await disconnected.apart(state, item, plan.id));
  await stampPlan(oneplan, plan.id, { integration: line, itemId: "", itemUrl: "" }, signal);
  const read = await readItem(azureDevOps, Number(item), signal);
  const steps = read ? withoutHyperlinkSteps(read, oneplanUrl) : [];
  if (read && steps.length > 0) {
    await updateItem(azureDevOps, read, steps, { suppressNotifications: !organization.notifications }, signal);
  }
  return taken;
}

function isBelow(id: string, plan: string, above: ReadonlyMap<string, string>): boolean {
  const seen = new Set<string>();
  for (let next = above.get(id); next !== undefined && !seen.has(next); next = above.get(next)) {
    if (next === plan) return true;
    seen.add(next);
  }
  return false;
}
