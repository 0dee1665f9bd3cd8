/**
 * The outside systems of the stand-in, one line each.
 *
 * @packageDocumentation
 */
import type { FastifyInstance } from "fastify";
import { armError, blobError, entraError, graphError, netError, onesError, vaultError } from "../faults/bodies.ts";
import type { ErrorStyle } from "../faults/bodies.ts";
import type { World } from "../world.ts";
import { armHost } from "./arm/index.ts";
import { azureDevOpsError } from "./azure-devops/errors.ts";
import { SERVER_HOST } from "./azure-devops/collection.ts";
import { AZURE_DEVOPS_HOSTS, azureDevOpsHost, azureDevOpsServer } from "./azure-devops/index.ts";
import { blobHost } from "./blob/index.ts";
import { entraHost, workloadIssuerHost } from "./entra.ts";
import { graphHost } from "./graph/index.ts";
import { oneplanHost } from "./oneplan/index.ts";
import { ONES_HOST, onesHost } from "./ones/index.ts";
import { vaultHost } from "./vault/index.ts";

/** A system of the outside world, answered here. */
interface Host {
  /** Its names; `*.` as the first label stands for one label. */
  names(world: World): readonly string[];
  app(world: World): FastifyInstance;
  /** How it words an error that a fault makes up. */
  readonly error: ErrorStyle;
}

const hosts: readonly Host[] = [
  { names: () => ["login.microsoftonline.com"], app: entraHost, error: entraError },
  { names: (world) => [new URL(world.workload.issuer).hostname], app: workloadIssuerHost, error: entraError },
  { names: () => ["graph.microsoft.com"], app: graphHost, error: graphError },
  { names: () => ["management.azure.com"], app: armHost, error: armError },
  { names: () => ["*.vault.azure.net"], app: vaultHost, error: vaultError },
  { names: () => ["*.blob.core.windows.net"], app: blobHost, error: blobError },
  { names: () => ["my", "eu", "au", "ca"].map((region) => `${region}.oneplan.ai`), app: oneplanHost, error: netError },
  { names: () => AZURE_DEVOPS_HOSTS, app: azureDevOpsHost, error: azureDevOpsError },
  { names: () => [SERVER_HOST], app: azureDevOpsServer, error: azureDevOpsError },
  { names: () => [ONES_HOST], app: onesHost, error: onesError },
];

/** A host that is ready to answer. */
export interface RunningHost {
  readonly names: readonly string[];
  readonly app: FastifyInstance;
  readonly error: ErrorStyle;
}

export async function startHosts(world: World): Promise<RunningHost[]> {
  const running = hosts.map((host) => ({ names: host.names(world), app: host.app(world), error: host.error }));
  for (const { app } of running) await app.ready();
  return running;
}
