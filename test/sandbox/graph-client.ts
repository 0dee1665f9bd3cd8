import type { FastifyInstance } from "fastify";
import { applicationRole } from "../../sandbox/data/permissions.ts";
import { directory } from "../../sandbox/directory/index.ts";
import { entraHost } from "../../sandbox/hosts/entra.ts";
import { graphHost } from "../../sandbox/hosts/graph/index.ts";
import { issueAccessToken } from "../../sandbox/tokens.ts";
import type { TokenSubject } from "../../sandbox/tokens.ts";
import { createWorld } from "../../sandbox/world.ts";
import type { World, WorldOptions } from "../../sandbox/world.ts";

export const GRAPH = "https://graph.microsoft.com";

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  /** Parsed JSON; text as it is; undefined without a body. */
  readonly body: Body;
}

/** JSON as a test looks into it. */
export type Body = Record<string, unknown> & { value: Body[]; error: { code: string; message: string } };

export interface Client {
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  post(path: string, body?: unknown): Promise<Reply>;
  put(path: string, body: unknown): Promise<Reply>;
  patch(path: string, body: unknown): Promise<Reply>;
  delete(path: string): Promise<Reply>;
  /** All items of a list, page after page, and the last page. */
  all(path: string, headers?: Record<string, string>): Promise<{ items: Body[]; last: Body; pages: number }>;
}

export interface Tenant {
  readonly world: World;
  readonly graph: FastifyInstance;
  readonly entra: FastifyInstance;
  /** Somebody at Graph, with the permissions that he has at this moment. */
  as(principal: TokenSubject): Promise<Client>;
  /** Somebody new with exactly these application permissions of Microsoft Graph. */
  withRoles(...roles: string[]): Promise<Client>;
}

export function newTenant(options: Omit<WorldOptions, "dataDir"> = {}): Tenant {
  const world = createWorld({ users: 60, ...options });
  const graph = graphHost(world);
  const as = async (principal: TokenSubject) =>
    client(graph, (await issueAccessToken(world, principal, GRAPH)).access_token);
  return {
    world,
    graph,
    entra: entraHost(world),
    as,
    async withRoles(...roles) {
      const { registrations, servicePrincipals } = directory(world);
      const displayName = roles.join(" ") || "nobody";
      const application = registrations.createApplication({ displayName }, []);
      const principal = registrations.createServicePrincipal(application, { displayName }, []);
      const resource = servicePrincipals.byKey("00000003-0000-0000-c000-000000000000");
      for (const role of roles) {
        registrations.addAssignment({
          appRoleId: applicationRole(role),
          principalId: principal.id,
          resourceId: resource?.id ?? "",
        });
      }
      return as({ displayName, clientId: application["appId"] as string, objectId: principal.id });
    },
  };
}

export function client(graph: FastifyInstance, token: string): Client {
  async function send(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    options: Options = {},
  ): Promise<Reply> {
    const url = path.startsWith(GRAPH) ? path.slice(GRAPH.length) : path;
    const response = await graph.inject({
      method,
      url,
      headers: {
        host: "graph.microsoft.com",
        authorization: `Bearer ${token}`,
        ...(options.body !== undefined && { "content-type": "application/json" }),
        ...options.headers,
      },
      ...(options.body !== undefined && { payload: JSON.stringify(options.body) }),
    });
    const isJson = String(response.headers["content-type"] ?? "").startsWith("application/json");
    const body: unknown = response.body === "" ? undefined : isJson ? response.json() : response.body;
    return { status: response.statusCode, headers: response.headers, body: body as Body };
  }

  const get: Client["get"] = (path, headers = {}) => send("GET", path, { headers });
  return {
    get,
    post: (path, body) => send("POST", path, { body }),
    put: (path, body) => send("PUT", path, { body }),
    patch: (path, body) => send("PATCH", path, { body }),
    delete: (path) => send("DELETE", path),
    async all(path, headers) {
      const items: Body[] = [];
      for (let pages = 1, next = path; ; pages++) {
        const { status, body } = await get(next, headers);
        if (status !== 200) throw new Error(`GET ${next}: ${status} ${JSON.stringify(body)}`);
        items.push(...body.value);
        if (typeof body["@odata.nextLink"] !== "string") return { items, last: body, pages };
        next = body["@odata.nextLink"];
      }
    },
  };
}

interface Options {
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}
