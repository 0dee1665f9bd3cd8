/**
 * Which jobs may sign in as what. Pure.
 *
 * @packageDocumentation
 */
import { azureDevOpsJob, gitHubJob, type OutsideIdentity } from "../components/pipeline-identity/subjects.ts";
import type { BootstrapSettings, Job } from "./settings.ts";

/** The environment in GitHub that jobs run in, and the end of the service connection's name in Azure DevOps. */
export function environmentOf(stack: string, job: Job): string {
  return `${stack}-${job}`;
}

/** Name of the service connection that the templates use. */
export function connectionOf(stack: string, job: Job): string {
  return `tenantwire-${environmentOf(stack, job)}`;
}

/**
 * The jobs that sign in for a purpose: those in its environment, which only the deployed branch may use. Nobody trusts
 * the jobs of pull requests: their code is anybody's.
 */
export function trustsOf({ stack, github, azureDevOps }: BootstrapSettings, job: Job): OutsideIdentity[] {
  const trusts: OutsideIdentity[] = [];
  if (github) {
    trusts.push(gitHubJob(github, environmentOf(stack, job)));
  }
  if (azureDevOps) {
    trusts.push(azureDevOpsJob(azureDevOps, { name: connectionOf(stack, job), ...azureDevOps.connections[job] }));
  }
  return trusts;
}
