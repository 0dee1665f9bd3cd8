/**
 * Names of properties as a query writes them: in any letter case (reported: Graph takes `displayname`), and told apart
 * by who does not have them, Graph or the stand-in.
 *
 * @packageDocumentation
 */
import { membersOf, spelled } from "../../data/graph-model.ts";
import type { Call } from "./call.ts";
import type { EntityType, Property } from "./entities.ts";
import { malformed, notHere, notKnown } from "./errors.ts";
import { propertyOf } from "./extension-properties.ts";

/** @throws GraphError 400 for what the type does not have in this version, 501 for what is not kept here */
export function knownProperty(
  call: Call,
  type: EntityType,
  written: string,
): { readonly name: string; readonly property: Property } {
  const name = propertyOf(call, type, written) ? written : spelled(written, [...type.properties.keys()]);
  const property = name === undefined ? undefined : propertyOf(call, type, name);
  if (name !== undefined && property && (!property.beta || call.version === "beta")) return { name, property };
  // Whether Graph selects parts of a property is not known here.
  if (written.includes("/")) throw notKnown(`'${written}' as a property of its own`);
  const what = `the property '${written}' of ${type.name}`;
  if (type.models.some((model) => spelled(written, membersOf(model)) !== undefined)) throw notHere(what);
  if (call.version === "beta") throw notKnown(what);
  throw unknownProperty(written, type.name);
}

export function unknownProperty(name: string, type: string): Error {
  return malformed(`Could not find a property named '${name}' on type 'microsoft.graph.${type}'.`);
}
