/**
 * Paths as Graph reads them: empty segments and a slash at the end say nothing (seen: `/v1.0//users` of msgraph-sdk),
 * names in any letter case, keys as a segment or in parentheses, casts and operations with the namespace or its alias,
 * `/v1.0/myorganization` (documented: CLI for Microsoft 365 uses it). Every segment is looked up in the published
 * model, so that what is not here is told from what Graph does not have, and neither is taken for an id.
 *
 * @packageDocumentation
 */
import {
  graphModel,
  lineage,
  linkType,
  membersOf,
  operationOn,
  propertyType,
  refOf,
  spelled,
} from "../../data/graph-model.ts";
import type { TypeText } from "../../data/graph-model.ts";
import type { Call } from "./call.ts";
import { malformed, notHere } from "./errors.ts";
import { KEY_PREFIX } from "./lookup.ts";

export interface ServicePath {
  readonly version: Call["version"];
  /** With `:` for every key: `/groups/:/members/:/$ref`. */
  readonly pattern: string;
  readonly keys: readonly string[];
  /** Below the version as it was written, without what says nothing. */
  readonly written: string;
  /** What it leads to; `undefined` where the published model here does not tell. */
  readonly target: Target | undefined;
}

export type Target =
  "collection" | "object" | "property" | "count" | "references" | "reference" | "action" | "function";

/** The names of the parameters of a route's path, and the pattern that it is found by. */
export function patternOf(path: string): { pattern: string; names: readonly string[] } {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
  return { pattern: path.replace(/:\w+/g, ":"), names };
}

/** What the type at the end of a path can be followed by; `undefined`: Graph has it, and the stand-in has not. */
type Place = TypeText | undefined;

/**
 * @param path without the query
 * @throws GraphError 400 for what Graph does not have, 501 for what the stand-in does not have
 */
export function parsePath(path: string): ServicePath {
  const [first = "", ...rest] = path.split("/").filter((each) => each !== "");
  const version = (["v1.0", "beta"] as const).find((each) => each === first.toLowerCase());
  const written = rest[0]?.toLowerCase() === "myorganization" ? rest.slice(1) : rest;
  if (!version) throw unknownSegment(rest.at(-1) ?? first);
  const pattern: string[] = [];
  const keys: string[] = [];
  let place: Place | null = null;
  let target: Target | undefined;
  for (const raw of written) {
    for (const step of stepsOf(raw)) {
      const next: Next = place === null ? fromRoot(step, version) : from(place, step, version);
      pattern.push(...next.pattern);
      if (next.key !== undefined) keys.push(next.key);
      place = next.place;
      target = next.target;
    }
  }
  if (place === null) throw notHere("the service document");
  return { version, pattern: `/${pattern.join("/")}`, keys, written: `/${written.join("/")}`, target };
}

/** A segment taken apart: a name, and a key in parentheses after it. */
interface Step {
  readonly text: string;
  /** It stood in parentheses: it is a key, whatever it looks like. */
  readonly isKey: boolean;
  /** Name of the alternate key. */
  readonly keyName?: string;
}

function stepsOf(raw: string): Step[] {
  const text = decoded(raw);
  const [, name, inside] = /^([\w.$-]+)\((.*)\)$/s.exec(text) ?? [];
  if (name === undefined || inside === undefined) return [{ text, isKey: false }];
  const plain: Step = { text: name, isKey: false };
  // A function without arguments.
  if (inside === "") return [plain];
  const [, keyName, quoted, bare] = /^(?:(\w+)=)?(?:'(.*)'|([\w-]+))$/s.exec(inside) ?? [];
  const value = quoted?.replaceAll("''", "'") ?? bare;
  // Reported (many threads): the words.
  if (value === undefined) throw malformed("Bad Request - Error in query syntax.");
  return [plain, { text: value, isKey: true, ...(keyName !== undefined && { keyName }) }];
}

function decoded(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    throw malformed(`Invalid path segment '${raw}'.`);
  }
}

interface Next {
  readonly pattern: readonly string[];
  readonly key?: string;
  readonly place: Place;
  readonly target?: Target;
}

/** Where a path leads to that ends at something of this type. */
function leadsTo(place: TypeText | undefined): { readonly place: Place; readonly target?: Target } {
  if (place === undefined) return { place };
  return { place, target: refOf(place).isCollection ? "collection" : "object" };
}

/** Published: only the beta model has these sets at its root, whose objects are those of the path given. */
const betaRoots: Readonly<Record<string, readonly string[]>> = {
  administrativeunits: ["directory", "administrativeUnits"],
};

