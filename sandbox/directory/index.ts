/**
 * The directory of the stand-in tenant: users, groups, rooms, applications, service principals and what was granted to them.
 * Kept in the world's section `directory`; generated from the world's seed on first use.
 *
 * @packageDocumentation
 */
import type { World } from "../world.ts";
import { applications } from "./applications.ts";
import type { Applications } from "./applications.ts";
import { collection } from "./collection.ts";
import type { Collection, OnChange } from "./collection.ts";
import { lag } from "./faults.ts";
import type { Lag } from "./faults.ts";
import type { DirectoryData, TrackedKind } from "./model.ts";
import { people } from "./people.ts";
import type { People } from "./people.ts";
import { openRooms } from "./rooms.ts";
import type { Rooms } from "./rooms.ts";
import { newDirectory } from "./seed.ts";

export interface Directory {
  readonly data: DirectoryData;
  /** Natural key: the user principal name. */
  readonly users: Collection;
  readonly groups: Collection;
  readonly administrativeUnits: Collection;
  /** Natural key: the appId. */
  readonly applications: Collection;
  /** Natural key: the appId. */
  readonly servicePrincipals: Collection;
  readonly appRoleAssignments: Collection;
  readonly oauth2PermissionGrants: Collection;
  /** What changes users, groups and memberships. */
  readonly people: People;
  /** What changes applications, service principals and grants. */
  readonly registrations: Applications;
  /** Rooms, room lists and workspaces: what Exchange keeps of them. */
  readonly rooms: Rooms;
  readonly lag: Lag;
}

const directories = new WeakMap<World, Directory>();

/** The directory of a world; one for all hosts, since its indexes live beside what is kept. */
export function directory(world: World): Directory {
  let known = directories.get(world);
  if (!known) directories.set(world, (known = open(world)));
  return known;
}

function open(world: World): Directory {
  const data = world.section("directory", () => newDirectory(world));
  // A folder that an earlier version kept has no such log.
  data.audits ??= [];
  const collections = {
    users: collection(data.users, "userPrincipalName"),
    groups: collection(data.groups),
    administrativeUnits: collection(data.administrativeUnits),
    applications: collection(data.applications, "appId", logged(data, "applications")),
    servicePrincipals: collection(data.servicePrincipals, "appId", logged(data, "servicePrincipals")),
    appRoleAssignments: collection(data.appRoleAssignments),
    oauth2PermissionGrants: collection(data.oauth2PermissionGrants, undefined, logged(data, "oauth2PermissionGrants")),
  };
  const known = people(world, data, collections.users, collections.groups);
  return {
    data,
    ...collections,
    people: known,
    registrations: applications(world, data, collections, (id) => known.leaveAll(id)),
    rooms: openRooms(world),
    lag: lag(world),
  };
}

/** Users and groups are logged where memberships are, which count as changes of theirs. */
function logged({ log }: DirectoryData, kind: TrackedKind): OnChange {
  return (id, change) => {
    if (typeof change === "string") log.push({ kind, id, op: change });
    else log.push({ kind, id, op: "update", properties: [...change.properties] });
  };
}
