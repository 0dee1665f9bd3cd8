import type { Collection } from "../../directory/collection.ts";
import { graphFaults } from "../../directory/faults.ts";
import type { Directory } from "../../directory/index.ts";
import { memberKinds } from "../../directory/model.ts";
import type { DirectoryObject, MemberKind } from "../../directory/model.ts";
import { bodyOf, noContent, referencedId } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { anyOf, groupType, servicePrincipalType, userType } from "./entities.ts";
import type { EntityType } from "./entities.ts";
import { badRequest, GraphError, notFound, unsupportedQuery } from "./errors.ts";
import { castRoutes, listRoutes, referenceRoute } from "./list.ts";
import type { ListShape, Source } from "./list.ts";
import { badReference, find } from "./lookup.ts";

/** What can be a member of a group here; devices and contacts are not in this directory. */
export const memberTypes: Readonly<Record<MemberKind, EntityType>> = {
  users: userType,
  groups: groupType,
  servicePrincipals: servicePrincipalType,
};
export const memberType = anyOf(...Object.values(memberTypes));

export const memberRoutes: readonly Route[] = [
  ...routesOf("members", (directory, id) => directory.people.membersOf(id)),
  ...routesOf("transitiveMembers", (directory, id) => directory.people.transitiveMembersOf(id)),
  {
    method: "POST",
    path: "/groups/:id/members/$ref",
    handle(call) {
      const group = find(call, call.directory.groups);
      const member = checkMember(call, group.id, referencedId(bodyOf(call)["@odata.id"]));
      call.directory.people.addMember(group.id, member);
      return noContent;
    },
  },
  {
    method: "DELETE",
    path: "/groups/:id/members/:memberId/$ref",
    handle(call) {
      const { groups, people } = call.directory;
      const group = find(call, groups);
      const member = call.param("memberId").toLowerCase();
      if (!people.membersOf(group.id).has(member)) throw notFound(member);
      people.removeMember(group.id, member);
      return noContent;
    },
  },
];

type MembersOf = (directory: Directory, groupId: string) => ReadonlySet<string>;

function routesOf(name: string, membersOf: MembersOf): Route[] {
  const path = `/groups/:id/${name}`;
  const source = (call: Call, type?: EntityType) => {
    // Documented: members are filtered and sorted by advanced queries alone.
    if (
      (call.query.filter ?? call.query.orderBy) !== undefined &&
      !call.query.count &&
      !call.path.endsWith("/$count")
    ) {
      throw unsupportedQuery(
        "Unsupported or invalid query filter clause specified: it needs the header ConsistencyLevel: eventual and $count=true.",
      );
    }
    const { id } = find(call, call.directory.groups);
    return memberSource(call.directory, seenMembers(call, id, membersOf(call.directory, id)), type);
  };
  return [
    ...listRoutes(path, memberType, {
      source,
      shape: memberShape,
    }),
    ...Object.values(memberTypes).flatMap((type) =>
      castRoutes(path, type, { source: (call) => source(call, type), shape: memberEnd }),
    ),
    ...(name === "members" ? [referenceRoute(path, source)] : []),
  ];
}

/** Of lists of members, whatever they are members of. */
export function memberShape(call: Call): ListShape {
  const { directory } = call;
  return { context: "directoryObjects", typeOf: ({ id }) => typeOfMember(directory, id), ...memberEnd(call) };
}

export function memberEnd({ world, query }: Call): Pick<ListShape, "endsAfter"> {
  const { membersListed, countedMembers } = graphFaults(world);
  return { endsAfter: query.count && countedMembers === "whole" ? undefined : (membersListed ?? undefined) };
}

/**
 * Of the members of a group or unit, those whom this call sees: what counts has an index of its own (documented), which
 * may be behind.
 */
export function seenMembers(call: Call, id: string, members: Iterable<string>): ReadonlySet<string> {
  const seen = new Set(members);
  if (!call.query.count && !call.path.endsWith("/$count")) return seen;
  const { countedMembers, memberIndexBehind } = graphFaults(call.world);
  if (typeof countedMembers === "number") {
    throw new GraphError(countedMembers, "UnknownError", "Members cannot be counted here.");
  }
  const { log } = call.directory.data;
  for (const change of log.slice(Math.max(0, log.length - memberIndexBehind)).reverse()) {
    if (change.id !== id) continue;
    if (change.op === "addMember") seen.delete(change.member);
    if (change.op === "removeMember") seen.add(change.member);
  }
  return seen;
}

function typeOfMember(directory: Directory, id: string): EntityType {
  return memberTypes[kindOfMember(directory, id) ?? "users"];
}

function kindOfMember(directory: Directory, id: string): MemberKind | undefined {
  return memberKinds.find((kind) => directory[kind].get(id));
}

/**
 * The order in which members are listed: by their place in the directory, so that a page link stays right while others
 * come and go; the kinds take turns.
 */
export function memberPosition(directory: Directory, id: string): number | undefined {
  for (const [turn, kind] of memberKinds.entries()) {
    const place = directory[kind].placeOf(id);
    if (place !== undefined) return memberKinds.length * place + turn;
  }
  return undefined;
}

/** The kind of the member at a position. */
export function kindAt(position: number): MemberKind {
  return memberKinds[position % memberKinds.length] ?? "users";
}

/** Positions of these members, in order; of one type only if it is given. */
export function memberPositions(directory: Directory, ids: Iterable<string>, type?: EntityType): number[] {
  const positions: number[] = [];
  for (const id of ids) {
    const position = memberPosition(directory, id);
    if (position === undefined) continue;
    if (type && type !== memberTypes[kindAt(position)]) continue;
    positions.push(position);
  }
  return positions.sort((one, other) => one - other);
}

/** The member at a position. */
export function memberAt(directory: Directory, position: number): DirectoryObject | null {
  const collection: Collection = directory[kindAt(position)];
  return collection.rows[Math.floor(position / memberKinds.length)] ?? null;
}

export function memberSource(directory: Directory, ids: Iterable<string>, type?: EntityType): Source {
  const positions = memberPositions(directory, ids, type);
  return {
    *from(place) {
      for (const position of positions) {
        if (position < place) continue;
        const member = memberAt(directory, position);
        if (member) yield [position, member];
      }
    },
  };
}

/**
 * The id of a new member, if it can be one.
 *
 * @throws GraphError 404 when there is no such object, 400 when it is a member already or of a kind that cannot be one
 */
export function checkMember(call: Call, groupId: string, id: string): string {
  const { people, lag } = call.directory;
  const kind = kindOfMember(call.directory, id);
  const member = kind && call.directory[kind].get(id);
  if (!member || lag.hides(member.id)) throw badReference(call, id, "members");
  if (member.id === groupId) throw badRequest("A group cannot be a member of itself.");
  if (people.membersOf(groupId).has(member.id)) {
    throw badRequest(
      "One or more added object references already exist for the following modified properties: 'members'.",
    );
  }
  return member.id;
}
