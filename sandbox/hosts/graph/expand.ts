/**
 * `$expand`: relations shown inside of the objects that have them. Documented for directory objects: at most 20 of a
 * relation without a link to more, no relation inside of another, and not together with an advanced query.
 *
 * @packageDocumentation
 */
import { linkType, membersOf, refOf, spelled } from "../../data/graph-model.ts";
import { text } from "../../directory/model.ts";
import type { DirectoryObject, Json } from "../../directory/model.ts";
import type { Call } from "./call.ts";
import { assignmentType, grantType } from "./entities.ts";
import type { EntityType } from "./entities.ts";
import { malformed, notHere, notKnown, unsupportedQuery } from "./errors.ts";
import { typeOfObject } from "./lookup.ts";
import { unknownProperty } from "./properties.ts";
import { entityBody, project, projection } from "./render.ts";

const MOST = 20;

type Related = (call: Call, object: DirectoryObject) => readonly DirectoryObject[];

const owners: Related = ({ directory }, { id }) =>
  directory.registrations
    .ownersOf(id)
    .flatMap((owner) => directory.users.get(owner) ?? directory.servicePrincipals.get(owner) ?? []);
const memberOf: Related = ({ directory }, { id }) =>
  directory.people.groupsOf(id, "direct").flatMap((group) => directory.groups.get(group) ?? []);
const transitiveMemberOf: Related = ({ directory }, { id }) =>
  directory.people.groupsOf(id, "transitive").flatMap((group) => directory.groups.get(group) ?? []);
const assignmentsBy =
  (side: "principalId" | "resourceId"): Related =>
  ({ directory }, { id }) =>
    [...directory.appRoleAssignments.values()].filter((each) => each[side] === id);
const appRoleAssignments = assignmentsBy("principalId");

/** By type: the relations that are here, and what they lead to. */
const relations: Readonly<Record<string, Readonly<Record<string, Related>>>> = {
  user: {
    manager: ({ directory }, user) => [directory.users.get(text(user, "manager")) ?? []].flat(),
    directReports: ({ directory }, { id }) => [...directory.users.values()].filter((each) => each["manager"] === id),
    ...{ memberOf, transitiveMemberOf, appRoleAssignments },
  },
  group: {
    members: ({ directory }, { id }) => objectsOf(directory, directory.people.membersOf(id)),
    transitiveMembers: ({ directory }, { id }) => objectsOf(directory, directory.people.transitiveMembersOf(id)),
    ...{ owners, memberOf, transitiveMemberOf, appRoleAssignments },
  },
  application: { owners },
  servicePrincipal: {
    ...{ owners, memberOf, transitiveMemberOf, appRoleAssignments },
    appRoleAssignedTo: assignmentsBy("resourceId"),
    oauth2PermissionGrants: ({ directory }, { id }) =>
      [...directory.oauth2PermissionGrants.values()].filter((each) => each["clientId"] === id),
  },
  administrativeUnit: {
    members: ({ directory }, { id }) => objectsOf(directory, directory.data.unitMembers[id] ?? []),
  },
};

function objectsOf({ users, groups, servicePrincipals }: Call["directory"], ids: Iterable<string>): DirectoryObject[] {
  return [...ids].flatMap((id) => users.get(id) ?? groups.get(id) ?? servicePrincipals.get(id) ?? []);
}

/**
 * What `$expand` adds to an object. Where a relation to one leads nowhere: nothing (assumed).
 *
 * @throws GraphError 400 for what Graph does not expand, 501 for what is not here
 */
