/**
 * Everything that has to agree before the first write, read from both sides. Nothing is written.
 *
 * @packageDocumentation
 */
import type { PlansOrganization } from "../../../../contract/outputs/plans.ts";
import { CredentialError, PermissionError, SettingsError } from "../../../../contract/errors.ts";
import type { ApiClient } from "../../../connectors/api.ts";
import type { AzureDevOpsClient } from "../../../connectors/azure-devops/index.ts";
import { probeReads, probeWrites, writesWorkItems } from "../probes.ts";
import { agreementFindings } from "./agreement.ts";
import { organizationFacts } from "./azure-devops-facts.ts";
import type { PlansFinding } from "./findings.ts";
import { oneplanFacts } from "./oneplan-facts.ts";
import { People, peopleOf } from "../people.ts";
import { type Survey, surveyItems } from "./survey.ts";

export type { PlansFinding } from "./findings.ts";
export type { LeftBehind } from "./survey.ts";

export interface PlansCheck extends Survey {
  readonly organization: string;
  readonly findings: readonly PlansFinding[];
}

interface Checking {
  readonly organization: PlansOrganization;
  readonly azureDevOps: AzureDevOpsClient;
  readonly oneplan: ApiClient;
  readonly signal: AbortSignal;
  readonly onItems?: (read: number) => void;
}

/** @throws CredentialError, PermissionError, Unreachable in words: where nothing may be read, nothing is compared */
export async function checkPlans(checking: Checking): Promise<PlansCheck> {
  const { organization, azureDevOps, oneplan, signal } = checking;
  const devOps = await organizationFacts(azureDevOps, organization, signal);
  const projects = devOps.projects.map(({ name }) => name);
  const theirs = await oneplanFacts(oneplan, organization, signal);
  const found = { ...organization, projects };
  const tried = projects.length === 0 ? [] : await probeFindings(azureDevOps, found, signal);
  const findings = [...devOps.findings, ...tried, ...agreementFindings(organization, devOps, theirs)];
  const isQueryRight = !tried.some(({ where }) => where === "settings");
  const survey = await surveyItems(isQueryRight ? projects : [], {
    ...checking,
    client: azureDevOps,
    people: new People(await peopleOf(oneplan, signal), await azureDevOps.entraIds(signal)),
  });
  return { organization: organization.name, findings, ...survey };
}

async function probeFindings(
  client: AzureDevOpsClient,
  organization: PlansOrganization,
  signal: AbortSignal,
): Promise<PlansFinding[]> {
  const findings: PlansFinding[] = [];
  const probes = [probeReads, ...(writesWorkItems(organization) ? [probeWrites] : [])];
  for (const probe of probes) {
    try {
      await probe(client, organization, signal);
    } catch (error) {
      const where = error instanceof SettingsError ? "settings" : "Azure DevOps";
      // Who was let in to read, and not to write, lacks a scope (reported: 401).
      const isFinding = [SettingsError, PermissionError, CredentialError].some((kind) => error instanceof kind);
      if (!isFinding || !(error instanceof Error)) throw error;
      findings.push({ where, subject: organization.name, text: error.message, stops: true });
    }
  }
  return findings;
}
