import type { Collection } from "./collection.ts";
import type { DirectoryData, DirectoryObject, MemberKind } from "./model.ts";
import { graphTime } from "./time.ts";
import type { World } from "../world.ts";

/** Changes of users, groups and memberships; each is written into the log that delta queries read. */
export interface People {
  createUser(user: DirectoryObject): void;
  createGroup(group: DirectoryObject, members: readonly string[]): void;
  /** Changes properties; what is the same already is no change. */
  update(kind: "users" | "groups", object: DirectoryObject, changes: Omit<DirectoryObject, "id">): void;
  /** Soft: the user can be restored, and keeps nothing of its memberships meanwhile (assumed). */
  deleteUser(id: string): void;
  /** For good: security groups are not kept among the deleted items (documented). */
  deleteGroup(id: string): void;
  restoreUser(id: string): DirectoryObject;
  purgeUser(id: string): void;
  addMember(groupId: string, memberId: string): void;
  removeMember(groupId: string, memberId: string): void;
  /** Takes an object out of all groups and tells which. */
  leaveAll(id: string): string[];
  /** Groups that an object is a member of, directly or through others. */
  groupsOf(id: string, how: "direct" | "transitive"): string[];
  /** Direct members, as ids. */
  membersOf(groupId: string): ReadonlySet<string>;
  /** Members through all nesting, each once; groups too. A group inside itself ends the walk, not the program. */
  transitiveMembersOf(groupId: string): Set<string>;
}

export function people(world: World, data: DirectoryData, users: Collection, groups: Collection): People {
  const members = new Map(Object.entries(data.members).map(([id, list]) => [id, new Set(list)]));

  function membersOf(groupId: string): Set<string> {
    return members.get(groupId) ?? new Set();
  }

  function kindOf(id: string): MemberKind {
    if (groups.get(id)) return "groups";
    return users.get(id) ? "users" : "servicePrincipals";
  }

  function addMember(groupId: string, member: string): void {
    let set = members.get(groupId);
    if (!set) members.set(groupId, (set = new Set()));
    set.add(member);
    (data.members[groupId] ??= []).push(member);
    data.log.push({ kind: "groups", id: groupId, op: "addMember", member, memberKind: kindOf(member) });
  }

  function removeMember(groupId: string, member: string): void {
    members.get(groupId)?.delete(member);
    data.members[groupId] = (data.members[groupId] ?? []).filter((id) => id !== member);
    data.log.push({ kind: "groups", id: groupId, op: "removeMember", member, memberKind: kindOf(member) });
  }

  function leaveAll(id: string): string[] {
    const left = [...members].filter(([, set]) => set.has(id)).map(([groupId]) => groupId);
    for (const groupId of left) removeMember(groupId, id);
    return left;
  }

  function deletedUser(id: string) {
    const index = data.deleted.findIndex((each) => each.kind === "users" && each.object.id === id);
    const found = data.deleted[index];
    if (!found) throw new Error(`${id} is not a deleted user`);
    data.deleted.splice(index, 1);
    return found;
  }

  return {
    createUser(user) {
      users.put(user);
      data.log.push({ kind: "users", id: user.id, op: "create" });
    },
    createGroup(group, memberIds) {
      groups.put(group);
      data.members[group.id] = [];
      data.log.push({ kind: "groups", id: group.id, op: "create" });
      for (const member of memberIds) addMember(group.id, member);
    },
    update(kind, object, changes) {
      const changed = Object.entries(changes).filter(
        ([name, value]) => JSON.stringify(object[name] ?? null) !== JSON.stringify(value),
      );
      if (changed.length === 0) return;
      (kind === "users" ? users : groups).change(object, Object.fromEntries(changed));
      data.log.push({ kind, id: object.id, op: "update", properties: changed.map(([name]) => name) });
    },
    deleteUser(id) {
      const object = users.get(id) as DirectoryObject;
      const memberOf = leaveAll(id);
      const place = users.remove(id);
      object["deletedDateTime"] = graphTime(world.now());
      data.deleted.push({ kind: "users", place, object, memberOf });
      data.log.push({ kind: "users", id, op: "remove" });
    },
    deleteGroup(id) {
      leaveAll(id);
      groups.remove(id);
      members.delete(id);
      delete data.members[id];
      data.log.push({ kind: "groups", id, op: "purge" });
    },
    restoreUser(id) {
      const { object, place, memberOf } = deletedUser(id);
      delete object["deletedDateTime"];
      users.put(object, place);
      data.log.push({ kind: "users", id, op: "restore" });
      for (const groupId of memberOf) if (groups.get(groupId)) addMember(groupId, id);
      return object;
    },
    purgeUser(id) {
      deletedUser(id);
      data.log.push({ kind: "users", id, op: "purge" });
    },
    addMember,
    removeMember,
    leaveAll,
    groupsOf(id, how) {
      const found = new Set<string>();
      const waiting = [id];
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        for (const [groupId, set] of members) {
          if (!set.has(next) || found.has(groupId)) continue;
          found.add(groupId);
          if (how === "transitive") waiting.push(groupId);
        }
      }
      return [...found];
    },
    membersOf,
    transitiveMembersOf(groupId) {
      const reached = new Set<string>();
      const waiting = [groupId];
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        for (const member of membersOf(next)) {
          if (reached.has(member)) continue;
          reached.add(member);
          if (members.has(member)) waiting.push(member);
        }
      }
      return reached;
    },
  };
}
