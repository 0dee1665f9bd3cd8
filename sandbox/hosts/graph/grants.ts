import type { Collection } from "../../directory/collection.ts";
import { list, memberKinds, text } from "../../directory/model.ts";
import type { DirectoryObject, MemberKind } from "../../directory/model.ts";
import { bodyOf, created, noContent, ok, requiredText } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { assignmentType, grantType } from "./entities.ts";
import { badRequest, duplicate, notFound } from "./errors.ts";
import { fixedSource, listBody, listOptions, sourceOf } from "./list.ts";
import { directoryObject, find, findUser } from "./lookup.ts";
import { entityBody, propertiesOf } from "./render.ts";

/** Documented: this id means access without any role, where the resource defines none. */
const DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000";

/** App role assignments, seen from the resource (`appRoleAssignedTo`) and from the principal (`appRoleAssignments`). */
export const grantRoutes: readonly Route[] = [
  ...assignmentRoutes("servicePrincipals", "appRoleAssignedTo", "resourceId"),
  ...(["servicePrincipals", "users", "groups"] as const).flatMap((set) =>
    assignmentRoutes(set, "appRoleAssignments", "principalId"),
  ),
  {
    method: "GET",
    path: "/oauth2PermissionGrants",
    options: listOptions,
    handle: (call) => listBody(call, sourceOf(call.directory.oauth2PermissionGrants), grantType),
  },
  {
    method: "GET",
    path: "/oauth2PermissionGrants/:id",
    options: ["$select"],
    handle: (call) => ok(entityBody(call, find(call, call.directory.oauth2PermissionGrants), grantType)),
  },
  { method: "POST", path: "/oauth2PermissionGrants", handle: createGrant },
  {
    method: "PATCH",
    path: "/oauth2PermissionGrants/:id",
    handle(call) {
      const { oauth2PermissionGrants } = call.directory;
      const grant = find(call, oauth2PermissionGrants);
      const { scope, ...others } = propertiesOf(call, bodyOf(call), grantType, { current: grant });
      // Documented: only the scope can be changed; the rest may be repeated as it is.
      const changed = Object.keys(others).find((name) => others[name] !== (grant[name] ?? null));
      if (changed !== undefined) throw badRequest(`Property '${changed}' cannot be changed.`);
      if (scope !== undefined) oauth2PermissionGrants.change(grant, { scope });
      return noContent;
    },
  },
  {
    method: "DELETE",
    path: "/oauth2PermissionGrants/:id",
    handle(call) {
      const { oauth2PermissionGrants } = call.directory;
      oauth2PermissionGrants.remove(find(call, oauth2PermissionGrants).id);
      return noContent;
    },
  },
];

type Side = "resourceId" | "principalId";

function assignmentRoutes(kind: MemberKind, name: string, side: Side): Route[] {
  const set = `/${kind}/:id/${name}`;
  const contextOf = ({ id }: DirectoryObject) => `${kind}('${id}')/${name}`;
  const addressed = (call: Call) => (kind === "users" ? findUser(call) : find(call, call.directory[kind]));
  return [
    {
      method: "GET",
      path: set,
      options: listOptions,
      handle(call) {
        const { appRoleAssignments } = call.directory;
        const principal = addressed(call);
        const own = [...appRoleAssignments.values()].filter((each) => each[side] === principal.id);
        return listBody(call, fixedSource(own), assignmentType, {
          context: contextOf(principal),
        });
      },
    },
    {
      method: "GET",
      path: `${set}/:assignmentId`,
      options: ["$select"],
      handle(call) {
        const object = addressed(call);
        return ok(entityBody(call, findAssignment(call, object, side), assignmentType, contextOf(object)));
      },
    },
    {
      method: "POST",
      path: set,
      handle(call) {
        const object = addressed(call);
        return created(entityBody(call, createAssignment(call, object, side), assignmentType, contextOf(object)));
      },
    },
    {
      method: "DELETE",
      path: `${set}/:assignmentId`,
      handle(call) {
        call.directory.appRoleAssignments.remove(findAssignment(call, addressed(call), side).id);
        return noContent;
      },
    },
  ];
}

function findAssignment(call: Call, principal: DirectoryObject, side: Side): DirectoryObject {
  const { appRoleAssignments } = call.directory;
  const assignment = find(call, appRoleAssignments, "assignmentId");
  if (assignment[side] !== principal.id) throw notFound(assignment.id);
  return assignment;
}

