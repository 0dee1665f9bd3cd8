/**
 * What a person does with what was made: settings to paste, and commands that store the variables of the pipelines.
 * None of it is secret. Pure.
 *
 * @packageDocumentation
 */
import type { OutsideIdentity, Purpose } from "../components/pipeline-identity/index.ts";
import type { BootstrapSettings } from "./settings.ts";
import { environmentOf } from "./trusts.ts";

export interface MadeIdentity {
  readonly clientId: string;
  readonly principalId: string;
}

export interface Made {
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly backendUrl: string;
  readonly stateAddress: string;
  readonly identities: Readonly<Partial<Record<Purpose, MadeIdentity>>>;
}

/** Identities that are made: one that can grant anything only where it is needed. */
export function purposesOf({ consent }: Pick<BootstrapSettings, "consent">): Purpose[] {
  return consent ? ["preview", "deploy", "consent"] : ["preview", "deploy"];
}

/** Lines for `stacks/Pulumi.<stack>.yaml`. */
export function stackSettings(deployer: MadeIdentity | undefined, trusts: readonly OutsideIdentity[]): string {
  const federated = trusts.flatMap(({ name, issuer, subject }) => [
    `      - name: ${name}`,
    `        issuer: ${issuer}`,
    `        subject: ${JSON.stringify(subject)}`,
  ]);
  return [
    `  tenantwire:deployer: ${deployer?.principalId ?? ""}`,
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
    ...[...purposes, "sync" as const].map(
      (job) => `gh api --method PUT repos/${repository}/environments/${environmentOf(stack, job)}`,
    ),
    ...Object.entries(pipelineVariables(settings, made)).map(([name, value]) => set(name, value)),
    set("AZURE_CLIENT_ID", made.identities.preview?.clientId),
    ...purposes
      .filter((purpose) => purpose !== "preview")
      .map((purpose) => set("AZURE_CLIENT_ID", made.identities[purpose]?.clientId, environmentOf(stack, purpose))),
    "",
  ].join("\n");
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
