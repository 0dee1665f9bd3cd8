/**
 * `tenantwire grants`: hands grants over between a stack and the project that grants apart, without taking them away for
 * a moment: one forgets them, and the other takes them in as they are.
 *
 * @packageDocumentation
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { declaredRegistrations } from "../stacks/registrations.ts";
import { SettingsError, TenantwireError } from "../contract/errors.ts";
import type { Outputs } from "../contract/outputs.ts";
import { counted, listed } from "../contract/words.ts";
import { type Granting, grantsIn, takenIn } from "../doctor/orphans/grants.ts";
import { imported, withIds } from "../doctor/orphans/import-file.ts";
import { resourcesOf, type StackResource } from "../doctor/preflight/index.ts";
import { objectIdOf } from "../doctor/preflight/stack-state.ts";
import { deployerCredential } from "../sync/connectors/credentials/deployer.ts";
import { createGraphClient } from "../sync/connectors/graph/index.ts";
import { declaredStack } from "./engine.ts";
import { interruption } from "./interruption.ts";
import { loadOutputs } from "./outputs.ts";
import { plannedImport, pulumiJson, runPulumi, type Running } from "./pulumi.ts";
import { command } from "../contract/this-stack.ts";

export interface GrantsOptions {
  readonly stack?: string;
  /** Of the project that grants apart, instead of the stack's own. */
  readonly apart?: boolean;
}

/** A project, as the engine is told of it. */
interface Project {
  readonly stack: string;
  readonly args: readonly string[];
  readonly running: Running;
  readonly name: string;
}

/** The engine forgets the grants: they stay as they are, and no deployment of this project takes them away. */
export async function release(options: GrantsOptions): Promise<void> {
  const project = projectOf(options);
  const grants = grantsIn(await stateOf(project));
  for (const { urn } of grants) {
    await runPulumi(["state", "delete", urn, "--stack", project.stack, "--yes", ...project.args], project.running);
  }
  const next = options.apart
    ? `write consent: grant into the settings, then: ${command("grants adopt")}`
    : `write consent: apart into the settings and deploy (pulumi up), then: ${command("grants adopt", "--apart")}`;
  process.stdout.write(
    grants.length === 0
      ? `${project.name} knows of no grant.\n`
      : `${project.name} forgot ${counted(grants.length, "grant")}, which stay as they are. Now ${next}\n`,
  );
}

/** Grants that are there already, and that a deployment of this project would make, come into its state. */
export async function adopt(options: GrantsOptions): Promise<void> {
  const project = projectOf(options);
  const folder = await mkdtemp(join(tmpdir(), "tenantwire-"));
  try {
    const { tenant, granting, running } = await (options.apart ? apart : ownStack)(project, folder);
    const client = createGraphClient({
      credential: deployerCredential(tenant, process.env, "read what was granted"),
      cloud: tenant.cloud,
    });
    const ids = await takenIn(granting, client, await stateOf(project), interruption());
    const file = withIds(await plannedImport(project.stack, project.args, running), ids);
    const found = imported(file);
    if (found.length === 0) {
      process.stdout.write(`${project.name} would grant nothing that is granted already.\n`);
      return;
    }
    const path = join(folder, "import.json");
    await writeFile(path, JSON.stringify(file));
    const how = ["--yes", "--protect=false", "--generate-code=false", "--skip-preview"];
    await runPulumi(["import", "--stack", project.stack, "--file", path, ...how, ...project.args], running);
    process.stdout.write(`${project.name} took in ${listed(found.map(({ name }) => name))}.\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function projectOf({ stack, apart: isApart }: GrantsOptions): Project {
  if (stack === undefined) throw new SettingsError("Whose grants? Name the stack (-s <stack>).");
  const backend = process.env["TENANTWIRE_GRANTS_BACKEND_URL"];
  if (!isApart) return { stack, args: [], running: {}, name: `The stack ${stack}` };
  const env = { ...process.env, ...(backend && { PULUMI_BACKEND_URL: backend }) };
  return { stack, args: ["--cwd", "grants"], running: { env }, name: `The project of the grants (stack ${stack})` };
}

async function stateOf({ stack, args, running }: Project): Promise<StackResource[]> {
  return resourcesOf(await pulumiJson(["stack", "export", "--stack", stack, ...args], running));
}

interface Adopting {
  readonly tenant: Outputs["tenant"];
  readonly granting: readonly Granting[];
  readonly running: Running;
}

async function ownStack({ stack, running }: Project): Promise<Adopting> {
  const { settings, state } = await declaredStack(stack);
  const granting = declaredRegistrations(settings)
    .filter(({ consent }) => consent === "grant")
    .flatMap(({ name, permissions }) => {
      const principalId = objectIdOf(state, name, "principal");
      return principalId === undefined ? [] : [{ name, permissions, principalId }];
    });
  return { tenant: settings.tenant, granting, running };
}

/** The project of the grants knows the outputs of the stack, and nothing else. */
async function apart({ stack, running }: Project, folder: string): Promise<Adopting> {
  const file = process.env["TENANTWIRE_OUTPUTS"] || undefined;
  const outputs = await loadOutputs(file === undefined ? { stack } : { outputs: file });
  const granting = outputs.registrations.filter(({ consent }) => consent.mode === "apart");
  if (granting.length === 0) {
    throw new TenantwireError(
      `No registration in the outputs of ${outputs.mark} has the consent apart: write it into the settings, and deploy (pulumi up).`,
    );
  }
  const path = join(folder, "outputs.json");
  await writeFile(path, JSON.stringify(outputs));
  return {
    tenant: outputs.tenant,
    granting,
    running: { ...running, env: { ...running.env, TENANTWIRE_OUTPUTS: path } },
  };
}
