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
  .filter(({ method }) => method === "GET")
  .map((route) => ({ route, pattern: new RegExp(`^${route.path.replaceAll(/:(\w+)/g, "(?<$1>[^/]+)")}$`, "i") }))
  .sort((one, other) => one.route.path.split(":").length - other.route.path.split(":").length);

interface Part {
  readonly id: string;
  readonly url: string;
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
    const answer = this.#answer(path, call.headers);
    if (answer.status >= 400) throw failureOf(this.host, answer.status, answer.body, call);
    return answer.body;
  }

  async post(path: string, body: object): Promise<unknown> {
    if (path !== "/$batch") throw new TypeError(`The simulation answers no POST ${path}.`);
    await this.#step();
    const { requests } = body as { readonly requests: readonly Part[] };
    return { responses: requests.map(({ id, url }) => ({ id, ...this.#answer(url) })) };
  }

  #answer(path: string, headers: Call["headers"] = {}): { readonly status: number; readonly body: unknown } {
    try {
      return { status: 200, body: this.#handle(new URL(path.startsWith("/") ? ROOT + path : path), headers) };
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      return { status: error.status, body: errorBody(error, this.#world.now(), "", "") };
    }
  }

  /** What it answers is a copy: a client that keeps it must not see later changes. */
  #handle({ pathname, searchParams }: URL, headers: NonNullable<Call["headers"]>): unknown {
    const path = pathname.slice("/v1.0".length);
    const { route, params } = routeOf(path);
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
        method: "GET",
        path,
        answer: "list",
      }),
      body: undefined,
      prefer: `odata.maxpagesize=${PAGE_SIZE}`,
      param: (name) => decodeURIComponent(params[name] ?? ""),
    });
    if (answer instanceof Promise) throw new TypeError(`The simulation does not wait for ${path}.`);
    return structuredClone(answer.body);
  }
}

function routeOf(path: string): { readonly route: Route; readonly params: Readonly<Record<string, string>> } {
  for (const { route, pattern } of served) {
    const match = pattern.exec(path);
    if (match) return { route, params: match.groups ?? {} };
  }
  throw new TypeError(`The simulation answers no GET ${path}.`);
}

/** A directory without people and groups. */
function emptyDirectory(world: World): DirectoryData {
  return { ...newDirectory(world), users: [], groups: [], members: {} };
}
