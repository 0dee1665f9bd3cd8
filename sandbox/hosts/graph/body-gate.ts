/**
 * What a route's body has to be, by the published model and the documented rules. One gate for all routes: what a
 * path takes follows from the path.
 *
 * @packageDocumentation
 */
import { linkType, graphModel, operationOn, propertyType, refOf } from "../../data/graph-model.ts";
import type { TypeText } from "../../data/graph-model.ts";
import type { Json } from "../../directory/model.ts";
import type { Call, Route } from "./call.ts";
import { checkRules } from "./body-rules.ts";
import { conform, conformAll } from "./conform.ts";
import type { Misfit } from "./conform.ts";
import { isRecord } from "./entities.ts";
import { badRequest, notKnown } from "./errors.ts";

/** Gives the body with the model's spelling of names. Bodies of what takes none are left alone. */
export type BodyCheck = (body: unknown, version?: Call["version"]) => unknown;

/** @throws Error for a path that the published model does not have */
export function bodyCheckOf({ method, path }: Pick<Route, "method" | "path">): BodyCheck {
  if (method === "GET" || method === "DELETE") return (body) => body;
  const target = targetOf(path);
  switch (target.kind) {
    case "reference":
      return checkReference;
    case "operation": {
      const { parameters } = target;
      const needsBody = Object.values(parameters).some((each) => !refOf(each).isNullable);
      return (body, version) =>
        body === undefined && !needsBody ? {} : checkParameters(parameters, objectOf(body), version);
    }
    case "type": {
      const type = target.type.replace(/\[\]|\?/g, "");
      return (body, version) => {
        const checked = accepted(conform(type, objectOf(body), { anyCase: true }), version);
        checkRules(type, checked, { isNew: method === "POST" });
        return checked;
      };
    }
  }
}

type Target =
  | { kind: "type"; type: TypeText }
  | { kind: "operation"; parameters: Readonly<Record<string, TypeText>> }
  | { kind: "reference" };

/** @param path as routes write it */
export function targetOf(path: string): Target {
  const [first = "", ...rest] = path.split("/").slice(1);
  let type = graphModel.root[first];
  for (const segment of rest) {
    if (segment === "$ref") return { kind: "reference" };
    if (type === undefined) break;
    const ref = refOf(type);
    const operation = operationOn(type.replace("?", ""), segment);
    if (operation) return { kind: "operation", parameters: operation.parameters };
    if (segment.startsWith(":")) type = ref.name;
    else if (segment.startsWith("microsoft.graph.")) {
      const cast: string = segment.slice("microsoft.graph.".length);
      type = ref.isCollection ? `${cast}[]` : cast;
    } else type = linkType(ref.name, segment) ?? propertyType(ref.name, segment);
  }
  if (type === undefined) throw new Error(`${path} is not in the published model`);
  return { kind: "type", type };
}

function checkParameters(
  parameters: Readonly<Record<string, TypeText>>,
  body: Record<string, Json>,
  version: Call["version"] | undefined,
) {
  const checked = accepted(conformAll(parameters, body), version);
  for (const [name, type] of Object.entries(parameters)) {
    const { isNullable, isCollection } = refOf(type);
    if (!isNullable && !isCollection && checked[name] === undefined) throw required(name);
  }
  return checked;
}

function checkReference(body: unknown) {
  const reference = objectOf(body);
  for (const [name, value] of Object.entries(reference)) {
    if (!name.startsWith("@")) throw badRequest(`Invalid property '${name}'.`);
    if (typeof value !== "string") throw badRequest(`Invalid value specified for '${name}'.`);
  }
  if (reference["@odata.id"] === undefined) throw required("@odata.id");
  return reference;
}

function objectOf(body: unknown): Record<string, Json> {
  if (isRecord(body as Json)) return body as Record<string, Json>;
  throw badRequest("Empty Payload. JSON content expected.");
}

function accepted(
  { value, misfits }: { value: Json; misfits: readonly Misfit[] },
  version: Call["version"] = "v1.0",
): Record<string, Json> {
  const [misfit] = misfits;
  // The stand-in knows the model of v1.0 alone.
  if (misfit?.what === "unknown" && version === "beta") {
    throw notKnown(`the property '${misfit.path.join("/")}' of ${misfit.owner} in the beta version`);
  }
  if (misfit) throw misfitError(misfit);
  return value as Record<string, Json>;
}

/** Reported (Q&A, many threads): the words of both refusals. How a name inside another is written is assumed. */
function misfitError({ what, path, owner }: Misfit): Error {
  const name = path.join("/");
  if (what === "unknown") return badRequest(`Invalid property '${name}'.`);
  return badRequest(`Invalid value specified for property '${name}' of resource '${resource(owner)}'.`);
}

export function resource(type: string): string {
  return type.charAt(0).toUpperCase() + type.slice(1);
}

export function required(name: string): Error {
  return badRequest(`A value is required for property '${name}'.`);
}
