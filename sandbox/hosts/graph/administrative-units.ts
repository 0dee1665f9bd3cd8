import { randomUUID } from "node:crypto";
import type { DirectoryObject } from "../../directory/model.ts";
import { bodyOf, created, noContent, ok, referencedId } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { administrativeUnitType } from "./entities.ts";
import { badRequest, notFound } from "./errors.ts";
import { listBody, listOptions, sourceOf } from "./list.ts";
import { find } from "./lookup.ts";
import { memberSource, memberType, typeOfMember } from "./members.ts";
import { entityBody, propertiesOf } from "./render.ts";

const path = "/directory/administrativeUnits";

/** Units hold people and groups; a group in a unit does not bring its members into it (documented). */
export const administrativeUnitRoutes: readonly Route[] = [
  {
    method: "GET",
    path,
    options: listOptions,
    handle: (call) => listBody(call, sourceOf(call.directory.administrativeUnits), administrativeUnitType),
  },
  {
    method: "GET",
    path: `${path}/:id`,
    options: ["$select"],
    handle: (call) => ok(entityBody(call, unitOf(call), administrativeUnitType)),
  },
  {
    method: "GET",
    path: `${path}/:id/members`,
    options: listOptions,
    handle(call) {
      const { directory } = call;
      return listBody(call, memberSource(directory, membersOf(call)), memberType, {
        context: "directoryObjects",
        typeOf: (member) => typeOfMember(directory, member.id),
      });
    },
  },
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
      if (!member) throw notFound(id);
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

function membersOf(call: Call): readonly string[] {
  return call.directory.data.unitMembers[unitOf(call).id] ?? [];
}

function setMembers(call: Call, members: string[]): void {
  call.directory.data.unitMembers[unitOf(call).id] = members;
}
