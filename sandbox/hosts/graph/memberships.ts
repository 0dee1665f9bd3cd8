/**
 * What an object is a member of: groups, directly and through nesting, and administrative units (documented: both are
 * in `memberOf`; directory roles too, which are not here).
 *
 * @packageDocumentation
 */
import type { Directory } from "../../directory/index.ts";
import type { DirectoryObject } from "../../directory/model.ts";
import { bodyOf, ok } from "./call.ts";
import type { Answer, Call, Route } from "./call.ts";
import { administrativeUnitType, anyOf, groupType } from "./entities.ts";
import { badRequest, notFound } from "./errors.ts";
import { castRoutes, fixedSource, listRoutes } from "./list.ts";
import { directoryObject, find, findUser } from "./lookup.ts";

const membershipType = anyOf(groupType, administrativeUnitType);

/** The objects that can be members of something, by the set that they are found in. */
const finders: Readonly<Record<string, (call: Call) => DirectoryObject>> = {
  users: findUser,
  groups: (call) => find(call, call.directory.groups),
  servicePrincipals: (call) => find(call, call.directory.servicePrincipals),
  directoryObjects(call) {
    const found = directoryObject(call, call.param("id"));
    if (!found) throw notFound(call.param("id"));
    return found.object;
  },
};

/** Documented: at most so many ids at once. */
const MOST_CHECKED = 20;
/** Documented: more than so many groups are not told. */
const MOST_GROUPS = 11_000;

export const membershipRoutes: readonly Route[] = Object.entries(finders).flatMap(([set, finder]) => [
  ...(set === "directoryObjects"
    ? []
    : [
        ...listsOf(`/${set}/:id/memberOf`, finder, "direct"),
        ...listsOf(`/${set}/:id/transitiveMemberOf`, finder, "transitive"),
      ]),
  action(`/${set}/:id/getMemberGroups`, (call) => groupsOf(call, finder(call))),
  action(`/${set}/:id/getMemberObjects`, (call) => [...groupsOf(call, finder(call)), ...unitsOf(call, finder(call))]),
  action(`/${set}/:id/checkMemberGroups`, (call) => checked(call, "groupIds", groupsOf(call, finder(call)))),
  action(`/${set}/:id/checkMemberObjects`, (call) => {
    const object = finder(call);
    return checked(call, "ids", [...groupsOf(call, object), ...unitsOf(call, object)]);
  }),
]);

type How = "direct" | "transitive";

function listsOf(path: string, finder: (call: Call) => DirectoryObject, how: How): Route[] {
  const groups = (call: Call) =>
    fixedSource(objectsOf(call.directory, "groups", call.directory.people.groupsOf(finder(call).id, how)));
  const units = (call: Call) =>
    fixedSource(objectsOf(call.directory, "administrativeUnits", unitsWith(call.directory, finder(call).id)));
  const all = (call: Call) => {
    const { directory } = call;
    const { id } = finder(call);
    return fixedSource([
      ...objectsOf(directory, "groups", directory.people.groupsOf(id, how)),
      ...objectsOf(directory, "administrativeUnits", unitsWith(directory, id)),
    ]);
  };
  return [
    ...listRoutes(path, membershipType, {
      source: all,
      shape: ({ directory }) => ({
        context: "directoryObjects",
        typeOf: ({ id }) => (directory.groups.get(id) ? groupType : administrativeUnitType),
      }),
    }),
    ...castRoutes(path, groupType, { source: groups }),
    ...castRoutes(path, administrativeUnitType, { source: units }),
  ];
}

/** In the order in which they came to be. */
function objectsOf(directory: Directory, kind: "groups" | "administrativeUnits", ids: readonly string[]) {
  const wanted = new Set(ids);
  return [...directory[kind].values()].filter(({ id }) => wanted.has(id));
}

function unitsWith({ data }: Directory, id: string): string[] {
  return Object.entries(data.unitMembers).flatMap(([unit, members]) => (members.includes(id) ? [unit] : []));
}

function unitsOf({ directory, body }: Call, { id }: DirectoryObject): string[] {
  return isSecurityOnly(body) ? [] : unitsWith(directory, id);
}

/** Every group here is a security group. */
function groupsOf({ directory }: Call, { id }: DirectoryObject): string[] {
  return directory.people.groupsOf(id, "transitive");
}

function isSecurityOnly(body: unknown): boolean {
  return (body as { readonly securityEnabledOnly?: unknown }).securityEnabledOnly === true;
}

function action(path: string, find: (call: Call) => readonly string[]): Route {
  return {
    method: "POST",
    path,
    handle(call): Answer {
      const value = find(call);
      if (value.length > MOST_GROUPS) throw badRequest(`The object is a member of more than ${MOST_GROUPS} groups.`);
      return ok({ "@odata.context": `${call.root}/$metadata#Collection(Edm.String)`, value });
    },
  };
}

function checked(call: Call, parameter: string, memberships: readonly string[]): string[] {
  const asked = (bodyOf(call)[parameter] ?? []) as string[];
  if (asked.length > MOST_CHECKED) throw badRequest(`At most ${MOST_CHECKED} ids can be checked at once.`);
  const known = new Set(memberships);
  return asked.filter((id) => known.has(id.toLowerCase()));
}
