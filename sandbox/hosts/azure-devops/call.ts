/**
 * A request on its way to what answers it: who asks, in which project, with which query.
 *
 * @packageDocumentation
 */
import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { World } from "../../world.ts";
import { AzureDevOpsError, invalidArgument, noController, organizationNotFound, projectNotFound } from "./errors.ts";
import { organization } from "./organization.ts";
import type { Organization, Project } from "./organization.ts";
import { admit, chargeItems } from "./rate-limits.ts";
import { checkScope } from "./scopes.ts";
import type { Scope } from "./scopes.ts";
import { callerOf } from "./sign-in.ts";
import type { Caller } from "./sign-in.ts";
import { stateOf, tracking } from "./tracking.ts";
import type { Tracking } from "./tracking.ts";

export interface Call {
  readonly world: World;
  readonly home: Organization;
  readonly caller: Caller;
  readonly store: Tracking;
  /** Of the address; undefined when it names none. */
  readonly project: Project | undefined;
  readonly params: Readonly<Record<string, string>>;
  /** By lower-case name. */
  readonly query: ReadonlyMap<string, string>;
  readonly body: unknown;
  /** That was asked for; 7.1 when none was. */
  readonly version: number;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Puts items that were read or written on the caller's account. */
  charge(items: number): void;
}

export type Handler = (call: Call) => unknown;

export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Behind `/:organization/_apis`. */
  readonly path: string;
  /** What a token needs; undefined: any that is good. */
  readonly scope?: Scope;
  /** `needed`: the address names a project; `possible`: it may. Default: it does not. */
  readonly project?: "needed" | "possible";
  /** Only at this host. */
  readonly host?: string;
  /** Has no released version: `-preview` must be said (documented). */
  readonly isPreview?: boolean;
  readonly handler: Handler;
}

interface Scoped {
  readonly project: string;
}

const scoped = new WeakMap<IncomingMessage, Scoped>();

/**
 * Project and team stand before `_apis` where a call is about one (documented): they are taken out of the address and
 * remembered, so that a resource has one route.
 */
export function withoutProject(request: IncomingMessage): string {
  const url = request.url ?? "/";
  const [, home = "", project = "", rest = ""] =
    /^\/([^/?]+)\/([^/?]+)(?:\/[^/?]+)?(\/_apis(?:[/?].*)?)$/i.exec(url) ?? [];
  if (project === "" || project.toLowerCase() === "_apis") return url;
  scoped.set(request, { project });
  return `/${home}${rest}`;
}

interface Params {
  Params: Record<string, string>;
}

/** The organization that is asked, and who asks. */
export async function enter(
  world: World,
  request: FastifyRequest<Params>,
): Promise<{ home: Organization; caller: Caller }> {
  const home = organization(world);
  const { organization: name = "" } = request.params;
  if (name.toLowerCase() !== home.name) throw organizationNotFound(name);
  return { home, caller: await callerOf(world, home, request) };
}

export function serve(app: FastifyInstance, world: World, routes: readonly Route[]): void {
  for (const { method, path, host, ...route } of routes) {
    app.route<Params>({
      method,
      url: `/:organization/_apis${path}`,
      ...(host !== undefined && { constraints: { host } }),
      handler: async (request, reply) => {
        const { home, caller } = await enter(world, request);
        const project = projectOf(home, request, route.project);
        if (route.scope) checkScope(caller, route.scope);
        const version = versionOf(request, route.isPreview === true);
        admit(world, caller.id, reply);
        const store = tracking(world);
        if (project) stateOf(store, project);
        const { params, body } = request;
        const query = caseless(request.query);
        const charge = (items: number) => chargeItems(world, caller.id, items);
        return route.handler({
          world,
          home,
          caller,
          store,
          project,
          params,
          query,
          body,
          version,
          request,
          reply,
          charge,
        });
      },
    });
  }
}

function projectOf(home: Organization, request: FastifyRequest, wanted: Route["project"]): Project | undefined {
  const named = scoped.get(request.raw)?.project;
  if (named === undefined) {
    if (wanted === "needed") throw noController(pathOf(request));
    return undefined;
  }
  if (wanted === undefined) throw noController(pathOf(request));
  const name = decoded(named);
  const found = findProject(home, name);
  if (!found) throw projectNotFound(name);
  return found;
}

export function findProject({ projects }: Organization, nameOrId: string): Project | undefined {
  const wanted = nameOrId.toLowerCase();
  return projects.find((each) => each.id === wanted || each.name.toLowerCase() === wanted);
}

export function pathOf(request: FastifyRequest): string {
  return request.originalUrl.split("?")[0] ?? "";
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw invalidArgument(`The address is not encoded well: ${segment}.`);
  }
}

function caseless(query: unknown): Map<string, string> {
  const entries = Object.entries(query as Record<string, string | string[]>);
  return new Map(entries.map(([key, value]) => [key.toLowerCase(), String(value)]));
}

/** Documented: in the query or in `Accept`; a resource without a released version is asked for as `7.1-preview`. */
export function versionOf(request: FastifyRequest, isPreview: boolean): number {
  const inQuery = caseless(request.query).get("api-version");
  const version = inQuery ?? /api-version=([^;,\s]+)/.exec(request.headers.accept ?? "")?.[1];
  if (version === undefined) return 7.1;
  const number = Number(/^\d+(\.\d+)?/.exec(version)?.[0]);
  if (Number.isNaN(number)) throw invalidArgument(`The api-version ${version} is not valid.`);
  if (isPreview && !version.includes("-preview")) {
    const message = `The requested version "${version}" of the resource is under preview. The -preview flag must be supplied in the api-version for such requests. For example: "${version}-preview"`;
    throw new AzureDevOpsError(400, "VssInvalidPreviewVersionException", message);
  }
  return number;
}

/** Lists are wrapped, where the published description has them bare. */
export function listed(value: readonly unknown[]): object {
  return { count: value.length, value };
}

export function isTrue(query: ReadonlyMap<string, string>, name: string): boolean {
  return query.get(name)?.toLowerCase() === "true";
}

/** @throws AzureDevOpsError when it is there and no whole number of at least `least` */
export function wholeNumber(query: ReadonlyMap<string, string>, name: string, least = 0): number | undefined {
  const given = query.get(name);
  if (given === undefined || given === "") return undefined;
  const number = Number(given);
  if (Number.isInteger(number) && number >= least) return number;
  throw invalidArgument(`The value '${given}' of the parameter '${name}' is not valid.`);
}

export function needed(call: Call): Project {
  if (!call.project) throw noController(pathOf(call.request));
  return call.project;
}

/** The whole number in the path. */
export function idOf({ params }: Call, name = "id"): number {
  const given = params[name] ?? "";
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw invalidArgument(`The value '${given}' of '${name}' is not valid.`);
}
