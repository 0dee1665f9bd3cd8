import { z } from "zod";
import { ConnectionError } from "../../../../contract/errors.ts";
import type { PlansOrganization } from "../../../../contract/outputs/plans.ts";
import type { ApiClient } from "../../../connectors/api.ts";
import { listPlans, planTypeId } from "../../../connectors/oneplan/plans.ts";
import type { OnePlanFacts, OnePlanField, ValueKind } from "./facts.ts";

/** Seen in one tenant: 1, 2, 3 and 5; that 4 is a date is assumed. What is calculated is read only. */
const KINDS: Readonly<Record<number, ValueKind>> = { 1: "text", 3: "number", 4: "date", 5: "text" };
const CALCULATED = 2;

const Field = z.looseObject({
  InternalName: z.string(),
  DisplayName: z.string().nullish(),
  ColumnType: z.number().nullish(),
  ReadOnly: z.boolean().nullish(),
  MultiLine: z.boolean().nullish(),
  Choices: z.record(z.string(), z.string()).nullish(),
});
const Type = z.looseObject({ Name: z.string() });

export async function oneplanFacts(
  client: ApiClient,
  organizations: readonly PlansOrganization[],
  signal: AbortSignal,
): Promise<OnePlanFacts> {
  const wanted = organizations.flatMap(({ planTypes, projectPlanType }) => [
    ...(projectPlanType === undefined ? [] : [projectPlanType]),
    ...planTypes,
  ]);
  const planTypes: string[] = [];
  for (const name of new Set(wanted)) {
    if ((await planTypeId(client, name, signal)) !== undefined) planTypes.push(name);
  }
  const fields = async (path: string, of: string) =>
    new Map((await listOf(client, path, Field, `list the fields of ${of}`, signal)).map(fieldFacts));
  const taskTypes = await typesOfTasks(client, signal);
  return {
    planTypes,
    ...(taskTypes && { taskTypes }),
    planFields: await fields("workplan/fields", "plans"),
    taskFields: await fields("tasks/fields", "tasks"),
  };
}

/** They are told of a plan; all plans are taken to have the same. */
async function typesOfTasks(client: ApiClient, signal: AbortSignal): Promise<readonly string[] | undefined> {
  for await (const [plan] of listPlans(client, signal)) {
    if (!plan) continue;
    const path = `workplan/${encodeURIComponent(plan.id)}/worktypes`;
    const types = await listOf(client, path, Type, "list the types of a plan's tasks", signal);
    return types.map(({ Name }) => Name);
  }
  return undefined;
}

function fieldFacts(field: z.infer<typeof Field>): [string, OnePlanField] {
  const { InternalName, DisplayName, ColumnType, ReadOnly, MultiLine, Choices } = field;
  const choices = Object.values(Choices ?? {});
  return [
    InternalName,
    {
      kind: MultiLine ? "long text" : (KINDS[ColumnType ?? 0] ?? "unknown"),
      isReadOnly: ReadOnly === true || ColumnType === CALCULATED,
      label: DisplayName || InternalName,
      ...(choices.length > 0 && { choices }),
    },
  ];
}

async function listOf<T>(
  client: ApiClient,
  path: string,
  schema: z.ZodType<T>,
  doing: string,
  signal: AbortSignal,
): Promise<T[]> {
  const parsed = z.array(schema).safeParse(await client.get(path, {}, doing, signal));
  if (parsed.success) return parsed.data;
  throw new ConnectionError(`OnePlan (${client.host}) did not answer as documented when asked to ${doing}.`);
}
