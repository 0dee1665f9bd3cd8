import { text } from "../../directory/model.ts";
import type { DeletableKind, DeletedObject } from "../../directory/model.ts";
import { permissionsOf } from "../../tokens.ts";
import { noContent, ok } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { applicationType, groupType, servicePrincipalType, userType } from "./entities.ts";
import type { EntityType } from "./entities.ts";
import { badRequest, forbidden, notFound } from "./errors.ts";
import { fixedSource, listBody, listOptions } from "./list.ts";
import { checkOwnership } from "./lookup.ts";
import { entityBody } from "./render.ts";

const types: Readonly<Record<DeletableKind, EntityType>> = {
  users: userType,
  applications: applicationType,
  servicePrincipals: servicePrincipalType,
};

/** Documented: the type cast is required in the list. */
export const deletedRoutes: readonly Route[] = [
  ...Object.entries(types).map(([kind, type]): Route => ({
    method: "GET",
    path: `/directory/deletedItems/microsoft.graph.${type.name}`,
    options: listOptions,
    handle(call) {
      const deleted = call.directory.data.deleted.filter((each) => each.kind === kind).map((each) => each.object);
      return listBody(call, fixedSource(deleted), type);
    },
  })),
  {
    method: "GET",
    path: "/directory/deletedItems/:id",
    options: ["$select"],
    handle(call) {
      const { kind, object } = findDeleted(call);
      const type = types[kind];
      return ok({ ...entityBody(call, object, type), "@odata.type": `#microsoft.graph.${type.name}` });
    },
  },
  // Documented: security groups are gone for good, and there are no others here.
  {
    method: "GET",
    path: "/directory/deletedItems/microsoft.graph.group",
    options: listOptions,
    handle: (call) => listBody(call, fixedSource([]), groupType),
  },
  { method: "POST", path: "/directory/deletedItems/:id/restore", handle: restore },
  { method: "DELETE", path: "/directory/deletedItems/:id", handle: remove },
];

function findDeleted(call: Call): DeletedObject {
  const id = call.param("id").toLowerCase();
  const found = call.directory.data.deleted.find((each) => each.object.id === id);
  if (!found) throw notFound(id);
  return found;
}

function restore(call: Call) {
  const { kind, object } = findDeleted(call);
  mayWrite(call, kind);
  const { users, people, registrations } = call.directory;
  if (kind !== "users") {
    checkOwnership(call, object);
    if (call.directory[kind].byKey(text(object, "appId"))) {
      throw badRequest("Another object with the same value for property appId already exists.");
    }
    return ok(entityBody(call, registrations.restore(object.id), types[kind]));
  }
  if (users.byKey(text(object, "userPrincipalName"))) {
    throw badRequest("Another object with the same value for property userPrincipalName already exists.");
  }
  return ok(entityBody(call, people.restoreUser(object.id), userType));
}

/** For good. */
function remove(call: Call) {
  const { data, people } = call.directory;
  const found = findDeleted(call);
  mayWrite(call, found.kind);
  if (found.kind === "users") people.purgeUser(found.object.id);
  else {
    checkOwnership(call, found.object);
    data.deleted.splice(data.deleted.indexOf(found), 1);
  }
  return noContent;
}

/** The route's own permissions cover all kinds; each kind has its own. */
function mayWrite(call: Call, kind: DeletableKind): void {
  const allowed =
    kind === "users" ? ["User.ReadWrite.All"] : ["Application.ReadWrite.All", "Application.ReadWrite.OwnedBy"];
  if (!allowed.some((permission) => permissionsOf(call.claims).includes(permission))) throw forbidden();
}
