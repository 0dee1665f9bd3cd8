/**
 * Bodies as .NET takes them: names in any letter case (assumed), nothing but an object.
 *
 * @packageDocumentation
 */
import { ZERO_ID } from "./model.ts";
import type { Json } from "./model.ts";
import { nullReference } from "./net-exception.ts";

export type Body = ReadonlyMap<string, Json>;

/** @throws NetException for what is no object */
export function caselessBody(body: unknown): Body {
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw nullReference();
  return new Map(Object.entries(body as Record<string, Json>).map(([key, value]) => [key.toLowerCase(), value]));
}

export function textOf(body: Body, name: string): string | undefined {
  const value = body.get(name.toLowerCase());
  return typeof value === "string" ? value : undefined;
}

/** A GUID, the zero one where there is none. */
export function guidOf(body: Body, name: string): string | undefined {
  const value = body.get(name.toLowerCase());
  if (value === null) return ZERO_ID;
  return typeof value === "string" ? value.toLowerCase() : undefined;
}

export function dictionaryOf(body: Body, name: string): Readonly<Record<string, Json>> | undefined {
  const value = body.get(name.toLowerCase());
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}
