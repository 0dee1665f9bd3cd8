/**
 * What a person does with what was made: settings to paste, and commands that store the variables of the pipelines.
 * None of it is secret. Pure.
 *
 * @packageDocumentation
 */
import type { OutsideIdentity, Purpose } from "../components/pipeline-identity/index.ts";
import { type BootstrapSettings, type Job, stackGroupOf } from "./settings.ts";
import { environmentOf } from "./trusts.ts";

export interface MadeIdentity {
  readonly clientId: string;
  readonly principalId: string;
}

export interface Made {
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly backendUrl: string;
  /** Where the grants are kept; empty where nothing is granted. */
  readonly grantsBackendUrl: string;
  readonly stateAddress: string;
  readonly identities: Readonly<Partial<Record<Purpose, MadeIdentity>>>;
}

/** Identities that are made: one that can grant anything only where it is needed. */
export function purposesOf({ consent }: Pick<BootstrapSettings, "consent">): Purpose[] {
  return consent ? ["preview", "deploy", "consent"] : ["preview", "deploy"];
}

/** Lines for `stacks/Pulumi.<stack>.yaml`. */
export function stackSettings(
  settings: Pick<BootstrapSettings, "azure" | "deployTo" | "stack">,
  deployer: MadeIdentity | undefined,
  trusts: readonly OutsideIdentity[],
): string {
  const group = stackGroupOf(settings);
  const azure = [
    "  tenantwire:azure:",
    `    location: ${settings.azure.location}`,
    `    resourceGroup: ${group ?? ""}`,
    "    existing: true",
  ];
  const federated = trusts.flatMap(({ name, issuer, subject }) => [
    `      - name: ${name}`,
    `        issuer: ${issuer}`,
    `        subject: ${JSON.stringify(subject)}`,
  ]);
  return [
    `  tenantwire:deployer: ${deployer?.principalId ?? ""}`,
    ...(group === undefined ? [] : azure),
    "  tenantwire:syncIdentity:",
    "    displayName: tenantwire sync",
    "    federated:",
    ...federated,
    "",
  ].join("\n");
}

/** What the templates call their variables. */
export function pipelineVariables(
  { stack, consent }: Pick<BootstrapSettings, "stack" | "consent">,
  made: Made,
): Record<string, string> {
  return {
    TENANTWIRE_STACK: stack,
    TENANTWIRE_CONSENT: String(consent),
    TENANTWIRE_STATE: made.stateAddress,
    PULUMI_BACKEND_URL: made.backendUrl,
    ...(consent && { TENANTWIRE_GRANTS_BACKEND_URL: made.grantsBackendUrl }),
    AZURE_TENANT_ID: made.tenantId,
    AZURE_SUBSCRIPTION_ID: made.subscriptionId,
  };
}

/**
 * Commands of GitHub's own program. Jobs work as `preview` unless they are in an environment that has a client id of its
 * own.
 */
export function gitHubCommands(settings: BootstrapSettings, made: Made): string {
  const { stack, github, consent } = settings;
  if (!github) return "";
  const repository = `${github.organization}/${github.repository}`;
  const set = (name: string, value = "", environment?: string) =>
    `gh variable set ${name} --repo ${repository}${environment ? ` --env ${environment}` : ""} --body '${value}'`;
  const purposes = purposesOf({ consent });
  return [
    ...[...purposes, "sync" as const].flatMap((job) => environmentCommands(github, repository, stack, job)),
    ...Object.entries(pipelineVariables(settings, made)).map(([name, value]) => set(name, value)),
    set("AZURE_CLIENT_ID", made.identities.preview?.clientId),
    ...purposes
      .filter((purpose) => purpose !== "preview")
      .map((purpose) => set("AZURE_CLIENT_ID", made.identities[purpose]?.clientId, environmentOf(stack, purpose))),
    "",
  ].join("\n");
}

/**
 * Makes an environment that only the deployed branch may use, and that somebody lets jobs into that change something:
 * the named people and teams, or else who runs the command. Alarms and syncs need nobody (documented: GitHub, REST API
 * for deployment environments).
 */
function environmentCommands(
  { branch, reviewers }: NonNullable<BootstrapSettings["github"]>,
  repository: string,
  stack: string,
  job: Job,
): string[] {
  const environment = `repos/${repository}/environments/${environmentOf(stack, job)}`;
  const policy = `"deployment_branch_policy":{"protected_branches":false,"custom_branch_policies":true}`;
  const named = [
    ...(reviewers?.users ?? []).map((id) => `{"type":"User","id":${id}}`),
    ...(reviewers?.teams ?? []).map((id) => `{"type":"Team","id":${id}}`),
  ];
  const asked = named.length > 0 ? named.join(",") : `{"type":"User","id":'"$(gh api user --jq .id)"'}`;
  const guarded = job === "deploy" || job === "consent" ? `,"reviewers":[${asked}]` : "";
  return [
    `echo '{${policy}${guarded}}' | gh api --method PUT ${environment} --input -`,
    `gh api --method POST ${environment}/deployment-branch-policies -f name='${branch}' || true`,
  ];
}

/** The command of Azure's own program. Service connections carry the client ids there. */
export function azureDevOpsCommands(settings: BootstrapSettings, made: Made): string {
  const { stack, azureDevOps } = settings;
  if (!azureDevOps) return "";
  const { organization, project } = azureDevOps;
  const where = `--organization 'https://dev.azure.com/${organization}' --project '${project}'`;
  const variables = Object.entries(pipelineVariables(settings, made)).map(([name, value]) => `'${name}=${value}'`);
  return `az pipelines variable-group create ${where} --name tenantwire-${stack} --variables ${variables.join(" ")}\n`;
}
