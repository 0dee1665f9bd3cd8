import type { TeamProject } from "azure-devops-node-api/interfaces/CoreInterfaces.js";
import type { WorkItem } from "azure-devops-node-api/interfaces/WorkItemTrackingInterfaces.js";
import type { IWorkItemTrackingApi } from "azure-devops-node-api/WorkItemTrackingApi.js";
import * as azdev from "azure-devops-node-api";
import { azureDevOpsBehaviour } from "../../sandbox/hosts/azure-devops/behaviour.ts";
import type { AzureDevOpsBehaviour } from "../../sandbox/hosts/azure-devops/behaviour.ts";
import { createPersonalAccessToken, ORGANIZATION } from "../../sandbox/hosts/azure-devops/organization.ts";
import { startSandbox } from "../../sandbox/server.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { clientOf } from "./client.ts";
import type { Answer } from "./client.ts";

export type { TeamProject, WorkItem };
export { azdev };

export const HOME = `https://dev.azure.com/${ORGANIZATION}`;
const DAY = 24 * 60 * 60 * 1000;

export interface Step {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
  readonly from?: string;
}

export interface Organization {
  readonly sandbox: Sandbox;
  readonly wit: IWorkItemTrackingApi;
  /** Microsoft's client with another token. */
  connect(token: string): azdev.WebApi;
  newToken(scopes?: readonly string[]): string;
  /** A request of one's own, signed in as the owner unless it says otherwise. */
  ask(
    method: string,
    path: string,
    more?: { body?: unknown; type?: string; token?: string; host?: string },
  ): Promise<Answer>;
  create(type: string, title: string, more?: readonly Step[], project?: string): Promise<WorkItem & { id: number }>;
  update(id: number, ...steps: Step[]): Promise<WorkItem>;
  behave(changes: Partial<AzureDevOpsBehaviour>): void;
  stop(): Promise<void>;
}

/** The stand-in's organization, with Microsoft's client of it, unmodified. */
export async function startOrganization(users = 20): Promise<Organization> {
  const sandbox = await startSandbox({ users, provider: false });
  const { world } = sandbox;
  const client = clientOf(sandbox);
  const newToken = (scopes?: readonly string[]) =>
    createPersonalAccessToken(world, new Date(world.now().getTime() + 30 * DAY), scopes ? { scopes } : {});
  const owner = newToken();
  const connect = (token: string) =>
    new azdev.WebApi(HOME, azdev.getPersonalAccessTokenHandler(token), {
      proxy: { proxyUrl: sandbox.proxyUrl },
      cert: { caFile: sandbox.caFile },
    });
  const wit = await connect(owner).getWorkItemTrackingApi();
  const usual = { ...azureDevOpsBehaviour(world) };
  const create: Organization["create"] = async (type, title, more = [], project = "Rollout") => {
    const document = [{ op: "add", path: "/fields/System.Title", value: title }, ...more];
    const item = await wit.createWorkItem(undefined, document, project, type);
    return item as WorkItem & { id: number };
  };
  return {
    sandbox,
    wit,
    connect,
    newToken,
    create,
    update: (id, ...steps) => wit.updateWorkItem(undefined, steps, id),
    ask: (method, path, { body, type, token = owner, host = "dev.azure.com" } = {}) =>
      client.call(`https://${host}/${ORGANIZATION}${path}`, {
        method,
        body,
        headers: {
          authorization: `Basic ${Buffer.from(`:${token}`).toString("base64")}`,
          "x-tfs-fedauthredirect": "Suppress",
          ...(type !== undefined && { "content-type": type }),
        },
      }),
    behave: (changes) => Object.assign(azureDevOpsBehaviour(world), usual, changes),
    async stop() {
      await client.close();
      await sandbox.stop();
    },
  };
}

export const PATCH = "application/json-patch+json";
export const PARENT = "System.LinkTypes.Hierarchy-Reverse";
export const CHILD = "System.LinkTypes.Hierarchy-Forward";

export function set(field: string, value: unknown): Step {
  return { op: "add", path: `/fields/${field}`, value };
}

export function linked(rel: string, id: number, attributes?: Record<string, unknown>): Step {
  const value = { rel, url: `${HOME}/_apis/wit/workItems/${id}`, ...(attributes && { attributes }) };
  return { op: "add", path: "/relations/-", value };
}

export function atRev(rev: number): Step {
  return { op: "test", path: "/rev", value: rev };
}
