import type { Collection } from "../../directory/collection.ts";
import type { DirectoryObject } from "../../directory/model.ts";
import { permissionsOf } from "../../tokens.ts";
import type { Call } from "./call.ts";
import { administrativeUnitType, applicationType, groupType, servicePrincipalType, userType } from "./entities.ts";
import type { EntityType } from "./entities.ts";
import { badRequest, forbidden, notFound } from "./errors.ts";

/** How the rewritten path names an object by its natural key: `applications(appId='..')`. */
export const KEY_PREFIX = "key=";

/** The object that the path addresses: by id, by natural key, or not there; a new one may not be visible yet. */
export function find(call: Call, collection: Collection, parameter = "id"): DirectoryObject {
  const named = call.param(parameter);
  const object = named.startsWith(KEY_PREFIX)
    ? collection.byKey(named.slice(KEY_PREFIX.length))
    : collection.get(named);
  if (!object || call.directory.lag.hides(object.id)) throw notFound(named.replace(KEY_PREFIX, ""));
  return object;
}

/** The user that the path addresses, by id or by user principal name (documented). */
export function findUser(call: Call): DirectoryObject {
  const { users, lag } = call.directory;
  const named = call.param("id").replace(KEY_PREFIX, "");
  const user = users.get(named) ?? users.byKey(named);
  if (!user || lag.hides(user.id)) throw notFound(named);
  return user;
}

/**
 * May the caller change this application or service principal? Application.ReadWrite.OwnedBy is for what it owns.
 *
 * @throws GraphError 403
 */
export function checkOwnership(call: Call, object: DirectoryObject): void {
  if (permissionsOf(call.claims).includes("Application.ReadWrite.All")) return;
  if (!call.directory.registrations.ownersOf(object.id).includes(call.claims.oid)) throw forbidden();
}

/** An application or service principal that the caller may change. */
export function findOwned(call: Call, collection: Collection): DirectoryObject {
  const object = find(call, collection);
  checkOwnership(call, object);
  return object;
}

/** Any object that can own or be a member, with the type that its items carry. */
export function directoryObject(call: Call, id: string): { object: DirectoryObject; odataType: string } | undefined {
  const { users, groups, servicePrincipals, applications, administrativeUnits } = call.directory;
  const kinds = {
    user: users,
    group: groups,
    servicePrincipal: servicePrincipals,
    application: applications,
    administrativeUnit: administrativeUnits,
  };
  for (const [kind, collection] of Object.entries(kinds)) {
    const object = collection.get(id);
    if (object) return { object, odataType: `#microsoft.graph.${kind}` };
  }
  return undefined;
}

/**
 * What is wrong with a reference that cannot be made: there is no such object, or it is none of the kinds that the
 * relation takes (reported: code and words).
 */
export function badReference(call: Call, id: string, relation: string): Error {
  const found = directoryObject(call, id);
  if (!found || call.directory.lag.hides(found.object.id)) return notFound(id);
  return badRequest(`An invalid operation was included in the following modified references: '${relation}'.`);
}

const directoryTypes: readonly EntityType[] = [
  ...[userType, groupType, servicePrincipalType, applicationType, administrativeUnitType],
];

/** The type of an object of the directory. */
export function typeOfObject(call: Call, id: string): EntityType {
  const odataType = directoryObject(call, id)?.odataType;
  return directoryTypes.find(({ name }) => odataType === `#microsoft.graph.${name}`) ?? userType;
}
