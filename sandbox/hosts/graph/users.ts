import { randomUUID } from "node:crypto";
import { administrators } from "../../directory/administrators.ts";
import { text } from "../../directory/model.ts";
import type { DirectoryObject, Json } from "../../directory/model.ts";
import { graphTime } from "../../directory/time.ts";
import { bodyOf, created, noContent, ok } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { userType } from "./entities.ts";
import { badRequest, forbidden } from "./errors.ts";
import { withRelations } from "./expand.ts";
import { listRoutes, sourceOf } from "./list.ts";
import { findUser } from "./lookup.ts";
import { entityBody, propertiesOf } from "./render.ts";

export const userRoutes: readonly Route[] = [
  ...listRoutes("/users", userType, {
    source: (call) => sourceOf(call.directory.users),
  }),
  {
    method: "GET",
    path: "/users/:id",
    options: ["$select", "$expand"],
    handle(call) {
      const user = findUser(call);
      return ok(withRelations(call, user, userType));
    },
  },
  { method: "POST", path: "/users", handle: create },
  { method: "PATCH", path: "/users/:id", handle: update },
  {
    method: "DELETE",
    path: "/users/:id",
    handle(call) {
      const { id } = findUser(call);
      // Documented: for an application User.ReadWrite.All is not enough to delete who has an administrator's role.
      if (call.claims.scp === undefined && administrators(call.world).includes(id)) throw forbidden();
      call.directory.people.deleteUser(id);
      return noContent;
    },
  },
];

function create(call: Call) {
  const { people, lag } = call.directory;
  const body = bodyOf(call);
  const profile = body["passwordProfile"];
  if (typeof profile !== "object" || profile === null || !("password" in profile)) {
    throw badRequest("A password must be specified to create a new user.");
  }
  const now = graphTime(call.world.now());
  const user: DirectoryObject = {
    ...properties(call, body),
    id: randomUUID(),
    createdDateTime: now,
    signInSessionsValidFromDateTime: now,
  };
  checkPrincipalName(call, text(user, "userPrincipalName"));
  people.createUser(user);
  lag.created(user.id);
  return created(entityBody(call, user, userType));
}

function update(call: Call) {
  const user = findUser(call);
  const changes = properties(call, bodyOf(call), user);
  const principalName = changes["userPrincipalName"];
  if (typeof principalName === "string") checkPrincipalName(call, principalName, user);
  call.directory.people.update("users", user, changes);
  return noContent;
}

function properties(call: Call, body: Record<string, Json>, current?: DirectoryObject): Record<string, Json> {
  // Documented: the leave date has a permission of its own for writing too.
  if ("employeeLeaveDateTime" in body && !call.claims.roles?.includes("User-LifeCycleInfo.ReadWrite.All")) {
    throw forbidden();
  }
  const { passwordProfile: _, ...kept } = propertiesOf(call, body, userType, current ? { current } : {});
  return kept;
}

/** Documented: unique in the tenant, and in one of its verified domains. */
function checkPrincipalName(call: Call, name: string, user?: DirectoryObject): void {
  const { users, data } = call.directory;
  const domain = name.split("@")[1]?.toLowerCase();
  if (!data.domains.some((each) => each.id === domain)) {
    throw badRequest(
      "The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.",
    );
  }
  const holder = users.byKey(name);
  if (holder && holder !== user) {
    throw badRequest("Another object with the same value for property userPrincipalName already exists.");
  }
}
