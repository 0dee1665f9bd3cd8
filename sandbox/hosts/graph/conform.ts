/**
 * JSON against the published entity model, to any depth: what Graph takes is checked with it, and in tests what the
 * stand-in answers.
 *
 * @packageDocumentation
 */
import { graphModel, linkType, lineage, propertyType, refOf } from "../../data/graph-model.ts";
import type { TypeRef, TypeText } from "../../data/graph-model.ts";
import type { Json } from "../../directory/model.ts";
import { isRecord } from "./entities.ts";

export interface Misfit {
  readonly what: "unknown" | "value";
  /** Names from the outermost one on. */
  readonly path: readonly string[];
  /** The type whose property it is. */
  readonly owner: string;
}

export interface Conformed {
  /** The value with the model's own spelling of names. */
  readonly value: Json;
  readonly misfits: readonly Misfit[];
}

/**
 * @param type as the model writes it
 * @param anyCase take names in any letter case, as Graph does (seen: CLI for Microsoft 365 sends `mailNickName`)
 */
export function conform(type: TypeText, value: Json, { anyCase = false } = {}): Conformed {
  const misfits: Misfit[] = [];
  return { value: walk(refOf(type), value, { anyCase, misfits, path: [], owner: "" }), misfits };
}

/** The same for what an operation takes: its parameters are the properties. */
export function conformAll(members: Readonly<Record<string, TypeText>>, body: Record<string, Json>): Conformed {
  const misfits: Misfit[] = [];
  const place = { anyCase: true, misfits, path: [], owner: "action" };
  const known = (name: string) => members[name];
  return { value: record(body, Object.keys(members), known, place), misfits };
}

interface Place {
  readonly anyCase: boolean;
  readonly misfits: Misfit[];
  readonly path: readonly string[];
  readonly owner: string;
}

function walk(type: TypeRef, value: Json, place: Place): Json {
  const misfit = () => {
    place.misfits.push({ what: "value", path: place.path, owner: place.owner });
    return value;
  };
  if (type.isCollection) {
    if (!Array.isArray(value)) return misfit();
    const item = { ...type, isCollection: false };
    return value.map((each) => walk(item, each, place));
  }
  if (value === null) return type.isNullable ? null : misfit();
  const members = graphModel.enums[type.name]?.split(" ");
  if (members) return typeof value === "string" && members.includes(value) ? value : misfit();
  if (graphModel.types[type.name]) {
    const given = isRecord(value) ? typeIn(value, type.name) : undefined;
    if (!isRecord(value) || given === undefined) return misfit();
    return record(value, namesOf(given), (name) => memberType(given, name), { ...place, owner: given });
  }
  return primitives[type.name]?.(value) === false ? misfit() : value;
}

function record(
  value: Record<string, Json>,
  names: readonly string[],
  typeOf: (name: string) => TypeText | undefined,
  place: Place,
): Json {
  const result: Record<string, Json> = {};
  for (const [written, member] of Object.entries(value)) {
    const name = typeOf(written) === undefined && place.anyCase ? (spelling(written, names) ?? written) : written;
    const path = [...place.path, name];
    const type = typeOf(name);
    // Annotations say something about the object, and are no part of it. Extensions are registered, not published.
    if (name.includes("@") || /^extension_[0-9a-f]{32}_\w+$/.test(name)) result[name] = member;
    else if (type === undefined) place.misfits.push({ what: "unknown", path, owner: place.owner });
    else result[name] = walk(refOf(type), member, { ...place, path });
  }
  return result;
}

/** The type that an object says it is, where that is the wanted one or derives from it. */
function typeIn(value: Record<string, Json>, wanted: string): string | undefined {
  const said = value["@odata.type"];
  if (said === undefined) return wanted;
  if (typeof said !== "string") return undefined;
  const name = said.replace(/^#?(microsoft\.)?graph\./i, "").toLowerCase();
  const known = Object.keys(graphModel.types).find((each) => each.toLowerCase() === name);
  return known !== undefined && lineage(known).includes(wanted) ? known : undefined;
}

/** What of a type a body and an answer can hold: its properties, and relations that were expanded. */
function memberType(type: string, name: string): TypeText | undefined {
  const link = linkType(type, name);
  return propertyType(type, name) ?? (link && `${link.replace("?", "")}${link.endsWith("[]") ? "" : "?"}`);
}

function namesOf(type: string): string[] {
  return lineage(type).flatMap((each) => Object.keys(graphModel.types[each]?.properties ?? {}));
}

function spelling(written: string, names: readonly string[]): string | undefined {
  const wanted = written.toLowerCase();
  return names.find((name) => name.toLowerCase() === wanted);
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,12})?)?(Z|[+-]\d{2}:\d{2})$/;
const DURATION = /^-?P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/;

const isText = (value: Json): value is string => typeof value === "string";
const matches = (pattern: RegExp) => (value: Json) => isText(value) && pattern.test(value);
const isTime = (pattern: RegExp) => (value: Json) =>
  isText(value) && pattern.test(value) && !Number.isNaN(Date.parse(value));
const isWhole = (value: Json) => Number.isInteger(value);
const isNumber = (value: Json) => typeof value === "number";

/** Edm's primitive types; one that is not here takes anything. */
const primitives: Readonly<Record<string, (value: Json) => boolean>> = {
  String: isText,
  Boolean: (value) => typeof value === "boolean",
  Byte: isWhole,
  Int16: isWhole,
  Int32: isWhole,
  Int64: isWhole,
  Single: isNumber,
  Double: isNumber,
  Decimal: isNumber,
  Guid: matches(GUID),
  DateTimeOffset: isTime(INSTANT),
  Date: isTime(/^\d{4}-\d{2}-\d{2}$/),
  TimeOfDay: matches(/^\d{2}:\d{2}(:\d{2}(\.\d{1,12})?)?$/),
  Duration: matches(DURATION),
  // Seen: Azure CLI 2.91 sends a certificate with its line breaks.
  Binary: matches(/^[A-Za-z0-9+/_\s-]*={0,2}\s*$/),
};
