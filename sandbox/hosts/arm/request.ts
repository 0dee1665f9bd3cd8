import type { AccessClaims } from "../../tokens.ts";
import type { World } from "../../world.ts";
import type { ArmData } from "./data.ts";
import type { ResourcePath } from "./resource-id.ts";

/** A call of ARM that may be made: signed in, allowed, and of a known form. */
export interface ArmRequest {
  readonly world: World;
  readonly data: ArmData;
  readonly caller: AccessClaims;
  readonly method: string;
  readonly path: ResourcePath;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Record<string, unknown>;
}

export interface ArmAnswer {
  readonly status: number;
  readonly body?: unknown;
  /** Where a long operation tells how it went (documented: 202 and `Location`). */
  readonly location?: string;
}

/** One type of resource. A method that is missing is 405. */
export interface ArmType {
  /** Its name as ARM writes it, the beginning of its actions' names. */
  readonly name: string;
  readonly handlers: Readonly<Record<string, (request: ArmRequest) => ArmAnswer>>;
  /** Its list reads `$filter`. */
  readonly filters?: true;
  /** Action that a POST stands for, after the type's name. */
  readonly postAction?: string;
}

export function isCollection({ path }: ArmRequest, parts: number): boolean {
  return path.names.length < parts;
}

export function tagsOf(body: Record<string, unknown>): Record<string, string> {
  const { tags } = body;
  return typeof tags === "object" && tags !== null ? (tags as Record<string, string>) : {};
}

export function propertiesOf(body: Record<string, unknown>): Record<string, unknown> {
  const { properties } = body;
  return typeof properties === "object" && properties !== null ? (properties as Record<string, unknown>) : {};
}

/** The path of a long operation's end. Here everything is done at once, so it always tells of success. */
export function operationResult({ world }: ArmRequest, apiVersion: string | undefined): string {
  const path = `/subscriptions/${world.subscriptionId}/operationresults/${crypto.randomUUID().replaceAll("-", "")}`;
  return `https://management.azure.com${path}?api-version=${apiVersion ?? ""}`;
}
