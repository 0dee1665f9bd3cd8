/**
 * The manager of a user: a relation, shown only where it is expanded. When either of the two is deleted it is gone,
 * and back when that one is restored (assumed).
 *
 * @packageDocumentation
 */
import { text } from "../../directory/model.ts";
import type { DirectoryObject, Json } from "../../directory/model.ts";
import { bodyOf, noContent, ok, referencedId } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { userType } from "./entities.ts";
import { notFound } from "./errors.ts";
import { fixedSource, listRoutes } from "./list.ts";
import { badReference, findUser } from "./lookup.ts";
import { entityBody } from "./render.ts";

/** Name of the relation, and of the property that keeps the manager's id; no answer shows the property. */
export const MANAGER = "manager";

export const managerRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/users/:id/manager",
    options: ["$select"],
    handle(call) {
      const manager = existingManager(call);
      return ok({
        ...entityBody(call, manager, userType),
        "@odata.context": `${call.root}/$metadata#directoryObjects/$entity`,
        "@odata.type": "#microsoft.graph.user",
      });
    },
  },
  {
    method: "GET",
    path: "/users/:id/manager/$ref",
    handle: (call) =>
      ok({
        "@odata.context": `${call.root}/$metadata#$ref`,
        "@odata.id": `${call.root}/directoryObjects/${existingManager(call).id}`,
      }),
  },
  ...listRoutes("/users/:id/directReports", userType, {
    source(call) {
      const { id } = findUser(call);
      return fixedSource([...call.directory.users.values()].filter((each) => each[MANAGER] === id));
    },
    shape: () => ({ context: "directoryObjects", typeOf: () => userType }),
  }),
  {
    method: "PUT",
    path: "/users/:id/manager/$ref",
    handle(call) {
      const user = findUser(call);
      const wanted = referencedId(bodyOf(call)["@odata.id"]);
      // Documented: a user or a contact, and contacts are not in this directory.
      const manager = call.directory.users.get(wanted);
      if (!manager || call.directory.lag.hides(manager.id)) throw badReference(call, wanted, MANAGER);
      call.directory.people.update("users", user, { [MANAGER]: manager.id });
      return noContent;
    },
  },
  {
    method: "DELETE",
    path: "/users/:id/manager/$ref",
    handle(call) {
      call.directory.people.update("users", findUser(call), { [MANAGER]: null });
      return noContent;
    },
  },
];

/** Reported (many threads): the words for somebody without a manager. */
function existingManager(call: Call): DirectoryObject {
  const manager = managerOf(call.directory.users, findUser(call));
  if (!manager) throw notFound("manager");
  return manager;
}

/** In a delta that selects it; ids only (documented), in the form of members (assumed). */
export function managerDelta({ directory }: Call, user: DirectoryObject): Record<string, Json> {
  const manager = managerOf(directory.users, user);
  const items = manager ? [{ "@odata.type": "#microsoft.graph.user", id: manager.id }] : [];
  return { [`${MANAGER}@delta`]: items };
}

function managerOf(users: Call["directory"]["users"], user: DirectoryObject): DirectoryObject | undefined {
  return users.get(text(user, MANAGER));
}
