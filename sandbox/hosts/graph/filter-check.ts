/**
 * A filter against the published model: names, in the model's letter case; whether what is compared can be; and what
 * Graph does not filter by (documented: the properties of each type).
 *
 * @packageDocumentation
 */
import { graphModel, membersOf, propertyType, refOf, spelled } from "../../data/graph-model.ts";
import type { TypeText } from "../../data/graph-model.ts";
import type { Call } from "./call.ts";
import type { EntityType } from "./entities.ts";
import { malformed, notHere, unsupportedQuery } from "./errors.ts";
import type { Filter, Literal } from "./filter.ts";
import { knownProperty, unknownProperty } from "./properties.ts";

/** A path with the model's spelling; no type: the published model of v1.0 does not tell it. */
interface Resolved {
  readonly path: string;
  readonly type: TypeText | undefined;
}
type Resolve = (path: string) => Resolved;

/**
 * @returns the filter with the model's names
 * @throws GraphError 400, 501 for what the stand-in does not keep
 */
export function checkFilter(call: Call, type: EntityType, filter: Filter): Filter {
  return checked(filter, (path) => {
    const [first = "", ...rest] = path.split("/");
    const { name } = knownProperty(call, type, first);
    const known = type.models.map((model) => propertyType(model, name)).find((each) => each !== undefined);
    if (isUnfiltered(type.name, name, known)) throw notFiltered(name, type.name);
    return within(name, known ?? (name.startsWith("extension_") ? "String?" : undefined), rest);
  });
}

function within(path: string, type: TypeText | undefined, rest: readonly string[]): Resolved {
  const [next, ...further] = rest;
  if (next === undefined) return { path, type };
  if (next.toLowerCase() === "$count") throw notHere(`a filter by the number of '${path}'`);
  if (type === undefined) return { path: [path, ...rest].join("/"), type };
  const { name: owner, isCollection } = refOf(type);
  const member = isCollection ? undefined : spelled(next, membersOf(owner));
  if (member === undefined) throw unknownProperty(next, owner);
  return within(`${path}/${member}`, propertyType(owner, member), further);
}

function checked(filter: Filter, resolve: Resolve): Filter {
  switch (filter.kind) {
    case "and":
    case "or":
      return { ...filter, left: checked(filter.left, resolve), right: checked(filter.right, resolve) };
    case "not":
      return { ...filter, filter: checked(filter.filter, resolve) };
    case "compare": {
      const { path, type } = resolve(filter.path);
      checkOperands(type, filter.value, KINDS[filter.operator]);
      return { ...filter, path };
    }
    case "in": {
      const { path, type } = resolve(filter.path);
      for (const value of filter.values) checkOperands(type, value, "Equal");
      return { ...filter, path };
    }
    case "text": {
      const { path, type } = resolve(filter.path);
      if (type === undefined || isText(type)) return { ...filter, path };
      throw invalid(
        `No function signature for the function with name '${filter.test}' matches the specified arguments.`,
      );
    }
    case "any": {
      const { path, type } = resolve(filter.path);
      if (type !== undefined && !refOf(type).isCollection) {
        throw invalid("The Any/All query expression can only be applied to a collection.");
      }
      const item = type === undefined ? undefined : refOf(type).name;
      const inItem: Resolve = (inner) => {
        if (inner === "" || item === undefined) return { path: inner, type: item };
        const { path: known, type: found } = within("", item, inner.split("/"));
        return { path: known.slice(1), type: found };
      };
      return { ...filter, path, filter: checked(filter.filter, inItem) };
    }
  }
}

const KINDS = {
  eq: "Equal",
  ne: "NotEqual",
  gt: "GreaterThan",
  ge: "GreaterThanOrEqual",
  lt: "LessThan",
  le: "LessThanOrEqual",
} as const;

/** The words are OData's own. */
function checkOperands(type: TypeText | undefined, value: Literal, kind: string): void {
  if (type === undefined || value === null) return;
  const { name, isCollection } = refOf(type);
  if (!isCollection && fits(name, value)) {
    if (name === "DateTimeOffset" && Number.isNaN(Date.parse(String(value)))) throw invalid(`'${value}' is no time.`);
    return;
  }
  const right = { string: "Edm.String", number: "Edm.Int32", boolean: "Edm.Boolean" }[typeof value as "string"];
  const edm = graphModel.types[name] || graphModel.enums[name] ? `microsoft.graph.${name}` : `Edm.${name}`;
  const left = isCollection ? `Collection(${edm})` : edm;
  throw invalid(
    `A binary operator with incompatible types was detected. Found operand types '${left}' and '${right}' for operator kind '${kind}'.`,
  );
}

function fits(name: string, value: Literal): boolean {
  if (graphModel.types[name]) return false;
  if (name === "Boolean") return typeof value === "boolean";
  if (/^(Byte|Int16|Int32|Int64|Single|Double|Decimal)$/.test(name)) return typeof value === "number";
  return typeof value === "string";
}

function isText(type: TypeText): boolean {
  const { name, isCollection } = refOf(type);
  return !isCollection && (name === "String" || name === "Guid");
}

/** Documented: the only properties of several members that these types are filtered by. */
const composed: Readonly<Record<string, readonly string[]>> = {
  user: [
    ...["assignedLicenses", "assignedPlans", "employeeOrgData", "identities", "onPremisesExtensionAttributes"],
    ...["onPremisesProvisioningErrors", "provisionedPlans"],
  ],
  group: ["assignedLicenses", "onPremisesProvisioningErrors"],
  application: ["keyCredentials", "requiredResourceAccess"],
  servicePrincipal: ["keyCredentials"],
};
/** Documented: nothing is said of filtering by these. */
const single: Readonly<Record<string, readonly string[]>> = {
  user: ["signInSessionsValidFromDateTime"],
  group: ["isAssignableToRole", "theme"],
  application: ["notes", "tokenEncryptionKeyId"],
  servicePrincipal: [
    ...["appRoleAssignmentRequired", "loginUrl", "logoutUrl", "notes", "notificationEmailAddresses"],
    ...["preferredSingleSignOnMode", "replyUrls", "tokenEncryptionKeyId"],
  ],
};

function isUnfiltered(type: string, name: string, text: TypeText | undefined): boolean {
  if (single[type]?.includes(name)) return true;
  const isComposed = text !== undefined && graphModel.types[refOf(text).name] !== undefined;
  return isComposed && composed[type]?.includes(name) === false;
}

/** Reported (many threads): the words. */
function notFiltered(name: string, type: string): Error {
  const resource = type.charAt(0).toUpperCase() + type.slice(1);
  return unsupportedQuery(
    `Unsupported or invalid query filter clause specified for property '${name}' of resource '${resource}'.`,
  );
}

function invalid(words: string): Error {
  return malformed(`Invalid filter clause: ${words}`);
}
