import type { Directory } from "../../directory/index.ts";
import type { DirectoryObject } from "../../directory/model.ts";
import { bodyOf, noContent, referencedId } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { anyOf, groupType, userType } from "./entities.ts";
import type { EntityType } from "./entities.ts";
import { badRequest, notFound, unsupportedQuery } from "./errors.ts";
import { countBody, listBody, listOptions } from "./list.ts";
import type { Source } from "./list.ts";
import { find } from "./lookup.ts";

export const memberType = anyOf(userType, groupType);
const casts: Readonly<Record<string, EntityType>> = { user: userType, group: groupType };

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
  const source = (call: Call, type?: EntityType) =>
    memberSource(call.directory, membersOf(call.directory, find(call, call.directory.groups).id), type);
  return [
    {
      method: "GET",
      path,
      options: listOptions,
      handle(call) {
        const { groups } = call.directory;
        return listBody(call, source(call), memberType, {
          context: "directoryObjects",
          typeOf: (member) => (groups.get(member.id) ? groupType : userType),
        });
      },
    },
    {
      method: "GET",
      path: `${path}/$count`,
      options: ["$filter"],
      handle: (call) => countBody(call, source(call), memberType),
    },
    ...Object.entries(casts).flatMap(([cast, type]): Route[] => [
      {
        method: "GET",
        path: `${path}/microsoft.graph.${cast}`,
        options: listOptions,
        handle(call) {
          // Documented: an OData cast is an advanced query.
          if (!call.query.count) {
            throw unsupportedQuery("OData cast needs the header ConsistencyLevel: eventual and $count=true.");
          }
          return listBody(call, source(call, type), type);
        },
      },
      {
        method: "GET",
        path: `${path}/microsoft.graph.${cast}/$count`,
        options: ["$filter"],
        handle: (call) => countBody(call, source(call, type), type),
      },
    ]),
  ];
}

/**
 * The order in which members are listed: by their place in the directory, so that a page link stays right while others
 * come and go. People have even positions, groups odd ones.
 */
export function memberPosition({ users, groups }: Directory, id: string): number | undefined {
  const place = users.placeOf(id);
  if (place !== undefined) return 2 * place;
  const groupPlace = groups.placeOf(id);
  return groupPlace === undefined ? undefined : 2 * groupPlace + 1;
}

/** Positions of these members, in order; of one type only if it is given. */
export function memberPositions(directory: Directory, ids: Iterable<string>, type?: EntityType): number[] {
  const positions: number[] = [];
  for (const id of ids) {
    const position = memberPosition(directory, id);
    if (position === undefined) continue;
    if (type && type !== (position % 2 === 0 ? userType : groupType)) continue;
    positions.push(position);
  }
  return positions.sort((one, other) => one - other);
}

/** The member at a position. */
export function memberAt({ users, groups }: Directory, position: number): DirectoryObject | null {
  const collection = position % 2 === 0 ? users : groups;
  return collection.rows[Math.floor(position / 2)] ?? null;
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
 * @throws GraphError 404 when there is no such object, 400 when it is a member already
 */
export function checkMember(call: Call, groupId: string, id: string): string {
  const { users, groups, people, lag } = call.directory;
  const member = users.get(id) ?? groups.get(id);
  if (!member || lag.hides(member.id)) throw notFound(id);
  if (member.id === groupId) throw badRequest("A group cannot be a member of itself.");
  if (people.membersOf(groupId).has(member.id)) {
    throw badRequest(
      "One or more added object references already exist for the following modified properties: 'members'.",
    );
  }
  return member.id;
}
