import type { Collection } from "../../directory/collection.ts";
import type { DirectoryObject, Json } from "../../directory/model.ts";
import { bodyOf, noContent, referencedId } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { anyOf, servicePrincipalType, userType } from "./entities.ts";
import type { EntityType } from "./entities.ts";
import { badRequest, notFound } from "./errors.ts";
import { castRoutes, fixedSource, listRoutes, referenceRoute } from "./list.ts";
import { directoryObject, find, findOwned } from "./lookup.ts";

const ownerType = anyOf(userType, servicePrincipalType);

export const ownerRoutes: readonly Route[] = [
  ...routesOf("/applications", (call) => call.directory.applications),
  ...routesOf("/servicePrincipals", (call) => call.directory.servicePrincipals),
  ...routesOf("/groups", (call) => call.directory.groups),
];

function routesOf(set: string, collection: (call: Call) => Collection): Route[] {
  const path = `${set}/:id/owners`;
  const isGroup = set === "/groups";
  const source = (call: Call) => ownersOf(call, find(call, collection(call)));
  // Permissions on groups are on all of them.
  const changeable = (call: Call) => (isGroup ? find : findOwned)(call, collection(call));
  return [
    ...listRoutes(path, ownerType, {
      source: (call) => source(call),
      shape: ({ directory }) => ({
        context: "directoryObjects",
        typeOf: ({ id }) => (directory.servicePrincipals.get(id) ? servicePrincipalType : userType),
      }),
    }),
    ...[userType, servicePrincipalType].flatMap((type) =>
      castRoutes(path, type, { source: (call) => ownersOf(call, find(call, collection(call)), type) }),
    ),
    referenceRoute(path, source),
    {
      method: "POST",
      path: `${path}/$ref`,
      handle: (call) => addOwner(call, changeable(call)),
    },
    {
      method: "DELETE",
      path: `${path}/:ownerId/$ref`,
      handle(call) {
        const object = changeable(call);
        if (isGroup) keepOne(call, object);
        return removeOwner(call, object);
      },
    },
  ];
}

/** Owners that a body binds while it creates (`owners@odata.bind`: links). */
export function boundOwners(call: Call, body: Record<string, Json>): string[] {
  const links = body["owners@odata.bind"] ?? [];
  if (!Array.isArray(links)) throw badRequest("Invalid value specified for 'owners@odata.bind'.");
  return links.map((link) => existingOwner(call, referencedId(link)));
}

/** @param type those of this type only */
function ownersOf(call: Call, object: DirectoryObject, type?: EntityType) {
  const { users, servicePrincipals, registrations } = call.directory;
  const owners = registrations.ownersOf(object.id).flatMap((id) => {
    const [user, principal] = [users.get(id), servicePrincipals.get(id)];
    if (type === undefined) return user ?? principal ?? [];
    return (type === userType ? user : principal) ?? [];
  });
  return fixedSource(owners);
}

/** Documented: the last person who owns a group stays; the words are reported. */
function keepOne(call: Call, group: DirectoryObject): void {
  const { users, registrations } = call.directory;
  const people = registrations.ownersOf(group.id).filter((id) => users.get(id));
  if (people.length === 1 && people[0] === removed(call)) {
    throw badRequest("The group must have at least one owner, hence this owner cannot be removed.");
  }
}

/** GUIDs are the same in any letter case. */
function removed(call: Call): string {
  return call.param("ownerId").toLowerCase();
}

function addOwner(call: Call, object: DirectoryObject) {
  const { registrations } = call.directory;
  const owner = existingOwner(call, referencedId(bodyOf(call)["@odata.id"]));
  const owners = registrations.ownersOf(object.id);
  // Seen: azuread provider 6.9.1 and az read this message.
  if (owners.includes(owner)) {
    throw badRequest(
      "One or more added object references already exist for the following modified properties: 'owners'.",
    );
  }
  registrations.setOwners(object.id, [...owners, owner]);
  return noContent;
}

function removeOwner(call: Call, object: DirectoryObject) {
  const { registrations } = call.directory;
  const owner = removed(call);
  const owners = registrations.ownersOf(object.id);
  if (!owners.includes(owner)) throw notFound(owner);
  registrations.setOwners(
    object.id,
    owners.filter((each) => each !== owner),
  );
  return noContent;
}

/** Documented: users and service principals can own; a group cannot. */
function existingOwner(call: Call, id: string): string {
  const found = directoryObject(call, id);
  if (!found || call.directory.lag.hides(found.object.id)) throw notFound(id);
  if (!found.odataType.endsWith(".user") && !found.odataType.endsWith(".servicePrincipal")) {
    throw badRequest(`The owner '${id}' is neither a user nor a service principal.`);
  }
  return found.object.id;
}
