import { bodyOf, ok } from "./call.ts";
import type { Route } from "./call.ts";
import {
  administrativeUnitType,
  anyOf,
  applicationType,
  groupType,
  servicePrincipalType,
  userType,
} from "./entities.ts";
import type { EntityType } from "./entities.ts";
import { badRequest, notFound } from "./errors.ts";
import { fixedSource, listBody } from "./list.ts";
import { directoryObject, typeOfObject } from "./lookup.ts";
import { entityBody } from "./render.ts";

const types: readonly EntityType[] = [
  ...[userType, groupType, servicePrincipalType, applicationType],
  administrativeUnitType,
];

/** Documented: at most so many ids at once. */
const MOST_IDS = 1000;

export const directoryObjectRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/directoryObjects/getByIds",
    options: ["$select"],
    handle(call) {
      const { ids, types: wanted } = bodyOf(call) as { ids?: string[]; types?: string[] };
      if (ids === undefined || ids.length === 0) throw badRequest("A value is required for property 'ids'.");
      if (ids.length > MOST_IDS) throw badRequest(`At most ${MOST_IDS} ids can be asked for at once.`);
      // Documented: what is not found is left out, and a type of directoryObject means all of them.
      const names = wanted?.map((each) => each.toLowerCase()) ?? [];
      const found = [...new Set(ids)].flatMap((id) => {
        const known = directoryObject(call, id);
        if (!known || call.directory.lag.hides(known.object.id)) return [];
        const type = known.odataType.slice("#microsoft.graph.".length).toLowerCase();
        return names.length === 0 || names.includes(type) || names.includes("directoryobject") ? [known.object] : [];
      });
      return listBody(call, fixedSource(found), anyOf(...types), {
        context: "directoryObjects",
        pageSize: MOST_IDS,
        typeOf: ({ id }) => typeOfObject(call, id),
      });
    },
  },
  {
    method: "GET",
    path: "/directoryObjects/:id",
    options: ["$select"],
    handle(call) {
      const id = call.param("id");
      const found = directoryObject(call, id);
      if (!found || call.directory.lag.hides(found.object.id)) throw notFound(id);
      const type = typeOfObject(call, id);
      return ok({
        // Seen: azuread provider 6.9.1 tells users from service principals by it.
        "@odata.type": found.odataType,
        ...entityBody(call, found.object, type),
        "@odata.context": `${call.root}/$metadata#directoryObjects/$entity`,
      });
    },
  },
];
