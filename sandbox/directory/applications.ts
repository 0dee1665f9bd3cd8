import { randomBytes, randomUUID } from "node:crypto";
import type { World } from "../world.ts";
import type { Collection } from "./collection.ts";
import type { DirectoryData, DirectoryObject, Json } from "./model.ts";
import { holdsFrom, pendingAppRoles, propagation } from "./propagation.ts";
import { graphTime } from "./time.ts";

interface Collections {
  readonly applications: Collection;
  readonly servicePrincipals: Collection;
  readonly appRoleAssignments: Collection;
  readonly oauth2PermissionGrants: Collection;
}

/** Changes of applications, service principals, their owners and what was granted to them. */
export interface Applications {
  createApplication(properties: Properties, owners: readonly string[]): DirectoryObject;
  createServicePrincipal(
    application: DirectoryObject,
    properties: Properties,
    owners: readonly string[],
  ): DirectoryObject;
  /** Takes its service principal, assignments and grants with it (seen: azuread provider 6.9.1 relies on it). */
  deleteApplication(id: string): void;
  deleteServicePrincipal(id: string): void;
  /** Puts back what was deleted, to its place. What was granted to a service principal, or of it, stays gone (assumed). */
  restore(id: string): DirectoryObject;
  /** Ids of the owners of an application or service principal. */
  ownersOf(id: string): readonly string[];
  setOwners(id: string, owners: readonly string[]): void;
  addAssignment(assignment: Properties): DirectoryObject;
  addGrant(grant: Properties): DirectoryObject;
}

type Properties = Record<string, Json>;

/** @param leaveAll takes an object out of all groups */
export function applications(
  world: World,
  data: DirectoryData,
  collections: Collections,
  leaveAll: (id: string) => void,
): Applications {
  const { applications, servicePrincipals, appRoleAssignments, oauth2PermissionGrants } = collections;

  function setOwners(id: string, owners: readonly string[]): void {
    data.owners[id] = [...new Set(owners)];
  }

  function bury(kind: "applications" | "servicePrincipals", id: string): void {
    const object = collections[kind].get(id) as DirectoryObject;
    const place = collections[kind].remove(id);
    object["deletedDateTime"] = graphTime(world.now());
    data.deleted.push({ kind, place, object, memberOf: [] });
  }

  function deleteServicePrincipal(id: string): void {
    leaveAll(id);
    for (const each of [...appRoleAssignments.values()]) {
      if (each["principalId"] === id || each["resourceId"] === id) appRoleAssignments.remove(each.id);
    }
    for (const each of [...oauth2PermissionGrants.values()]) {
      if (each["clientId"] === id || each["resourceId"] === id) oauth2PermissionGrants.remove(each.id);
    }
    bury("servicePrincipals", id);
  }

  return {
    createApplication(properties, owners) {
      const application = {
        ...properties,
        id: randomUUID(),
        appId: randomUUID(),
        createdDateTime: graphTime(world.now()),
        publisherDomain: world.tenant.domain,
      };
      applications.put(application);
      setOwners(application.id, owners);
      return application;
    },
    createServicePrincipal(application, properties, owners) {
      const servicePrincipal = {
        ...properties,
        id: randomUUID(),
        appId: application["appId"] as string,
        createdDateTime: graphTime(world.now()),
        appOwnerOrganizationId: application["appOwnerOrganizationId"] ?? world.tenant.id,
      };
      servicePrincipals.put(servicePrincipal);
      setOwners(servicePrincipal.id, owners);
      return servicePrincipal;
    },
    deleteApplication(id) {
      const principal = servicePrincipals.byKey(applications.get(id)?.["appId"] as string);
      if (principal) deleteServicePrincipal(principal.id);
      bury("applications", id);
    },
    deleteServicePrincipal,
    restore(id) {
      const at = data.deleted.findIndex(({ kind, object }) => kind !== "users" && object.id === id);
      const [found] = at < 0 ? [] : data.deleted.splice(at, 1);
      if (!found || found.kind === "users")
        throw new Error(`there is no deleted application or service principal ${id}`);
      delete found.object["deletedDateTime"];
      collections[found.kind].put(found.object, found.place);
      return found.object;
    },
    ownersOf: (id) => data.owners[id] ?? [],
    setOwners,
    addAssignment(properties) {
      const assignment = { ...properties, id: linkId(), createdDateTime: graphTime(world.now()) };
      appRoleAssignments.put(assignment);
      if (propagation(world).appRoleMinutes > 0)
        pendingAppRoles(world)[assignment.id] = holdsFrom(world, "appRoleMinutes");
      return assignment;
    },
    addGrant(properties) {
      const grant = { ...properties, id: linkId() };
      oauth2PermissionGrants.put(grant);
      return grant;
    },
  };
}

/** Grants and assignments have no GUIDs: their ids are 43 letters and digits. */
function linkId(): string {
  return randomBytes(32).toString("base64url");
}
