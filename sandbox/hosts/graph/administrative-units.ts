import { randomUUID } from "node:crypto";
import type { DirectoryObject } from "../../directory/model.ts";
import { bodyOf, created, noContent, ok, referencedId } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { administrativeUnitType } from "./entities.ts";
import type { EntityType } from "./entities.ts";
import { badRequest, notFound } from "./errors.ts";
import { withRelations } from "./expand.ts";
import { castRoutes, listRoutes, sourceOf } from "./list.ts";
import type { Source } from "./list.ts";
import { badReference, find } from "./lookup.ts";
import { memberEnd, memberShape, memberSource, memberType, memberTypes, seenMembers } from "./members.ts";
import { entityBody, propertiesOf } from "./render.ts";

const path = "/directory/administrativeUnits";

/** Units hold people and groups; a group in a unit does not bring its members into it (documented). */
export const administrativeUnitRoutes: readonly Route[] = [
  ...listRoutes(path, administrativeUnitType, { source: (call) => sourceOf(call.directory.administrativeUnits) }),
  {
    method: "GET",
    path: `${path}/:id`,
    options: ["$select", "$expand"],
    handle: (call) => ok(withRelations(call, unitOf(call), administrativeUnitType)),
  },
  ...listRoutes(`${path}/:id/members`, memberType, {
    source: (call) => membersSeen(call),
    shape: memberShape,
  }),
  ...Object.values(memberTypes).flatMap((type) =>
    castRoutes(`${path}/:id/members`, type, {
      source: (call) => membersSeen(call, type),
      shape: memberEnd,
    }),
  ),
  {
    method: "POST",
    path,
    handle(call) {
      const body = bodyOf(call);
      const unit: DirectoryObject = { ...propertiesOf(call, body, administrativeUnitType), id: randomUUID() };
      call.directory.administrativeUnits.put(unit);
      call.directory.lag.created(unit.id);
      return created(entityBody(call, unit, administrativeUnitType));
    },
  },
  {
    method: "PATCH",
    path: `${path}/:id`,
    handle(call) {
      const unit = unitOf(call);
      const changes = propertiesOf(call, bodyOf(call), administrativeUnitType, { current: unit });
      call.directory.administrativeUnits.change(unit, changes);
      return noContent;
    },
  },
  {
    method: "DELETE",
    path: `${path}/:id`,
    handle(call) {
      const { id } = unitOf(call);
      call.directory.administrativeUnits.remove(id);
      delete call.directory.data.unitMembers[id];
      return noContent;
    },
  },
  {
    method: "POST",
    path: `${path}/:id/members/$ref`,
    handle(call) {
      const { users, groups } = call.directory;
      const id = referencedId(bodyOf(call)["@odata.id"]);
      const member = users.get(id) ?? groups.get(id);
      if (!member) throw badReference(call, id, "members");
      const members = membersOf(call);
      if (members.includes(member.id)) throw badRequest("A conflicting object with the same member already exists.");
      setMembers(call, [...members, member.id]);
      return noContent;
    },
  },
  {
    method: "DELETE",
    path: `${path}/:id/members/:memberId/$ref`,
    handle(call) {
      const members = membersOf(call);
      const member = call.param("memberId").toLowerCase();
      if (!members.includes(member)) throw notFound(member);
      setMembers(
        call,
        members.filter((id) => id !== member),
      );
      return noContent;
    },
  },
];

function unitOf(call: Call): DirectoryObject {
  return find(call, call.directory.administrativeUnits);
}

function membersSeen(call: Call, type?: EntityType): Source {
  return memberSource(call.directory, seenMembers(call, unitOf(call).id, membersOf(call)), type);
}

function membersOf(call: Call): readonly string[] {
  return call.directory.data.unitMembers[unitOf(call).id] ?? [];
}

function setMembers(call: Call, members: string[]): void {
  call.directory.data.unitMembers[unitOf(call).id] = members;
}
