/**
 * A tenant whose pipelines are to run: the bootstrap is deployed, nothing else. Each job is given what its identity shows
 * at the door and nothing that another one has.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Purpose } from "../../components/pipeline-identity/index.ts";
import { run } from "../../sandbox/run.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { type BootstrapOutputs, bootstrappable, grantsProject, jobToken, tenantProject } from "../e2e/bootstrapped.ts";

/** As the environments and service connections end. */
export type JobIdentity = Purpose | "sync";

export interface PipelineWorld {
  readonly sandbox: Sandbox;
  /** Of the tenant's repository. */
  readonly folder: string;
  /** What every job has. */
  readonly env: NodeJS.ProcessEnv;
  /** Variables of a job in GitHub: where it asks for its token. */
  gitHubJob(identity: JobIdentity): NodeJS.ProcessEnv;
  /** Variables that the task of a service connection gives its script. */
  azureJob(identity: JobIdentity): Promise<NodeJS.ProcessEnv>;
  close(): Promise<void>;
}

/** Something for each part: a secret of a vendor's form, a consent that nobody can look for, a key of a product. */
const MORE = `  tenantwire:ones: { microsoft365: { mode: applicationResourceOnly, consent: apart, secret: { delivery: vault } } }
  tenantwire:oneconnect: { application: vendor, group: Contoso }
`;

export async function pipelineWorld(): Promise<PipelineWorld> {
  const made = await bootstrappable();
  const { sandbox } = made;
  const { world } = sandbox;
  made.makeAdministrator("Owner");
  await made.pulumi("up", "--yes", "--skip-preview");
  const bootstrap = await made.outputs();
  const folder = tenantProject(made, bootstrap, MORE);
  const env: NodeJS.ProcessEnv = { ...made.env };
  // Neither the stand-in's deployer, nor its workload, nor a machine's own identity.
  for (const name of ["ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "AZURE_FEDERATED_TOKEN_FILE"]) delete env[name];
  env["AZURE_IMDS_CUSTOM_AUTHORITY_HOST"] = "";
  const stackInit = ["pulumi", "stack", "init", "sandbox", "--non-interactive"] as const;
  for (const cwd of [folder, grantsProject(folder)]) await mustRun([...stackInit], cwd, env);
  await mustRun(
    ["pulumi", "config", "set", "--secret", "oneplanKey", "-s", "sandbox"],
    folder,
    env,
    world.oneplanKey.value,
  );

  const tokens = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://localhost");
    const asks = url.searchParams.get("audience") === "api://AzureADTokenExchange";
    if (!asks || request.headers.authorization !== "Bearer of-the-job") return void response.writeHead(403).end();
    void jobToken(sandbox, url.pathname.slice(1)).then((value) => response.end(JSON.stringify({ value })));
  });
  await new Promise<void>((resolve) => tokens.listen(0, "127.0.0.1", resolve));
  const { port } = tokens.address() as AddressInfo;

  return {
    ...{ sandbox, folder, env },
    gitHubJob: (identity) => ({
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/${identity}?of=GitHub`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "of-the-job",
      // The action sets them; jobs of the syncs do without it.
      ...(identity !== "sync" && { ARM_USE_OIDC: "true", ARM_CLIENT_ID: bootstrap.identities[identity].clientId }),
    }),
    async azureJob(identity) {
      return {
        servicePrincipalId: clientIdOf(identity, bootstrap, folder),
        tenantId: world.tenant.id,
        idToken: await jobToken(sandbox, identity),
        AZURE_SUBSCRIPTION_ID: world.subscriptionId,
      };
    },
    async close() {
      await new Promise((resolve) => tokens.close(resolve));
      await made.close();
    },
  };
}

/** A service connection of the syncs is made for the sync's own registration. */
function clientIdOf(identity: JobIdentity, { identities }: BootstrapOutputs, folder: string): string {
  if (identity !== "sync") return identities[identity].clientId;
  const outputs = JSON.parse(readFileSync(join(folder, "outputs.json"), "utf8")) as {
    syncIdentity: { clientId: string };
  };
  return outputs.syncIdentity.clientId;
}

async function mustRun(command: [string, ...string[]], cwd: string, env: NodeJS.ProcessEnv, input = ""): Promise<void> {
  const ran = await run(command, { cwd, env, input });
  if (ran.code !== 0) throw new Error(`${command.join(" ")}: ${ran.stdout}${ran.stderr}`);
}
