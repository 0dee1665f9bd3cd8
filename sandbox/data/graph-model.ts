/**
 * What of Microsoft Graph's published entity model the stand-in needs: the types that it serves, to any depth, what
 * links and operations they have, and the names at the root. `generate-graph-model.ts` makes the file beside this one.
 *
 * @packageDocumentation
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A type as the model file writes it: `String` is a primitive of Edm, `appRole` a type or an enumeration of
 * `microsoft.graph`, `appRole[]` a collection of them, and `String?` may be null.
 */
export type TypeText = string;

export interface ModelType {
  readonly base?: string;
  readonly properties: Readonly<Record<string, TypeText>>;
  /** Relations, by name. Types that the file does not have are known by name alone. */
  readonly links: Readonly<Record<string, TypeText>>;
}

export interface GraphModel {
  /** Members between blanks, by name of the enumeration. */
  readonly enums: Readonly<Record<string, string>>;
  readonly types: Readonly<Record<string, ModelType>>;
  /** Entity sets and singletons. */
  readonly root: Readonly<Record<string, TypeText>>;
  /** Actions and functions, by `<type that they are bound to>/<name>`. */
  readonly operations: Readonly<Record<string, Operation>>;
}

export interface Operation {
  readonly kind: "Action" | "Function";
  readonly parameters: Readonly<Record<string, TypeText>>;
}

export const MODEL_FILE = join(import.meta.dirname, "graph-model.json");

export const graphModel = JSON.parse(readFileSync(MODEL_FILE, "utf8")) as GraphModel;

/** A type text taken apart. */
export interface TypeRef {
  readonly name: string;
  readonly isCollection: boolean;
  readonly isNullable: boolean;
}

export function refOf(text: TypeText): TypeRef {
  const [, name = "", brackets = "", mark = ""] = /^([^[?]+)(\[\])?(\?)?$/.exec(text) ?? [];
  return { name, isCollection: brackets !== "", isNullable: mark !== "" };
}

/** A type and those it derives from, the nearest first; none for what the model file does not have. */
export function lineage(name: string): string[] {
  const type = graphModel.types[name];
  if (!type) return [];
  return [name, ...(type.base === undefined ? [] : lineage(type.base))];
}

export function propertyType(type: string, property: string): TypeText | undefined {
  return inherited(type, (each) => each.properties[property]);
}

export function linkType(type: string, link: string): TypeText | undefined {
  return inherited(type, (each) => each.links[link]);
}

function inherited<T>(type: string, get: (type: ModelType) => T | undefined): T | undefined {
  for (const name of lineage(type)) {
    const found = graphModel.types[name] && get(graphModel.types[name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @param bound the type or, for what is bound to a collection, the type with brackets */
export function operationOn(bound: TypeText, name: string): Operation | undefined {
  const { name: type, isCollection } = refOf(bound);
  for (const each of lineage(type)) {
    const found = graphModel.operations[`${each}${isCollection ? "[]" : ""}/${name}`];
    if (found) return found;
  }
  return undefined;
}

/** Names of what a type has: properties and links. */
export function membersOf(type: string): string[] {
  return lineage(type).flatMap((each) => {
    const { properties = {}, links = {} } = graphModel.types[each] ?? {};
    return [...Object.keys(links), ...Object.keys(properties)];
  });
}

/** The one of these names that is meant, whatever the letter case it is written in. */
export function spelled(written: string, names: readonly string[]): string | undefined {
  const wanted = written.toLowerCase();
  return names.find((name) => name.toLowerCase() === wanted);
}
