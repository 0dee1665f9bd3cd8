/**
 * Users of ONES as a target, by the names of the route table.
 *
 * @packageDocumentation
 */
import type { Fields, Target } from "../../model/types.ts";
import { fieldValue } from "../values.ts";
import { clientOf, type OnesConnection } from "./connection.ts";
import { checkFields, nameOf } from "./fields.ts";
import { heldItem } from "./list.ts";
import { DEFAULT_FIELDS } from "./routes.ts";
import { OnesTarget } from "./target.ts";

interface OnesTargetOptions extends OnesConnection {
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
    async objectOf(user) {
      const held: Fields = Object.fromEntries(fields.map((name) => [name, fieldValue(user[nameOf(name, properties)])]));
      return heldItem(user, properties, held, [properties.displayName, properties.userName]);
    },
    bodyOf: async (written) =>
      Object.fromEntries(Object.entries(written).map(([name, value]) => [nameOf(name, properties), value])),
    // The groups are given to a new user once; later they are the administrator's.
    ...(defaultGroups.length > 0 && { whenNew: { [properties.groups]: defaultGroups } }),
  });
}
