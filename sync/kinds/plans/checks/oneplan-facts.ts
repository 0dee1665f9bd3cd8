import type { PlansOrganization } from "../../../../contract/outputs/plans.ts";
import type { ApiClient } from "../../../connectors/api.ts";
import { planFields, workTypes } from "../../../connectors/oneplan/integration.ts";
import { listPlans, planTypeId } from "../../../connectors/oneplan/plans.ts";
import { onePlanFields } from "../fields.ts";
import { typesOfPlans } from "../scope.ts";
import type { OnePlanFacts } from "./facts.ts";

export async function oneplanFacts(
  client: ApiClient,
  organization: PlansOrganization,
  signal: AbortSignal,
): Promise<OnePlanFacts> {
  const planTypes: string[] = [];
  for (const name of new Set(typesOfPlans(organization))) {
    if ((await planTypeId(client, name, signal)) !== undefined) planTypes.push(name);
  }
  const taskTypes = await typesOfTasks(client, signal);
  return {
    planTypes,
    ...(taskTypes && { taskTypes }),
    planFields: onePlanFields(await planFields(client, "plans", signal)),
    taskFields: onePlanFields(await planFields(client, "tasks", signal)),
  };
}

/** They are told of a plan; all plans are taken to have the same. */
async function typesOfTasks(client: ApiClient, signal: AbortSignal): Promise<readonly string[] | undefined> {
  for await (const [plan] of listPlans(client, signal)) {
    if (plan) return [...(await workTypes(client, plan.id, signal)).keys()];
  }
  return undefined;
}