export function expansion(call: Call, type: EntityType): (object: DirectoryObject) => Record<string, Json> {
  const { expand, count } = call.query;
  if (expand === undefined) return () => ({});
  // Documented; assumed: the words.
  if (count) throw unsupportedQuery("$expand cannot be combined with an advanced query.");
  const [item = "", ...others] = split(expand, ",");
  if (others.length > 0) throw notKnown("several relations in one $expand");
  const { name, select } = readItem(call, item, type.name);
  const related = relations[type.name]?.[name];
  const link = linkType(type.name, name) ?? "";
  if (!related) throw notHere(`the expanded relation '${name}' of ${type.name}`);
  const { isCollection, name: target } = refOf(link);
  const models = target === "directoryObject" ? Object.keys(relations) : [target];
  const unknown = select?.find((property) => !hasAny(models, property));
  if (unknown !== undefined) throw unknownProperty(unknown, target);
  const typeOf = (object: DirectoryObject) =>
    target === "appRoleAssignment"
      ? assignmentType
      : target === "oAuth2PermissionGrant"
        ? grantType
        : typeOfObject(call, object.id);
  return (object) => {
    const shown = related(call, object)
      .slice(0, MOST)
      .map((each): Json => {
        const own = typeOf(each);
        const kept = select?.filter((property) => hasAny(own.models, property));
        const properties = project(each, projection(call, own, kept));
        return target === "directoryObject"
          ? { "@odata.type": `#microsoft.graph.${own.name}`, ...properties }
          : properties;
      });
    if (isCollection) return { [name]: shown };
    return shown[0] === undefined ? {} : { [name]: shown[0] };
  };
}

function hasAny(models: readonly string[], property: string): boolean {
  return models.some((model) => spelled(property, membersOf(model)) !== undefined);
}

/** An object as the answer to a request for it, with the relation that is expanded. */
export function withRelations(call: Call, object: DirectoryObject, type: EntityType): object {
  return { ...entityBody(call, object, type), ...expansion(call, type)(object) };
}

interface Item {
  readonly name: string;
  readonly select?: readonly string[];
}

/** `members` or `members($select=id,displayName)`; in beta the dollar may be left out (documented). */
function readItem(call: Call, written: string, type: string): Item {
  const [, path = "", inside] = /^\s*([\w.]+)\s*(?:\((.*)\))?\s*$/s.exec(written) ?? [];
  if (path === "")
    throw failed(
      written.trim() === "*" ? undefined : `Term '${written}' is not valid in a $select or $expand expression.`,
    );
  const name = spelled(path, membersOf(type));
  if (name === undefined) {
    if (call.version === "beta") throw notKnown(`the relation '${path}' of ${type}`);
    throw unknownProperty(path, type);
  }
  if (linkType(type, name) === undefined) {
    throw failed(
      `Property '${name}' on type 'microsoft.graph.${type}' is not a navigation property or complex property. Only navigation properties can be expanded.`,
    );
  }
  let select: readonly string[] | undefined;
  for (const option of split(inside ?? "", ";").filter((each) => each.trim() !== "")) {
    const [, key = "", value = ""] = /^\s*(\$?\w+)\s*=(.*)$/s.exec(option) ?? [];
    const isPlain = !key.startsWith("$");
    if (isPlain && call.version === "v1.0")
      throw failed(`Term '(${inside})' is not valid in a $select or $expand expression.`);
    const option$ = `${isPlain ? "$" : ""}${key.toLowerCase()}`;
    if (option$ === "$select") select = value.split(",").map((each) => each.trim());
    else if (option$ === "$levels") throw notHere("$levels inside of $expand");
    // Documented as known limitations; assumed: the words.
    else throw unsupportedQuery(`The query option '${key}' is not supported inside of $expand.`);
  }
  return { name, ...(select && { select }) };
}

/** Reported (many threads): how OData's own words come wrapped. */
function failed(words: string | undefined): Error {
  if (words === undefined) return notKnown("the wildcard in $expand");
  return malformed(`Parsing OData Select and Expand failed: ${words}`);
}

/** At the separators that are in no parentheses. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (const [at, letter] of [...text].entries()) {
    if (letter === "(") depth++;
    else if (letter === ")") depth--;
    else if (letter === separator && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
}
