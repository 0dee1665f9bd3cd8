/**
 * A stand-in's world with the project of the bootstrap in it, for the end-to-end tests. Azure DevOps is the pipelines'
 * home: its connections' issuer can be the only one whose tokens there are here, the stand-in's own.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { fetch, ProxyAgent } from "undici";
import type { MadeIdentity } from "../../bootstrap/handover.ts";
import type { Purpose } from "../../components/pipeline-identity/index.ts";
import { commandEnvironment } from "../../sandbox/environment.ts";
import { armData } from "../../sandbox/hosts/arm/data.ts";
import { roleDefinitions } from "../../sandbox/hosts/arm/rbac.ts";
import { copyProject, repository } from "../../sandbox/project.ts";
import { type Ran, run } from "../../sandbox/run.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { signToken } from "../../sandbox/tokens.ts";
import { ensureEngine } from "../../sandbox/engine/index.ts";

export interface BootstrapOutputs {
  readonly identities: Record<Purpose, MadeIdentity>;
  readonly backendUrl: string;
  readonly secretsProvider: string;
  readonly grants?: { readonly secretsProvider: string };
  readonly stateAddress: string;
}

export interface Bootstrapped {
  readonly sandbox: Sandbox;
  /** The project's folder, with the stack `sandbox` in it; nothing is deployed yet. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** `pulumi <args>` of the stack; anything but exit 0 is an error that carries what the engine said. */
  pulumi(...args: string[]): Promise<Ran>;
  outputs(): Promise<BootstrapOutputs>;
  /** Gives the deployer a role in the subscription that stacks do not need, and an administrator has. */
  makeAdministrator(roleName: string): void;
  /** An access token for what the job `job` shows, as the identity that `clientId` is. */
  token(clientId: string, job: string, resource: string): Promise<string>;
  /** @returns the status */
  call(method: string, url: string, token: string, body?: object): Promise<number>;
  close(): Promise<void>;
}

