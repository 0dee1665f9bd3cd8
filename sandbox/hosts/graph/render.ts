import type { DirectoryObject, Json } from "../../directory/model.ts";
import { graphTime } from "../../directory/time.ts";
import { permissionsOf } from "../../tokens.ts";
import type { Call } from "./call.ts";
import { isOfKind, isRecord } from "./entities.ts";
import type { EntityType, Property } from "./entities.ts";
import { badRequest, forbidden } from "./errors.ts";
import { propertyOf } from "./extension-properties.ts";
import { unknownProperty } from "./query.ts";

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
    const property = propertyOf(call, type, name);
    if (!property || !exists(call, property)) throw unknownProperty(name, type);
    if (property.needs && !property.needs.some((each) => permissionsOf(call.claims).includes(each))) throw forbidden();
    return [name, property] as const;
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

/** One entity as the answer to a request for it. */
export function entityBody(call: Call, object: DirectoryObject, type: EntityType): object {
  const { select } = call.query;
  const context = `${call.root}/$metadata#${type.set}${select ? `(${select.join(",")})` : ""}/$entity`;
  const body = project(object, projection(call, type));
  // Documented: a certificate is shown only by one object whose keyCredentials are selected.
  if (select?.includes("keyCredentials")) body["keyCredentials"] = object["keyCredentials"] ?? [];
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
 * The properties that a body sets, checked against the model: `null` sets a property back to its default, a complex
 * property is merged with what `current` has. Annotations (`@odata.type`) are left out.
 *
 * @param binds references that the caller reads itself, e.g. `owners@odata.bind`; any other is refused
 * @throws GraphError 400 for an unknown or read-only property, or a value of another kind
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
    if (name.includes("@odata.")) continue;
    const property = propertyOf(call, type, name);
    if (!property || !exists(call, property)) throw badRequest(`Invalid property '${name}'.`);
    if (property.readOnly) throw badRequest(`Property '${name}' is read-only and cannot be set.`);
    const { initial } = property;
    if (!isOfKind(name, initial, value)) {
      throw badRequest(`Invalid value specified for property '${name}' of resource '${type.name}'.`);
    }
    if (value === null) result[name] = initial;
    else if (isRecord(value) && isRecord(initial)) {
      result[name] = merge(name, initial, current?.[name], value, type);
    } else result[name] = typeof value === "string" && name.includes("Date") ? timeText(name, value) : value;
  }
  return result;
}

/** Times are given back in UTC without fractions, however they were written (seen: azuread provider compares them). */
function timeText(name: string, value: string): string {
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) throw badRequest(`Invalid value specified for property '${name}'.`);
  return graphTime(time);
}

function merge(
  name: string,
  initial: Record<string, Json>,
  current: Json | undefined,
  changes: Record<string, Json>,
  type: EntityType,
): Record<string, Json> {
  const merged: Record<string, Json> = { ...initial, ...(isRecord(current) && current) };
  for (const [member, value] of Object.entries(changes)) {
    if (member.includes("@odata.")) continue;
    if (!(member in initial)) throw badRequest(`Invalid property '${name}/${member}' of resource '${type.name}'.`);
    if (!isOfKind(member, initial[member] ?? null, value)) {
      throw badRequest(`Invalid value specified for property '${name}/${member}' of resource '${type.name}'.`);
    }
    merged[member] = value ?? initial[member] ?? null;
  }
  return merged;
}
