/**
 * Users of ONES as a target, by the names of the route table.
 *
 * @packageDocumentation
 */
import type { FieldValue, Target, Item } from "../../model/types.ts";
import { fieldValue } from "../values.ts";
import { clientOf, type OnesConnection } from "./connection.ts";
import { checkFields, nameOf } from "./fields.ts";
import { identifier, type Received } from "./list.ts";
import { DEFAULT_FIELDS, type Routes } from "./routes.ts";
import { OnesTarget } from "./target.ts";

export interface OnesTargetOptions extends OnesConnection {
  /** Fields of a user that are mapped. */
  readonly fields: readonly string[];
  /** Groups of ONES that new users join. */
  readonly defaultGroups: readonly string[];
}

/** Properties that are no fields: what writes them is the sync itself. */
const OWN = ["id", "externalId", "enabled", "groups"];

export function createOnesTarget(options: OnesTargetOptions): Target {
  const { baseUrl, routes, fields, defaultGroups } = options;
  const { properties } = routes;
  const known = [...DEFAULT_FIELDS, ...Object.keys(properties)].filter((name) => !OWN.includes(name));
  return new OnesTarget(baseUrl, clientOf(options), {
    one: "a user",
    several: "users",
    routes,
    setting: "tenantwire:ones.routes",
    words: { disable: "disable a user", adopt: "store the Entra id in a user" },
    check: (mapped) => checkFields(mapped, known, { of: "user", settings: ["ones.users", "ones.routes"] }),
    objectOf: async (user) => userObject(user, fields, properties),
    bodyOf: async (written) =>
      Object.fromEntries(Object.entries(written).map(([name, value]) => [nameOf(name, properties), value])),
    // The groups are given to a new user once; later they are the administrator's.
    ...(defaultGroups.length > 0 && { whenNew: { [properties.groups]: defaultGroups } }),
  });
}

function userObject(user: Received, fieldNames: readonly string[], properties: Routes["properties"]): Item | undefined {
  const id = identifier(user[properties.id]);
  if (id === undefined) return undefined;
  const fields: Record<string, FieldValue> = {};
  for (const name of fieldNames) fields[name] = fieldValue(user[nameOf(name, properties)]);
  const externalId = identifier(user[properties.externalId])?.toLowerCase();
  const mail = identifier(user[properties.email])?.toLowerCase();
  return {
    id,
    label: identifier(user[properties.displayName]) ?? identifier(user[properties.userName]) ?? id,
    life: user[properties.enabled] === false ? "inactive" : "active",
    fields,
    keys: { ...(externalId !== undefined && { externalId }), ...(mail !== undefined && { mail }) },
  };
}
