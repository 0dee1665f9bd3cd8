import { hostname, userInfo } from "node:os";

/**
 * Who starts a run, as far as this machine tells: in a pipeline whoever started that, else the account of this process.
 *
 * Variables by https://docs.github.com/actions/reference/workflows-and-actions/variables and
 * https://learn.microsoft.com/azure/devops/pipelines/build/variables.
 */
export function whoRuns(environment: NodeJS.ProcessEnv = process.env): string {
  const { GITHUB_ACTOR: github, BUILD_REQUESTEDFOR: azureDevOps } = environment;
  if (github) return `${github} (GitHub)`;
  if (azureDevOps) return `${azureDevOps} (Azure DevOps)`;
  return `${accountName()} on ${hostname()}`;
}

/** In a container the account of the process may have no name. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return `account ${String(process.getuid?.() ?? "")}`.trimEnd();
  }
}
