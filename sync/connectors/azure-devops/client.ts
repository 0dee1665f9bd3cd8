/**
 * Azure DevOps by Microsoft's own client, carried by this project's requests.
 *
 * @packageDocumentation
 */
import type { ICoreApi } from "azure-devops-node-api/CoreApi.js";
import type { IWorkApi } from "azure-devops-node-api/WorkApi.js";
import type { IWorkItemTrackingApi } from "azure-devops-node-api/WorkItemTrackingApi.js";
import { keptAuthorization } from "../api.ts";
import { createHttpClient, type HttpOptions } from "../http/client.ts";
import { type HttpEvent, httpEvent } from "../http/events.ts";
import { Gate } from "../http/gate.ts";
import { type AzureDevOpsConnection, proofHeader, rootOf } from "./connection.ts";
import { entraIdsOf } from "./people.ts";
import { Transport } from "./transport.ts";

/** Areas of Microsoft's client. */
export interface Areas {
  readonly wit: IWorkItemTrackingApi;
  readonly work: IWorkApi;
  readonly core: ICoreApi;
}

export interface AzureDevOpsClient {
  readonly organization: string;
  /** Root of the organization, `https://dev.azure.com/<name>`, or of a server's collection. */
  readonly root: string;
  /**
   * Calls Microsoft's client for one purpose.
   *
   * @param doing what is asked for, behind "when asked to"
   * @throws AzureDevOpsError also for what is not found; CredentialError, PermissionError, Unreachable
   */
  ask<T>(doing: string, signal: AbortSignal, use: (areas: Areas) => Promise<T>): Promise<T>;
  /**
   * Entra object ids of the organization's people, by what work items call them. Empty of a server, and for a personal
   * access token, which needs no right to list people.
   */
  entraIds(signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
}

export interface AzureDevOpsOptions extends AzureDevOpsConnection {
  /** Called for every request that is sent, repeated ones included. */
  readonly onRequest?: HttpOptions["onRequest"];
  readonly onEvent?: (event: HttpEvent) => void;
  /** By default one of its own. */
  readonly gate?: Gate;
}

export function createAzureDevOpsClient(options: AzureDevOpsOptions): AzureDevOpsClient {
  const { organization, proof, mend, onRequest, onEvent, root = rootOf(organization) } = options;
  const { host } = new URL(root);
  const tell = (event: HttpEvent) => {
    onEvent?.(event);
    httpEvent(event);
  };
  const gate =
    options.gate ??
    new Gate({ onWait: (milliseconds, why, patience) => tell({ kind: "wait", host, milliseconds, why, patience }) });
  const authorization = keptAuthorization(async (renew) => proofHeader(await proof(renew)));
  const http = createHttpClient({ host, authorization, onRequest, onEvent, gate });
  const transport = new Transport({
    ...{ http, gate, organization, root, mend },
    onLoad: ({ resource, used, limit, delayedMs }) => tell({ kind: "load", host, resource, used, limit, delayedMs }),
  });
  let made: Promise<Areas> | undefined;
  return {
    organization,
    root,
    async entraIds(signal) {
      if (root !== rootOf(organization) || !/^bearer /i.test(await authorization(false, signal))) return new Map();
      return entraIdsOf(organization, { authorization, onRequest, onEvent }, signal);
    },
    ask(doing, signal, use) {
      made ??= areasOf(root, transport);
      const areas = made;
      return transport.for({ doing, signal }, async () => use(await areas));
    },
  };
}

/** Microsoft's client is loaded when it is first wanted: it is large. */
async function areasOf(root: string, transport: Transport): Promise<Areas> {
  const [{ WorkItemTrackingApi }, { WorkApi }, { CoreApi }] = await Promise.all([
    import("azure-devops-node-api/WorkItemTrackingApi.js"),
    import("azure-devops-node-api/WorkApi.js"),
    import("azure-devops-node-api/CoreApi.js"),
  ]);
  const carried = <T extends { rest: { client: unknown } }>(api: T): T => {
    api.rest.client = transport;
    return api;
  };
  return {
    wit: carried(new WorkItemTrackingApi(root, [])),
    work: carried(new WorkApi(root, [])),
    core: carried(new CoreApi(root, [])),
  };
}
