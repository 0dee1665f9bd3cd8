import type { PlansOrganization } from "../../../../contract/outputs/plans.ts";
import { type AzureDevOpsClient, AzureDevOpsError } from "../../../connectors/azure-devops/index.ts";
import { workItemFields } from "../fields.ts";
import { levelsOf } from "../levels.ts";
import { mappedPairs } from "../pairs.ts";
import { missingProject, NOT_FOUND } from "../projects.ts";
import type { OrganizationFacts, ProjectFacts, TypeFacts } from "./facts.ts";
import type { PlansFinding } from "./findings.ts";

/** `WorkItemTypeFieldsExpandLevel.AllowedValues` of Microsoft's client. */
const ALLOWED_VALUES = 1;

/** Reads the projects; one that is not there is a finding. */
export async function organizationFacts(
  client: AzureDevOpsClient,
  organization: PlansOrganization,
  signal: AbortSignal,
): Promise<OrganizationFacts & { readonly findings: readonly PlansFinding[] }> {
  const projects: ProjectFacts[] = [];
  const findings: PlansFinding[] = [];
  for (const name of organization.projects) {
    try {
      projects.push(await projectFacts(client, organization, name, signal));
    } catch (error) {
      if (!(error instanceof AzureDevOpsError) || error.status !== NOT_FOUND) throw error;
      findings.push({ where: "settings", subject: name, text: missingProject(organization, name) });
    }
  }
  const fields = await client.ask("list the fields of work items", signal, ({ wit }) => wit.getFields());
  return { projects, fields: workItemFields(fields), findings };
}

async function projectFacts(
  client: AzureDevOpsClient,
  organization: PlansOrganization,
  name: string,
  signal: AbortSignal,
): Promise<ProjectFacts> {
  await client.ask(`find the project ${name}`, signal, ({ core }) => core.getProject(name));
  const all = await client.ask(`list the work item types of ${name}`, signal, ({ wit }) => wit.getWorkItemTypes(name));
  const { planTypes, taskTypes } = organization;
  const mapped = new Set(mappedPairs(organization).map(({ a }) => a));
  const types = new Map<string, TypeFacts>();
  for (const { name: type } of all) {
    if (type === undefined) continue;
    const isSynced = planTypes.includes(type) || taskTypes.includes(type);
    types.set(type, { fields: isSynced ? await typeFields(client, name, type, mapped, signal) : new Map() });
  }
  const configuration = await client.ask(`read the backlogs of ${name}`, signal, ({ work }) =>
    work.getBacklogConfigurations({ project: name }),
  );
  return { name, types, levels: levelsOf(configuration) };
}

async function typeFields(
  client: AzureDevOpsClient,
  project: string,
  type: string,
  mapped: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const fields = await client.ask(`list the fields of ${type}`, signal, ({ wit }) =>
    wit.getWorkItemTypeFieldsWithReferences(project, type, ALLOWED_VALUES),
  );
  return new Map(
    fields.flatMap(({ referenceName, allowedValues = [] }) =>
      referenceName !== undefined && mapped.has(referenceName)
        ? [[referenceName, (allowedValues ?? []).map(String)] as const]
        : [],
    ),
  );
}
