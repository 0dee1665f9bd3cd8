/**
 * What the sync may do in an organization, found out without changing anything: a read of each project, by the query of
 * the settings, and a write that Azure DevOps only checks (`validateOnly`).
 *
 * @packageDocumentation
 */
import { SettingsError } from "../../../contract/errors.ts";
import type { PlansField, PlansOrganization } from "../../../contract/outputs/plans.ts";
import {
  type AzureDevOpsClient,
  AzureDevOpsError,
  createItem,
  fieldStep,
} from "../../connectors/azure-devops/index.ts";
import { pairsOf } from "./pairs.ts";
import { missingProject, NOT_FOUND } from "./projects.ts";
import { scopeOf } from "./scope.ts";

/**
 * Reads of each project its first work item that is in scope.
 *
 * @throws SettingsError for a project that is not there, or a query that Azure DevOps does not understand;
 *   CredentialError and PermissionError in words
 */
export async function probeReads(
  client: AzureDevOpsClient,
  organization: PlansOrganization,
  signal: AbortSignal,
): Promise<void> {
  for (const project of organization.projects) {
    try {
      await client.ask(`find the project ${project}`, signal, ({ core }) => core.getProject(project));
    } catch (error) {
      if (error instanceof AzureDevOpsError && error.status === NOT_FOUND) {
        throw new SettingsError(missingProject(organization, project));
      }
      throw error;
    }
    try {
      const query = `SELECT [System.Id] FROM WorkItems WHERE ${scopeOf(organization)}`;
      await client.ask(`query the work items of ${project}`, signal, ({ wit }) =>
        wit.queryByWiql({ query }, { project }, true, 1),
      );
    } catch (error) {
      // What somebody may not, or a token that ended, has words of its own.
      if (error instanceof AzureDevOpsError && error.became === "rejected") throw wrongQuery(organization, error);
      throw error;
    }
  }
}

function wrongQuery({ query, area }: PlansOrganization, { message }: Error): SettingsError {
  const where = query !== undefined ? "query" : area !== undefined ? "area" : "planTypes and taskTypes";
  return new SettingsError(`${message}. Correct ${where} in the settings and deploy (pulumi up).`);
}

/** Does anything go to Azure DevOps? */
export function writesWorkItems(organization: PlansOrganization): boolean {
  const isBack = ({ direction }: PlansField) => direction === "both" || direction === "toAzureDevOps";
  return organization.createWorkItems || pairsOf(organization).some(({ setting }) => isBack(setting));
}

/**
 * Lets each project check a work item that is not made.
 *
 * @throws CredentialError and PermissionError in words
 */
export async function probeWrites(
  client: AzureDevOpsClient,
  { projects, planTypes: [type = ""] }: PlansOrganization,
  signal: AbortSignal,
): Promise<void> {
  for (const project of projects) {
    const steps = [fieldStep("System.Title", "tenantwire asks whether it may write")];
    try {
      await createItem(client, { project, type, parent: null, steps }, { validateOnly: true }, signal);
    } catch (error) {
      // A rule of the process is looked at after the right to write.
      if (!(error instanceof AzureDevOpsError) || error.became !== "rejected") throw error;
    }
  }
}
