import { ok } from "./call.ts";
import type { Route } from "./call.ts";
import { userType } from "./entities.ts";
import { badRequest, forbidden, notFound } from "./errors.ts";
import { entityBody } from "./render.ts";

/** What only makes sense for a person's token. */
export const personRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/me",
    options: ["$select"],
    handle(call) {
      const person = call.directory.users.get(call.claims.oid);
      // An application has no profile, whatever its permissions are.
      if (!person) throw call.claims.scp === undefined ? withoutPerson() : notFound(call.claims.oid);
      return ok(entityBody(call, person, userType));
    },
    forbid({ claims }) {
      throw claims.scp === undefined ? withoutPerson() : forbidden();
    },
  },
];

/** Seen: Graph's answer to an application's own token. */
function withoutPerson() {
  return badRequest("/me request is only valid with delegated authentication flow.");
}
