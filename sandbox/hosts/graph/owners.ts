import type { Collection } from "../../directory/collection.ts";
import type { DirectoryObject, Json } from "../../directory/model.ts";
import { bodyOf, noContent, referencedId } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { anyOf, servicePrincipalType, userType } from "./entities.ts";
import { badRequest, notFound } from "./errors.ts";
import { fixedSource, listBody } from "./list.ts";
import { directoryObject, find, findOwned } from "./lookup.ts";

const ownerType = anyOf(userType, servicePrincipalType);

export const ownerRoutes: readonly Route[] = [
  ...routesOf("/applications", (call) => call.directory.applications),
  ...routesOf("/servicePrincipals", (call) => call.directory.servicePrincipals),
];

function routesOf(set: string, collection: (call: Call) => Collection): Route[] {
  return [
    {
      method: "GET",
      path: `${set}/:id/owners`,
      options: ["$select", "$filter", "$top", "$skiptoken"],
      handle: (call) => listOwners(call, find(call, collection(call))),
    },
    {
      method: "POST",
      path: `${set}/:id/owners/$ref`,
      handle: (call) => addOwner(call, findOwned(call, collection(call))),
    },
    {
      method: "DELETE",
      path: `${set}/:id/owners/:ownerId/$ref`,
      handle: (call) => removeOwner(call, findOwned(call, collection(call))),
    },
  ];
}

/** Owners that a body binds while it creates (`owners@odata.bind`: links). */
export function boundOwners(call: Call, body: Record<string, Json>): string[] {
  const links = body["owners@odata.bind"] ?? [];
  if (!Array.isArray(links)) throw badRequest("Invalid value specified for 'owners@odata.bind'.");
  return links.map((link) => existingOwner(call, referencedId(link)));
}

function listOwners(call: Call, object: DirectoryObject) {
  const { users, servicePrincipals, registrations } = call.directory;
  const owners = registrations
    .ownersOf(object.id)
    .map((id) => users.get(id) ?? servicePrincipals.get(id))
    .filter((owner) => owner !== undefined);
  return listBody(call, fixedSource(owners), ownerType, {
    context: "directoryObjects",
    typeOf: (owner) => (servicePrincipals.get(owner.id) ? servicePrincipalType : userType),
  });
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
  const owner = call.param("ownerId");
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
