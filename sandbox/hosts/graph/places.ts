import { text } from "../../directory/model.ts";
import type { DirectoryObject } from "../../directory/model.ts";
import { roomsBehaviour } from "../../directory/rooms-behaviour.ts";
import { permissionsOf } from "../../tokens.ts";
import { ok } from "./call.ts";
import type { Answer, Call, Route } from "./call.ts";
import { exchangeForbidden, GraphError, malformed } from "./errors.ts";
import { KEY_PREFIX } from "./lookup.ts";
import { readPlaces } from "./permissions.ts";
import { placesOptions, placesPage } from "./places-page.ts";
import { roomListType, roomType, typeIn, workspaceType } from "./places-types.ts";
import { entityBody } from "./render.ts";

const types = { rooms: roomType, roomLists: roomListType, workspaces: workspaceType };

/** Rooms, room lists and workspaces; buildings, floors, sections and desks are not here. */
export const placeRoutes: readonly Route[] = [
  listRoute("rooms"),
  listRoute("roomLists"),
  listRoute("workspaces"),
  {
    method: "GET",
    path: "/places/:id",
    options: ["$select"],
    forbid: forbidPlaces,
    handle(call) {
      const { kind, place } = placeOf(call);
      const type = typeOf(call, kind);
      return ok({ "@odata.type": `#microsoft.graph.${type.name}`, ...entityBody(call, place, type) });
    },
  },
  memberRoute("rooms"),
  memberRoute("workspaces"),
];

function listRoute(kind: keyof typeof types): Route {
  const cast = `microsoft.graph.${types[kind].name}`;
  return {
    method: "GET",
    path: `/places/${cast}`,
    options: placesOptions,
    forbid: forbidPlaces,
    handle(call) {
      const type = typeOf(call, kind);
      if (roomsBehaviour(call.world).service === "noStore") throw noSuchPlace(cast);
      return placesPage(call, call.directory.rooms[kind].values(), type, `places/${cast}`);
    },
  };
}

/** Documented: the list is addressed by its mail address and not by its id. */
function memberRoute(kind: "rooms" | "workspaces"): Route {
  return {
    method: "GET",
    path: `/places/:id/microsoft.graph.roomList/${kind}`,
    options: placesOptions,
    forbid: forbidPlaces,
    handle: (call) => listMembers(call, kind),
  };
}

function listMembers(call: Call, kind: "rooms" | "workspaces"): Answer {
  const { rooms } = call.directory;
  const type = typeOf(call, kind);
  const address = named(call);
  const list = rooms.roomLists.byKey(address);
  const { service, refusedLists } = roomsBehaviour(call.world);
  if (!list || service === "noStore" || !rooms.isListed(list)) throw noSuchPlace(address);
  if (refusedLists.some((each) => each.toLowerCase() === address.toLowerCase())) throw exchangeForbidden();
  const context = `places('${encodeURIComponent(text(list, "emailAddress"))}')/microsoft.graph.roomList/${kind}`;
  return placesPage(call, rooms.membersOf(list, kind), type, context);
}

/** By id, `placeId` or address. Assumed: what is not listed is not found either. */
function placeOf(call: Call): { kind: keyof typeof types; place: DirectoryObject } {
  const { rooms } = call.directory;
  const { service } = roomsBehaviour(call.world);
  // A service that is not there says so, whatever is looked for.
  typeOf(call, "rooms");
  const found = rooms.find(named(call));
  if (!found || service === "noStore" || !rooms.isListed(found.place)) throw noSuchPlace(named(call));
  return found;
}

function named(call: Call): string {
  return call.param("id").replace(KEY_PREFIX, "");
}

/** @throws GraphError 400 where the tenant's cloud has no such type */
function typeOf(call: Call, kind: keyof typeof types) {
  const { service } = roomsBehaviour(call.world);
  if (service === "unsupported") throw malformed("Resource not found for the segment 'places'.");
  if (service === "withoutPlaceIds" && kind === "workspaces") {
    throw malformed("Resource not found for the segment 'microsoft.graph.workspace'.");
  }
  return typeIn(service, types[kind]);
}

/**
 * Published: the delegated permissions of the same names suffice, whoever signed in. Reported (microsoft-graph-docs
 * #5640): the places service's own words, wrapped; that the status is 403 is assumed.
 */
function forbidPlaces({ claims }: Call): void {
  const held = permissionsOf(claims);
  if (readPlaces.some((each) => held.includes(each))) return;
  const isAppOnly = claims.scp === undefined ? "True" : "False";
  const message = `place.read.all permission is required to read company places, scopes/roles provided: ${held.join(" ")} IsAppOnly:${isAppOnly}`;
  throw placesError(403, "invalid_permissions", message);
}

/** Reported (microsoft-graph-docs #7532), with the status that the service's maker named there. */
function noSuchPlace(name: string): GraphError {
  return placesError(404, "invalid_place", `place in /locations/odata/api/v2.0/places/${name} not found`);
}

/** Reported (both threads): an error of the service arrives as JSON inside the message of an `UnknownError`. */
function placesError(status: number, code: string, message: string): GraphError {
  return new GraphError(status, "UnknownError", JSON.stringify({ code, message }));
}
