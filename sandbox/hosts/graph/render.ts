import { isDeepStrictEqual } from "node:util";
import { propertyType } from "../../data/graph-model.ts";
import type { DirectoryObject, Json } from "../../directory/model.ts";
import { graphTime } from "../../directory/time.ts";
import { permissionsOf } from "../../tokens.ts";
import type { Call } from "./call.ts";
import { isRecord } from "./entities.ts";
import type { EntityType, Property } from "./entities.ts";
import { badRequest, forbidden, notHere } from "./errors.ts";
import { propertyOf } from "./extension-properties.ts";
import { knownProperty } from "./properties.ts";

/** The properties that an answer shows, by name. */
export type Projection = readonly (readonly [name: string, property: Property])[];

/**
 * What `$select` asks for, or the default properties without it. `id` comes only when it is asked for, as from Graph.
 *
 * @throws GraphError 400 for a property that the type has not (in this version), 403 for one that needs a permission
 */
export function projection(call: Call, type: EntityType, select = call.query.select): Projection {
  if (!select) return [...type.properties].filter(([, property]) => property.shown && exists(call, property));
  return select.map((name) => {
    const { name: known, property } = knownProperty(call, type, name);
    if (property.needs && !property.needs.some((each) => permissionsOf(call.claims).includes(each))) throw forbidden();
    return [known, property] as const;
  });
}

function exists(call: Call, { beta }: Property): boolean {
  return !beta || call.version === "beta";
}

export function project(object: DirectoryObject, shown: Projection): Record<string, Json> {
  const result: Record<string, Json> = {};
  for (const [name, { initial }] of shown) result[name] = valueOf(object[name], initial);
  return result;
}

/**
 * One entity as the answer to a request for it.
 *
 * @param set what contains it, as `@odata.context` names it
 */
export function entityBody(call: Call, object: DirectoryObject, type: EntityType, set = type.set): object {
  const { select } = call.query;
  const context = `${call.root}/$metadata#${set}${select ? `(${select.join(",")})` : ""}/$entity`;
  const shown = projection(call, type);
  const body = project(object, shown);
  // Documented: a certificate is shown only by one object whose keyCredentials are selected.
  if (select && shown.some(([name]) => name === "keyCredentials"))
    body["keyCredentials"] = object["keyCredentials"] ?? [];
  return { "@odata.context": context, ...body };
}

/** Secrets are hashed where they are kept; neither they nor anything else the model does not know is shown. */
function valueOf(value: Json | undefined, initial: Json): Json {
  if (value === undefined || value === null) return initial;
  if (isRecord(initial) && isRecord(value)) {
    return { ...initial, ...value };
  }
  if (Array.isArray(value) && value.some((item) => isRecord(item) && ("secretHash" in item || "key" in item))) {
    return value.map((item) => {
      const { secretHash: _, ...shown } = item as Record<string, Json>;
      return "key" in shown ? { ...shown, key: null } : shown;
    });
  }
  return value;
}

/**
 * The properties that a body sets: `null` sets a property back to its default, a complex property is merged with what
 * `current` has. Annotations (`@odata.type`) are left out, and so is what is read-only and said as it is (seen: azuread
 * provider 6.9.1 repeats the object's id).
 *
 * @param binds references that the caller reads itself, e.g. `owners@odata.bind`; any other is refused
 * @throws GraphError 400 for a read-only property, 501 for one that the stand-in does not keep
 */
export function propertiesOf(
  call: Call,
  body: Record<string, Json>,
  type: EntityType,
  { current, binds = [] }: { readonly current?: DirectoryObject; readonly binds?: readonly string[] } = {},
): Record<string, Json> {
  const result: Record<string, Json> = {};
  for (const [name, value] of Object.entries(body)) {
    if (name.endsWith("@odata.bind")) {
      if (binds.includes(name)) continue;
      throw badRequest(`'${name}' cannot be bound here.`);
    }
    if (name.includes("@")) continue;
    const property = propertyOf(call, type, name);
    if (!property) throw notKept(name, type);
    if (!exists(call, property)) throw badRequest(`Invalid property '${name}'.`);
    const { initial } = property;
    if (property.readOnly) {
      if (isDeepStrictEqual(written(type, name, value ?? initial), valueOf(current?.[name], initial))) continue;
      throw badRequest(`Property '${name}' is read-only and cannot be set.`);
    }
    if (value === null) result[name] = initial;
    else if (isRecord(value) && isRecord(initial)) result[name] = merge(initial, current?.[name], value);
    else result[name] = written(type, name, value);
  }
  return result;
}

/** What the published model has and the stand-in's directory has not. */
function notKept(name: string, { name: type }: EntityType): Error {
  if (name.startsWith("extension_"))
    return badRequest(`The following extension properties are not available: ${name}.`);
  return notHere(`the property '${name}' of ${type}`);
}

/** Times are given back in UTC without fractions, however they were written (seen: azuread provider compares them). */
function written({ name: type }: EntityType, name: string, value: Json): Json {
  const isTime = propertyType(type, name)?.startsWith("DateTimeOffset") === true;
  return isTime && typeof value === "string" ? graphTime(new Date(value)) : value;
}

function merge(
  initial: Record<string, Json>,
  current: Json | undefined,
  changes: Record<string, Json>,
): Record<string, Json> {
  const merged: Record<string, Json> = { ...initial, ...(isRecord(current) && current) };
  for (const [member, value] of Object.entries(changes)) {
    if (!member.includes("@")) merged[member] = value ?? initial[member] ?? null;
  }
  return merged;
}
