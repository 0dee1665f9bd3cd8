import type { Directory } from "../../directory/index.ts";
import type { Json } from "../../directory/model.ts";
import type { AccessClaims } from "../../tokens.ts";
import type { World } from "../../world.ts";
import { badRequest } from "./errors.ts";
import type { Query, QueryOption } from "./query.ts";

/** One request, as a route sees it: whoever asks was found to be allowed to. */
export interface Call {
  readonly world: World;
  readonly directory: Directory;
  readonly claims: AccessClaims;
  readonly version: "v1.0" | "beta";
  /** Root of the service as the caller reached it, e.g. `https://graph.microsoft.com/v1.0`: links are made with it. */
  readonly root: string;
  /** Path below the root, e.g. `/users`. */
  readonly path: string;
  readonly query: Query;
  readonly body: unknown;
  /** Value of the header `Prefer`, or empty. */
  readonly prefer: string;
  /** A parameter of the route's path. */
  param(name: string): string;
}

export interface Answer {
  readonly status: number;
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** As fastify writes it, below the version. */
  readonly path: string;
  /** Query options that are answered; any other is refused. Default none. */
  readonly options?: readonly QueryOption[];
  /**
   * Called for who lacks the permissions of the gate: throws the service's own refusal, or returns where something
   * else lets the caller in. Default: the directory's 403.
   */
  readonly forbid?: (call: Call) => void;
  readonly handle: (call: Call) => Answer | Promise<Answer>;
}

export function ok(body: object): Answer {
  return { status: 200, body };
}

export function created(body: object): Answer {
  return { status: 201, body };
}

export const noContent: Answer = { status: 204 };

/** The body of a request that needs one: an object. */
export function bodyOf(call: Call): Record<string, Json> {
  const { body } = call;
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw badRequest("Empty Payload. JSON content expected.");
  }
  return body as Record<string, Json>;
}

/** A text property of the body. */
export function requiredText(body: Record<string, Json>, name: string): string {
  const value = body[name];
  if (typeof value !== "string" || value === "") throw badRequest(`A value is required for property '${name}'.`);
  return value;
}

/** The object that a reference names: the last part of `@odata.id`, a link on whatever host. */
export function referencedId(link: unknown): string {
  const id = typeof link === "string" ? /\/(?:[^/()']+\(')?([^/()']+)(?:'\))?\/?$/.exec(link)?.[1] : undefined;
  if (id === undefined) throw badRequest("The reference '@odata.id' is missing or not a link to an object.");
  return id;
}
