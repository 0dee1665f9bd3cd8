import { ok } from "./call.ts";
import type { Route } from "./call.ts";
import { applicationType, groupType, servicePrincipalType, userType } from "./entities.ts";
import type { EntityType } from "./entities.ts";
import { notFound } from "./errors.ts";
import { directoryObject } from "./lookup.ts";
import { entityBody } from "./render.ts";

const types: readonly EntityType[] = [userType, groupType, servicePrincipalType, applicationType];

export const directoryObjectRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/directoryObjects/:id",
    options: ["$select"],
    handle(call) {
      const id = call.param("id");
      const found = directoryObject(call, id);
      if (!found || call.directory.lag.hides(found.object.id)) throw notFound(id);
      const type = types.find((each) => found.odataType === `#microsoft.graph.${each.name}`) as EntityType;
      return ok({
        // Seen: azuread provider 6.9.1 tells users from service principals by it.
        "@odata.type": found.odataType,
        ...entityBody(call, found.object, type),
        "@odata.context": `${call.root}/$metadata#directoryObjects/$entity`,
      });
    },
  },
];
