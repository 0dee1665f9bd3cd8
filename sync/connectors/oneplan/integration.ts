/**
 * What a OnePlan group is set up with: types, fields, and the lines of its integrations.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { ConnectionError } from "../../../contract/errors.ts";
import type { ApiClient } from "../api.ts";
import { documented } from "../documented.ts";
import { called } from "./client.ts";

/** The property of a line that is the label of its button (assumed). */
export const BUTTON_NAME = "Name";

/** Azure DevOps, among the kinds of systems (seen in one tenant). */
const AZURE_DEVOPS = 2;

const Field = z.looseObject({
  InternalName: z.string(),
  DisplayName: z.string().nullish(),
  ColumnType: z.number().nullish(),
  ReadOnly: z.boolean().nullish(),
  MultiLine: z.boolean().nullish(),
  /** Labels by key. */
  Choices: z.record(z.string(), z.string()).nullish(),
});
export type PlanField = z.infer<typeof Field>;

const WorkType = z.looseObject({ Id: z.string(), Name: z.string() });
const Integration = z.looseObject({
  Id: z.string(),
  SystemType: z.number(),
  ListType: z.number().nullish(),
  Properties: z.record(z.string(), z.unknown()).nullish(),
});

/** Fields of plans, or of tasks. */
export function planFields(client: ApiClient, of: "plans" | "tasks", signal: AbortSignal): Promise<PlanField[]> {
  return listOf(client, of === "plans" ? "workplan/fields" : "tasks/fields", Field, `list the fields of ${of}`, signal);
}

/** Ids of a plan's types of tasks, by name. */
export async function workTypes(client: ApiClient, plan: string, signal: AbortSignal): Promise<Map<string, string>> {
  const path = `workplan/${encodeURIComponent(plan)}/worktypes`;
  const types = await listOf(client, path, WorkType, "list the types of a plan's tasks", signal);
  return new Map(types.map(({ Id, Name }) => [Name, Id.toLowerCase()]));
}

export interface IntegrationLine {
  readonly id: string;
  readonly listType: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The lines of organizations of Azure DevOps. */
export async function azureDevOpsLines(client: ApiClient, signal: AbortSignal): Promise<IntegrationLine[]> {
  const lines = await listOf(client, "integration", Integration, "list the integrations", signal);
  return lines
    .filter(({ SystemType }) => SystemType === AZURE_DEVOPS)
    .map(({ Id, ListType, Properties }) => ({
      id: Id.toLowerCase(),
      listType: ListType ?? 0,
      properties: Properties ?? {},
    }));
}

/** Makes one. Which properties carry name and address is assumed. */
export async function addAzureDevOpsLine(
  client: ApiClient,
  { name, url }: { readonly name: string; readonly url: string },
  signal: AbortSignal,
): Promise<string> {
  const doing = "add the integration with Azure DevOps";
  const body = { SystemType: AZURE_DEVOPS, ListType: 0, Properties: { [BUTTON_NAME]: name, Url: url } };
  const answer = await client.write("POST", "integration", body, doing, signal);
  return documented(Integration, answer, called(client), doing).Id.toLowerCase();
}

/**
 * Gives a line another button name; its other properties stay as they are.
 *
 * @throws ConnectionError when it is not called so afterwards
 */
export async function renameAzureDevOpsLine(
  client: ApiClient,
  { id, listType, properties }: IntegrationLine,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const doing = "change the button name of the integration with Azure DevOps";
  const body = { SystemType: AZURE_DEVOPS, ListType: listType, Properties: { ...properties, [BUTTON_NAME]: name } };
  await client.write("POST", `integration/${encodeURIComponent(id)}`, body, doing, signal);
  const lines = await azureDevOpsLines(client, signal);
  if (lines.find((line) => line.id === id)?.properties[BUTTON_NAME] === name) return;
  throw new ConnectionError(`${called(client)} said that it did ${doing}, and did not.`);
}

async function listOf<T>(
  client: ApiClient,
  path: string,
  schema: z.ZodType<T>,
  doing: string,
  signal: AbortSignal,
): Promise<T[]> {
  return documented(z.array(schema), await client.get(path, {}, doing, signal), called(client), doing);
}