export async function bootstrappable(): Promise<Bootstrapped> {
  const engine = await ensureEngine();
  const sandbox = await startSandbox({ users: 20 });
  const { world } = sandbox;
  const folder = mkdtempSync(join(tmpdir(), "tenantwire-bootstrap-"));
  const env = commandEnvironment(process.env, {
    ...sandbox.environment,
    PATH: [engine.binDir, sandbox.environment["PATH"]].join(delimiter),
  });
  // What Jest needs is not what a person's shell has.
  delete env["NODE_OPTIONS"];
  const dispatcher = new ProxyAgent({ uri: sandbox.proxyUrl, requestTls: { ca: readFileSync(sandbox.caFile) } });
  writeProject(folder, world.workload.issuer);

  const engineRun = async (args: readonly string[]): Promise<Ran> => {
    const all = ["pulumi", ...args, "--non-interactive", "--color", "never"] as const;
    const ran = await run([...all], { cwd: folder, env });
    if (ran.code === 0) return ran;
    throw new Error(`pulumi ${args.join(" ")} ended with ${ran.code}:\n${ran.stdout}${ran.stderr}`);
  };
  const pulumi = (...args: string[]) => engineRun([...args, "--stack", "sandbox"]);
  await engineRun(["stack", "init", "sandbox"]);

  return {
    sandbox,
    folder,
    env,
    pulumi,
    outputs: async () => JSON.parse((await pulumi("stack", "output", "--json")).stdout) as BootstrapOutputs,
    makeAdministrator(roleName) {
      const scope = `/subscriptions/${world.subscriptionId}`;
      armData(world).roleAssignments.push({
        ...{ name: world.guid("role of an administrator", roleName), scope, writtenScope: scope },
        roleId: roleDefinitions.find((role) => role.roleName === roleName)?.id ?? "",
        ...{ principalId: world.deployer.objectId, principalType: "ServicePrincipal" },
        ...{ createdOn: world.now().toISOString(), createdBy: world.administrator.objectId },
      });
    },
    async token(clientId, job, resource) {
      const form = new URLSearchParams({
        grant_type: "client_credentials",
        client_id: clientId,
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: await jobToken(sandbox, job),
        scope: `${resource}/.default`,
      });
      const url = `https://login.microsoftonline.com/${world.tenant.id}/oauth2/v2.0/token`;
      const answer = await fetch(url, { method: "POST", body: form, dispatcher });
      const body = (await answer.json()) as { access_token?: string; error_description?: string };
      if (body.access_token === undefined) throw new Error(body.error_description);
      return body.access_token;
    },
    async call(method, url, token, body) {
      const answer = await fetch(url, {
        method,
        dispatcher,
        headers: { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      await answer.text();
      return answer.status;
    },
    async close() {
      await dispatcher.close();
      await sandbox.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * The folder of the tenant's own project: a copy of the stand-in's, as a stack that the pipelines' identities deploy.
 *
 * @param more settings beside the copied ones, as lines of YAML
 */
export function tenantProject(made: Bootstrapped, { identities }: BootstrapOutputs, more: string): string {
  const { world } = made.sandbox;
  const folder = join(made.folder, "tenant");
  mkdirSync(folder);
  const settings = copyProject(folder);
  const edited = readFileSync(settings, "utf8")
    .replace(/^( +tenantwire:deployer:).*$/m, `$1 ${identities.deploy.principalId}`)
    .replace(/^( +)resourceGroup: .*$/m, "$&\n$1existing: true")
    .replace(/^( +)namePrefix: .*$/m, `$&\n$1vendorReaders: [${world.ownerId}]`)
    .replace(/^( +)displayName: tenantwire sync$/m, "$&\n$1consent: apart")
    .replace(
      /^( +)issuer: https:\/\/workloads.*\n +subject: .*$/m,
      `$1issuer: ${world.workload.issuer}\n$1subject: ${subjectOf("sync")}`,
    )
    .replace(/^ +tenantwire:oneplan:$/m, `${more}$&`);
  writeFileSync(settings, edited);
  return folder;
}

/** The project of the grants, in a folder of the tenant's project. */
export function grantsProject(folder: string): string {
  const grants = join(folder, "grants");
  mkdirSync(grants);
  const project = readFileSync(join(repository, "grants", "Pulumi.yaml"), "utf8");
  const program = relative(grants, join(repository, "grants", "index.ts"));
  writeFileSync(join(grants, "Pulumi.yaml"), project.replace("main: index.ts", `main: ${program}`));
  return grants;
}

/** What a job is given to show who it is. */
export function jobToken({ world }: Sandbox, job: string): Promise<string> {
  const { issuer } = world.workload;
  return signToken(world, "workload", 300, { iss: issuer, sub: subjectOf(job), aud: "api://AzureADTokenExchange" });
}

const subjectOf = (job: string) => `sc://contoso/Integrations/${job}`;

function writeProject(folder: string, issuer: string): void {
  const program = relative(folder, join(repository, "bootstrap", "index.ts"));
  const project = readFileSync(join(repository, "bootstrap", "Pulumi.yaml"), "utf8");
  writeFileSync(join(folder, "Pulumi.yaml"), project.replace(/^main:.*$/m, `main: ${program}`));
  const settings = join(folder, "Pulumi.sandbox.yaml");
  cpSync(join(repository, "bootstrap", "Pulumi.sandbox.yaml"), settings);
  const connections = ["preview", "deploy", "consent", "sync"].map(
    (job) => `      ${job}: { issuer: ${issuer}, subject: "${subjectOf(job)}" }\n`,
  );
  const azureDevOps = `  tenantwire:azureDevOps:\n    organization: contoso\n    project: Integrations\n    connections:\n`;
  writeFileSync(settings, `${readFileSync(settings, "utf8")}\n${azureDevOps}${connections.join("")}`);
}