function fromRoot({ text, isKey }: Step, version: Call["version"]): Next {
  if (text.toLowerCase() === "$metadata") throw notHere("$metadata");
  if (text.toLowerCase() === "$batch") return { pattern: ["$batch"], place: "String", target: "action" };
  const name = isKey ? undefined : spelled(text, Object.keys(graphModel.root));
  if (name !== undefined) return { pattern: [name], ...leadsTo(graphModel.root[name]) };
  const moved = version === "beta" ? betaRoots[text.toLowerCase()] : undefined;
  if (moved)
    return { pattern: moved, ...leadsTo(moved.reduce<TypeText>((at, each) => linkType(at, each) ?? at, "directory")) };
  if (version === "beta") throw unknownInBeta(text);
  throw unknownSegment(text);
}

function from(place: Place, step: Step, version: Call["version"]): Next {
  const { text, isKey } = step;
  // Nothing is known of what follows what is not here: the route is missing, which is said in the end.
  if (place === undefined || !graphModel.types[refOf(place).name])
    return { pattern: [isKey ? ":" : text], place: undefined };
  const { name: type, isCollection } = refOf(place);
  if (isKey) return byKey(type, step);
  if (text.startsWith("$")) {
    const known = ["$count", "$ref", "$value"].find((each) => each === text.toLowerCase());
    if (known === undefined) throw unknownSegment(text);
    const ofList = isCollection ? "references" : "reference";
    return {
      pattern: [known],
      place: "String",
      target: known === "$ref" ? ofList : known === "$count" ? "count" : "property",
    };
  }
  const qualified = /^(?:microsoft\.)?graph\.(\w+)$/i.exec(text)?.[1];
  const cast = qualified === undefined ? undefined : spelled(qualified, Object.keys(graphModel.types));
  if (cast !== undefined) {
    return { pattern: [`microsoft.graph.${cast}`], ...leadsTo(isCollection ? `${cast}[]` : cast) };
  }
  const operation = operationNamed(isCollection ? `${type}[]` : type, qualified ?? text);
  if (operation !== undefined) {
    const { kind } = operationOn(isCollection ? `${type}[]` : type, operation) ?? { kind: "Function" };
    return { pattern: [operation], place: undefined, target: kind === "Action" ? "action" : "function" };
  }
  if (qualified !== undefined) return { pattern: [text], place: undefined };
  if (isCollection) return byKey(type, step);
  const member = spelled(text, membersOf(type));
  if (member !== undefined) {
    const link = linkType(type, member);
    return link === undefined
      ? {
          pattern: [member],
          place: propertyType(type, member),
          target: refOf(propertyType(type, member) ?? "").isCollection ? "collection" : "property",
        }
      : { pattern: [member], ...leadsTo(link) };
  }
  if (version === "beta") throw unknownInBeta(text);
  throw unknownSegment(text);
}

/** Published: how objects are addressed by something else than their id. */
const alternateKeys: Readonly<Record<string, string>> = { application: "appId", servicePrincipal: "appId" };
/** Documented: these stand for the id, in parentheses as without. */
const sameAsId: Readonly<Record<string, string>> = {
  user: "userPrincipalName",
  federatedIdentityCredential: "name",
};

function byKey(type: string, { text, keyName }: Step): Next {
  const names = ["id", sameAsId[type]].map((each) => each?.toLowerCase());
  if (keyName === undefined || names.includes(keyName.toLowerCase()))
    return { pattern: [":"], key: text, place: type, target: "object" };
  if (keyName.toLowerCase() !== alternateKeys[type]?.toLowerCase()) throw notHere(`the key '${keyName}' of ${type}`);
  return { pattern: [":"], key: `${KEY_PREFIX}${text}`, place: type, target: "object" };
}

function operationNamed(bound: TypeText, written: string): string | undefined {
  const { name: type, isCollection } = refOf(bound);
  const names = lineage(type).flatMap((each) => {
    const prefix = `${each}${isCollection ? "[]" : ""}/`;
    return Object.keys(graphModel.operations)
      .filter((operation) => operation.startsWith(prefix))
      .map((operation) => operation.slice(prefix.length));
  });
  const name = spelled(written, names);
  return name !== undefined && operationOn(bound, name) ? name : undefined;
}

function unknownSegment(segment: string) {
  return malformed(`Resource not found for the segment '${segment}'.`);
}

/** The stand-in knows the model of v1.0 alone. */
function unknownInBeta(segment: string) {
  return notHere(`'${segment}' of the beta version, if there is such a thing`);
}
