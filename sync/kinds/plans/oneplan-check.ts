/**
 * What OnePlan has of the settings: types, fields and people. What it does not have is told, and waits.
 *
 * @packageDocumentation
 */
import type { PlansOrganization } from "../../../contract/outputs/plans.ts";
import type { ApiClient } from "../../connectors/api.ts";
import { planFields, workTypes } from "../../connectors/oneplan/integration.ts";
import { planTypeId } from "../../connectors/oneplan/plans.ts";
import { fieldFaults, onePlanFields } from "./fields.ts";
import { missingType, type OnePlanItems } from "./oneplan-items.ts";
import { mappedPairs } from "./pairs.ts";
import { typesOfPlans } from "./scope.ts";
import type { Terms } from "./terms.ts";

interface Checking {
  readonly client: ApiClient;
  readonly organization: PlansOrganization;
  readonly terms: Terms;
  readonly items: OnePlanItems;
  readonly now: () => Date;
}

export async function checkPlanTypes(
  { client, organization, terms, items }: Checking,
  signal: AbortSignal,
): Promise<void> {
  terms.missingTypes.clear();
  for (const name of typesOfPlans(organization)) {
    const id = await planTypeId(client, name, signal);
    if (id === undefined) terms.missingTypes.set(name, missingType("plan type", name));
    else items.knowPlanType(name, id);
  }
}

/** @param plan any, by which the types of tasks are asked for; `undefined` where there is none: they are not known yet */
export async function checkTerms(
  { client, organization, terms, items, now }: Checking,
  plan: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (plan !== undefined) items.workTypes ??= await workTypes(client, plan, signal);
  const types = items.workTypes;
  for (const name of types ? organization.taskTypes : []) {
    if (!types?.has(name)) terms.missingTypes.set(name, missingType("type of backlog items", name));
  }
  const plans = onePlanFields(await planFields(client, "plans", signal));
  const tasks = onePlanFields(await planFields(client, "tasks", signal));
  terms.oneplan = { project: plans, plan: plans, task: tasks };
  for (const pair of mappedPairs(organization)) {
    // One field that cannot go keeps no other waiting.
    for (const { text, isWhole } of fieldFaults(pair, terms.azureDevOps, pair.type === "task" ? tasks : plans)) {
      terms.tell(`field ${pair.type} ${text}`, isWhole ? `${text} It is left out.` : text);
      if (isWhole) terms.leaveOut(pair);
    }
  }
  await terms.readPeople(now(), signal);
}
