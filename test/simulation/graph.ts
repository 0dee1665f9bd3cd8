/**
 * Microsoft Graph without a network: the stand-in's own routes, called directly, so that thousands of histories of a
 * tenant take minutes. Pages are tiny, so that a handful of people make several.
 */
import { directory, type Directory } from "../../sandbox/directory/index.ts";
import type { DirectoryData } from "../../sandbox/directory/model.ts";
import { newDirectory } from "../../sandbox/directory/seed.ts";
import type { Route } from "../../sandbox/hosts/graph/call.ts";
import { errorBody, GraphError } from "../../sandbox/hosts/graph/errors.ts";
import { parseQuery } from "../../sandbox/hosts/graph/query.ts";
import { routes } from "../../sandbox/hosts/graph/routes.ts";
import { createWorld, type World } from "../../sandbox/world.ts";
import { failureOf } from "../../sync/connectors/graph/errors.ts";
import type { Call, SignedInClient } from "../../sync/connectors/graph/index.ts";

const ROOT = "https://graph.microsoft.com/v1.0";
const PAGE_SIZE = 3;

/** Of two routes that fit, the one without a parameter in that place comes first. */
const served = routes
  .filter(({ method, path }) => method === "GET" || path.endsWith("/checkMemberObjects"))
  .map((route) => ({ route, pattern: new RegExp(`^${route.path.replaceAll(/:(\w+)/g, "(?<$1>[^/]+)")}$`, "i") }))
  .sort((one, other) => one.route.path.split(":").length - other.route.path.split(":").length);

interface Part {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export class MemoryGraph implements SignedInClient {
  readonly host = "graph.microsoft.com";
  readonly directory: Directory;
  readonly #world: World;
  readonly #step: () => Promise<void>;

  /**
   * @param now the clock of the simulation
   * @param step called before each request; what it throws is what the request fails with
   */
  constructor(now: () => Date, step: () => Promise<void>) {
    this.#world = { ...createWorld({ users: 0, rooms: 0, roomLists: 0 }), now };
    this.#world.section("directory", () => emptyDirectory(this.#world));
    this.directory = directory(this.#world);
    this.#step = step;
  }

  get world(): World {
    return this.#world;
  }

  async tenantId(): Promise<string> {
    return this.#world.tenant.id;
  }

  async get(path: string, call: Call): Promise<unknown> {
    await this.#step();
    call.signal.throwIfAborted();
    const answer = this.#answer("GET", path, call.headers);
    if (answer.status >= 400) throw failureOf(this.host, answer.status, answer.body, call);
    return answer.body;
  }

  async post(path: string, body: object): Promise<unknown> {
    if (path !== "/$batch") throw new TypeError(`The simulation answers no POST ${path}.`);
    await this.#step();
    const { requests } = body as { readonly requests: readonly Part[] };
    return {
      responses: requests.map(({ id, method, url, headers, body }) => ({
        id,
        ...this.#answer(method, url, headers, body),
      })),
    };
  }

  #answer(
    method: string,
    path: string,
    headers: Call["headers"] = {},
    body?: unknown,
  ): { readonly status: number; readonly body: unknown } {
    try {
      const url = new URL(path.startsWith("/") ? ROOT + path : path);
      return { status: 200, body: this.#handle(method, url, headers, body) };
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      return { status: error.status, body: errorBody(error, this.#world.now(), "", "") };
    }
  }

  /** What it answers is a copy: a client that keeps it must not see later changes. */
  #handle(method: string, { pathname, searchParams }: URL, headers: NonNullable<Call["headers"]>, body: unknown) {
    const path = pathname.slice("/v1.0".length);
    const { route, params } = routeOf(method, path);
    const query = Object.fromEntries(searchParams);
    if (query["$top"] !== undefined) query["$top"] = String(PAGE_SIZE);
    const answer = route.handle({
      world: this.#world,
      directory: this.directory,
      claims: {} as never,
      version: "v1.0",
      root: ROOT,
      path,
      query: parseQuery(query, route.options ?? [], headers["ConsistencyLevel"], {
        method: route.method,
        path,
        answer: "list",
      }),
      body,
      prefer: `odata.maxpagesize=${PAGE_SIZE}`,
      param: (name) => decodeURIComponent(params[name] ?? ""),
    });
    if (answer instanceof Promise) throw new TypeError(`The simulation does not wait for ${path}.`);
    return structuredClone(answer.body) as unknown;
  }
}

function routeOf(
  method: string,
  path: string,
): { readonly route: Route; readonly params: Readonly<Record<string, string>> } {
  for (const { route, pattern } of served) {
    const match = pattern.exec(path);
    if (match && route.method === method) return { route, params: match.groups ?? {} };
  }
  throw new TypeError(`The simulation answers no ${method} ${path}.`);
}

/** A directory without people and groups. */
function emptyDirectory(world: World): DirectoryData {
  return { ...newDirectory(world), users: [], groups: [], members: {} };
}
