/**
 * The engine's property structs as plain objects, and back: the one place that knows how secrets and unknown values
 * travel.
 *
 * @packageDocumentation
 */
import type structpb from "google-protobuf/google/protobuf/struct_pb.js";
import { isRecord, type Properties } from "./json.ts";
import { Struct } from "./protobuf.ts";

/** A value that is not known before something is deployed (previews only). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

/** Names from the top to a value. It ends at a list: one secret item makes the whole list secret. */
export type Path = readonly string[];

export interface Unwrapped {
  readonly values: Properties;
  /** Where the secrets were. */
  readonly secrets: readonly Path[];
}

export function isUnknown(value: unknown): boolean {
  return value === UNKNOWN;
}

export function containsUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(containsUnknown);
  return isRecord(value) ? Object.values(value).some(containsUnknown) : isUnknown(value);
}

/** Takes the secrets out of their wrapping and remembers where they were. */
export function unwrap(struct: structpb.Struct | undefined): Unwrapped {
  const secrets: Path[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(struct?.toJavaScript() ?? {}))
    values[name] = reveal(value, [name], secrets);
  return { values, secrets };
}

function reveal(value: unknown, path: Path, secrets: Path[]): unknown {
  if (Array.isArray(value)) return value.map((item) => reveal(item, path, secrets));
  if (!isRecord(value)) return value;
  if (value[SIGNATURE_KEY] === SECRET_SIGNATURE) {
    secrets.push(path);
    return reveal(value["value"], path, secrets);
  }
  const plain: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) plain[name] = reveal(item, [...path, name], secrets);
  return plain;
}

/** Wraps what is at a secret's place as a secret. A property of the resource itself may be null; within one, what has no value is left out. */
export function wrap(values: Properties, secrets: readonly Path[]): structpb.Struct {
  const nulls = Object.entries(values).filter(([, value]) => value === null);
  return Struct.fromJavaScript({
    ...hideIn(values, [], secrets),
    ...(Object.fromEntries(nulls) as Record<string, null>),
  });
}

function hideIn(values: Properties, path: Path, secrets: readonly Path[]): Record<string, structpb.JavaScriptValue> {
  const wrapped: Record<string, structpb.JavaScriptValue> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === null) continue;
    wrapped[name] = hide(value, [...path, name], secrets);
  }
  return wrapped;
}

function hide(value: unknown, path: Path, secrets: readonly Path[]): structpb.JavaScriptValue {
  if (secrets.some((secret) => isSamePath(secret, path))) {
    return { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: hide(value, path, []) };
  }
  if (Array.isArray(value)) return value.map((item) => hide(item, path, []));
  return isRecord(value) ? hideIn(value, path, secrets) : (value as structpb.JavaScriptValue);
}

function isSamePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}
