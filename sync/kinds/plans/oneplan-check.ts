/**
 * What OnePlan has of the settings: types, fields and people. What it does not have is told, and waits.
 *
 * @packageDocumentation
 */
import { quoted } from "../../../contract/words.ts";
import type { PlansOrganization } from "../../../contract/outputs/plans.ts";
import type { ApiClient } from "../../connectors/api.ts";
import { type PlanField, planFields, workTypes } from "../../connectors/oneplan/integration.ts";
import { arrayElements } from "../../connectors/oneplan/list.ts";
import { planTypeId } from "../../connectors/oneplan/plans.ts";
import type { Resource } from "../../connectors/oneplan/resources.ts";
import { missingType, type OnePlanItems } from "./oneplan-items.ts";
import type { Pair } from "./pairs.ts";
import { People, type Person } from "./people.ts";
import type { OnePlanField, Terms } from "./terms.ts";

export interface Checking {
  readonly client: ApiClient;
  readonly organization: PlansOrganization;
  readonly pairs: readonly Pair[];
  readonly terms: Terms;
  readonly items: OnePlanItems;
}

export async function checkPlanTypes(
  { client, organization, terms, items }: Checking,
  signal: AbortSignal,
): Promise<void> {
  const { planTypes, projectPlanType } = organization;
  terms.missingTypes.clear();
  for (const name of [...(projectPlanType === undefined ? [] : [projectPlanType]), ...planTypes]) {
    const id = await planTypeId(client, name, signal);
    if (id === undefined) terms.missingTypes.set(name, missingType("plan type", name));
    else items.knowPlanType(name, id);
  }
}

/** @param plan any, by which the types of tasks are asked for; `undefined` where there is none: they are not known yet */
export async function checkTerms(
  { client, organization, pairs, terms, items }: Checking,
  plan: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (plan !== undefined) items.workTypes ??= await workTypes(client, plan, signal);
  const types = items.workTypes;
  for (const name of types ? organization.taskTypes : []) {
    if (!types?.has(name)) terms.missingTypes.set(name, missingType("type of backlog items", name));
  }
  const [plans, tasks] = [await planFields(client, "plans", signal), await planFields(client, "tasks", signal)];
  terms.oneplan = { project: fieldsOf(plans), plan: fieldsOf(plans), task: fieldsOf(tasks) };
  for (const pair of pairs) checkField(terms, pair, pair.type === "task" ? tasks : plans);
  terms.people = new People(await peopleOf(client, signal));
}

function checkField(terms: Terms, pair: Pair, fields: readonly PlanField[]): void {
  const { type, a, b, setting } = pair;
  if (!terms.hasOnePlan(pair)) {
    const shown = fields.find(({ DisplayName }) => DisplayName === b)?.InternalName;
    const hint = shown === undefined ? "make it in OnePlan, or name another" : `its internal name is ${quoted(shown)}`;
    terms.tell(
      `field ${type} ${b}`,
      `OnePlan's ${type}s have no field ${quoted(b)} for ${a}: ${hint}. It is left out.`,
    );
  }
  if (terms.oneplan[type].get(b)?.readOnly && setting.direction !== "toAzureDevOps") {
    terms.tell(
      `field ${type} ${b}`,
      `${quoted(b)} of OnePlan's ${type}s follows from something else and cannot be written: map ${a} with direction toAzureDevOps, or not at all.`,
    );
  }
  if (
    terms.azureDevOps.get(a)?.readOnly &&
    !["toOnePlan", "once"].includes(setting.direction) &&
    a !== "System.Parent"
  ) {
    terms.tell(
      `field ${type} ${a}`,
      `${a} cannot be written in Azure DevOps: map ${quoted(b)} with direction toOnePlan, or not at all.`,
    );
  }
}

async function peopleOf(client: ApiClient, signal: AbortSignal): Promise<Person[]> {
  const bytes = await client.stream("resources", { Generics: "false" }, "list the resources", signal);
  const people: Person[] = [];
  for await (const elements of arrayElements(bytes, client.host)) {
    for (const each of elements as readonly Resource[]) {
      const lower = (value: unknown) => (typeof value === "string" && value !== "" ? value.toLowerCase() : undefined);
      const id = lower(each.id);
      if (id === undefined || each.Generic === true || each.Inactive === true) continue;
      people.push({
        id,
        name: typeof each.name === "string" ? each.name : id,
        mail: lower(each.Fields?.["mail"]) ?? lower(each.Fields?.["userPrincipalName"]),
        entraId: lower(each.Office365Id),
      });
    }
  }
  return people;
}

function fieldsOf(fields: readonly PlanField[]): ReadonlyMap<string, OnePlanField> {
  return new Map(
    fields.map(({ InternalName, ReadOnly, Choices }) => [
      InternalName,
      { readOnly: ReadOnly === true, ...(Choices && Object.keys(Choices).length > 0 && { choices: Choices }) },
    ]),
  );
}