interface AppRole {
  readonly id: string;
  readonly isEnabled: boolean;
  readonly allowedMemberTypes: readonly string[];
}

function createAssignment(call: Call, addressed: DirectoryObject, side: Side): DirectoryObject {
  const { servicePrincipals, appRoleAssignments, registrations, lag } = call.directory;
  const body = propertiesOf(call, bodyOf(call), assignmentType);
  const appRoleId = requiredText(body, "appRoleId");
  const principalId = requiredText(body, "principalId");
  const resourceId = requiredText(body, "resourceId");
  if (body[side] !== addressed.id) {
    throw badRequest(`The ${side} of the assignment is not the object that the request addresses.`);
  }
  const resource = existing(call, servicePrincipals, resourceId);
  const kind = memberKinds.find((each) => call.directory[each].get(principalId)) ?? "servicePrincipals";
  const principal = existing(call, call.directory[kind], principalId);
  if (!isAssignable(resource, appRoleId, kind)) {
    throw badRequest(`Permission being assigned was not found on application '${text(resource, "appId")}'.`);
  }
  const twin = { appRoleId, principalId: principal.id, resourceId: resource.id };
  // Reported: terraform-provider-azuread, a retried assignment finds itself.
  if (findLike(appRoleAssignments, twin)) throw badRequest("Permission being assigned already exists on the object");
  const assignment = registrations.addAssignment({
    ...twin,
    principalDisplayName: text(principal, "displayName"),
    principalType: PRINCIPAL_TYPES[kind],
    resourceDisplayName: text(resource, "displayName"),
  });
  lag.created(assignment.id);
  return assignment;
}

const PRINCIPAL_TYPES: Readonly<Record<MemberKind, string>> = {
  servicePrincipals: "ServicePrincipal",
  users: "User",
  groups: "Group",
};

/**
 * Only enabled roles: nobody can be granted one that was switched off. Documented: what a role is for, `Application` or
 * `User`, which stands for groups too.
 */
function isAssignable(resource: DirectoryObject, appRoleId: string, kind: MemberKind): boolean {
  const member = kind === "servicePrincipals" ? "Application" : "User";
  const roles = list<AppRole>(resource, "appRoles");
  if (appRoleId === DEFAULT_ACCESS) return roles.length === 0;
  return roles.some((role) => role.id === appRoleId && role.isEnabled && role.allowedMemberTypes.includes(member));
}

function createGrant(call: Call) {
  const { servicePrincipals, oauth2PermissionGrants, registrations, lag } = call.directory;
  const body = propertiesOf(call, bodyOf(call), grantType);
  const client = existing(call, servicePrincipals, requiredText(body, "clientId"));
  const resource = existing(call, servicePrincipals, requiredText(body, "resourceId"));
  const consentType = requiredText(body, "consentType");
  const principalId = body["principalId"] ?? null;
  if (consentType === "Principal" ? typeof principalId !== "string" : principalId !== null) {
    throw badRequest("principalId must be given for consentType 'Principal', and only for it.");
  }
  if (consentType !== "Principal" && consentType !== "AllPrincipals") {
    throw badRequest("Invalid value specified for property 'consentType' of resource 'OAuth2PermissionGrant'.");
  }
  if (typeof principalId === "string" && !directoryObject(call, principalId)) throw notFound(principalId);
  const twin = { clientId: client.id, resourceId: resource.id, consentType, principalId };
  // Seen: terraform-provider-azuread issue on a second grant for the same pair.
  if (findLike(oauth2PermissionGrants, twin)) throw duplicate("Permission entry already exists.");
  const grant = registrations.addGrant({ ...twin, scope: body["scope"] ?? null });
  lag.created(grant.id);
  return created(entityBody(call, grant, grantType));
}

function existing(call: Call, collection: Collection, id: string): DirectoryObject {
  const object = collection.get(id);
  if (!object || call.directory.lag.hides(object.id)) throw notFound(id);
  return object;
}

function findLike(collection: Collection, wanted: Record<string, unknown>): DirectoryObject | undefined {
  for (const each of collection.values()) {
    if (Object.entries(wanted).every(([name, value]) => (each[name] ?? null) === value)) return each;
  }
  return undefined;
}
