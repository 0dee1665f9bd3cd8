/**
 * How the jobs of a pipeline call themselves: issuer and subject of their tokens. Entra compares both letter by letter.
 * Pure.
 *
 * @packageDocumentation
 */
export interface OutsideIdentity {
  /** Name of the trust among those of an identity. */
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
}

export interface GitHubRepository {
  readonly organization: string;
  readonly repository: string;
  /**
   * Numbers of both. They are part of the subject in repositories made or renamed since 15 July 2026, and in others
   * that chose so (documented: GitHub, immutable subject claims).
   */
  readonly ids?: { readonly organization: string; readonly repository: string } | undefined;
}

/** A job of GitHub Actions in an environment. */
export function gitHubJob(repository: GitHubRepository, environment: string): OutsideIdentity {
  const { organization, repository: name, ids } = repository;
  const where = ids ? `${organization}@${ids.organization}/${name}@${ids.repository}` : `${organization}/${name}`;
  return {
    name: `github-${environment}`,
    issuer: "https://token.actions.githubusercontent.com",
    subject: `repo:${where}:environment:${environment}`,
  };
}

export interface AzureDevOpsProject {
  readonly organization: string;
  /** Id of the organization, which its older issuer is called by. */
  readonly organizationId?: string | undefined;
  readonly project: string;
}

export interface ServiceConnection {
  readonly name: string;
  /** As Azure DevOps shows them; of newer connections they cannot be known before. */
  readonly issuer?: string | undefined;
  readonly subject?: string | undefined;
}

/**
 * Jobs that use a service connection. Documented: connections of the older kind have an issuer of Azure DevOps' own and
 * say `sc://<organization>/<project>/<connection>`; newer ones have Entra's issuer and a subject that Azure DevOps
 * makes up (seen in clients' reports of 2025), which have to be copied from the connection.
 */
export function azureDevOpsJob(project: AzureDevOpsProject, connection: ServiceConnection): OutsideIdentity {
  const { organization, organizationId, project: name } = project;
  return {
    name: `azure-devops-${connection.name.replace(/[^\w-]+/g, "-")}`,
    issuer: connection.issuer ?? `https://vstoken.dev.azure.com/${organizationId ?? ""}`,
    subject: connection.subject ?? `sc://${organization}/${name}/${connection.name}`,
  };
}
