import type { Json } from "./json-value.ts";

/** An object of an interface as JSON: the compiler does not see that such an object has nothing else in it. */
export function toJson(value: object): Json {
  return value as Json;
}

/** What was stored by this engine, in a partition that only it writes to. */
export function fromJson<T extends object>(value: Json): T {
  return value as T;
}

/** What a text says as JSON; `undefined` where it is none. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
