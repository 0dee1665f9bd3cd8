import { directory } from "../../directory/index.ts";
import { holdsFrom } from "../../directory/propagation.ts";
import type { World } from "../../world.ts";
import { existingGroup } from "./data.ts";
import { ArmError, authorizationFailed, badRequest, resourceNotFound } from "./errors.ts";
import { isMet } from "./conditions.ts";
import { heldRoles } from "./held-roles.ts";
import { allowing, covers } from "./rbac.ts";
import type { RoleAssignment } from "./rbac.ts";
import { isCollection, propertiesOf } from "./request.ts";
import type { ArmAnswer, ArmRequest, ArmType } from "./request.ts";
import { parseResourcePath } from "./resource-id.ts";
import { definitionId, definitionOf } from "./role-definitions.ts";

const GUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export const roleAssignments: ArmType = {
  name: "Microsoft.Authorization/roleAssignments",
  filters: true,
  handlers: { GET: get, PUT: put, DELETE: remove },
};

function get(request: ArmRequest): ArmAnswer {
  const { data, path, query } = request;
  if (isCollection(request, 1)) {
    const { principal, onlyAtScope } = readFilter(query["$filter"]);
    const value = data.roleAssignments.filter(
      ({ scope, principalId }) =>
        (covers(scope, path.scope) || (!onlyAtScope && covers(path.scope, scope))) &&
        (principal === undefined || principalId === principal),
    );
    return { status: 200, body: { value: value.map((each) => assignmentAnswer(request.world, each)) } };
  }
  const assignment = find(request);
  if (!assignment) {
    throw new ArmError(404, "RoleAssignmentNotFound", `The role assignment '${request.path.names[0]}' is not found.`);
  }
  return { status: 200, body: assignmentAnswer(request.world, assignment) };
}

interface Wanted {
  readonly principal?: string;
  /** Without what is below. */
  readonly onlyAtScope: boolean;
}

/**
 * Documented: `atScope()`, without which what is below is listed too, `principalId eq '..'`, and `assignedTo('..')`, which
 * counts the groups of a person: people and their groups have no roles of Azure here.
 */
function readFilter(text = ""): Wanted {
  let wanted: Wanted = { onlyAtScope: false };
  for (const part of text.split(/\s+and\s+/i).filter((each) => each.trim() !== "")) {
    const [, one, other] = /^\s*(?:principalId eq '([^']+)'|assignedTo\('([^']+)'\))\s*$/i.exec(part) ?? [];
    const principal = one ?? other;
    if (principal !== undefined) wanted = { ...wanted, principal: principal.toLowerCase() };
    else if (/^\s*atScope\(\)\s*$/i.test(part)) wanted = { ...wanted, onlyAtScope: true };
    else
      throw badRequest(
        `The filter '${text}' is not supported. Supported filters are 'atScope()', 'principalId eq' and 'assignedTo()'.`,
      );
  }
  return wanted;
}

function put(request: ArmRequest): ArmAnswer {
  const { world, data, path, body, caller } = request;
  const [name = ""] = path.names;
  const { principalId, principalType, roleDefinitionId, condition } = propertiesOf(body);
  if (!GUID.test(name)) {
    throw new ArmError(
      400,
      "InvalidRoleAssignmentId",
      `The role assignment ID '${name}' is not valid. The role assignment ID must be a GUID.`,
    );
  }
  if (typeof principalId !== "string" || !GUID.test(principalId)) {
    throw new ArmError(400, "InvalidPrincipalId", "A valid principal ID must be provided for role assignment.");
  }
  const role = definitionOf(
    data,
    typeof roleDefinitionId === "string" ? roleDefinitionId.split("/").at(-1) : undefined,
  );
  checkScope(request);
  const wanted: RoleAssignment = {
    name: name.toLowerCase(),
    scope: path.scope,
    writtenScope: path.id.slice(0, path.scope.length),
    roleId: role.id,
    principalId: principalId.toLowerCase(),
    principalType: checkPrincipal(world, principalId.toLowerCase(), principalType),
    createdOn: world.now().toISOString(),
    createdBy: caller.oid,
    ...(typeof condition === "string" && { condition }),
  };
  checkConditions(request, "write", wanted);
  const sameName = data.roleAssignments.find((each) => each.name === wanted.name && each.scope === wanted.scope);
  if (sameName && !isSameGrant(sameName, wanted)) {
    throw new ArmError(
      400,
      "RoleAssignmentUpdateNotPermitted",
      "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
    );
  }
  // Assumed: the very same assignment again is a success without a change.
  if (sameName) return { status: 200, body: assignmentAnswer(world, sameName) };
  if (data.roleAssignments.some((each) => each.scope === wanted.scope && isSameGrant(each, wanted))) {
    throw new ArmError(409, "RoleAssignmentExists", "The role assignment already exists.");
  }
  data.roleAssignments.push({ ...wanted, holdsFrom: holdsFrom(world, "azureRoleMinutes") });
  return { status: 201, body: assignmentAnswer(world, wanted) };
}

function remove(request: ArmRequest): ArmAnswer {
  const assignment = find(request);
  if (!assignment) return { status: 204 };
  checkConditions(request, "delete", assignment);
  const { data, world } = request;
  data.roleAssignments = data.roleAssignments.filter((each) => each !== assignment);
  if ((assignment.holdsFrom ?? 0) <= world.now().getTime()) {
    data.endingRoles.push({ assignment, until: holdsFrom(world, "azureRoleMinutes") });
  }
  return { status: 200, body: assignmentAnswer(world, assignment) };
}

function find({ data, path }: ArmRequest): RoleAssignment | undefined {
  const name = path.names[0]?.toLowerCase();
  return data.roleAssignments.find((each) => each.name === name && each.scope === path.scope);
}

/** Who may assign roles only under a condition may not assign others (documented). */
function checkConditions(
  { world, data, caller, path }: ArmRequest,
  verb: "write" | "delete",
  wanted: RoleAssignment,
): void {
  const action = `${roleAssignments.name}/${verb}`;
  const question = { principalId: caller.oid, action, scope: path.id, plane: "control" as const };
  for (const { condition } of allowing(heldRoles(world, data), question, data.ownRoles)) {
    if (condition === undefined || isMet(condition, wanted)) return;
  }
  throw authorizationFailed(caller.appid, caller.oid, action, path.id);
}

function isSameGrant(one: RoleAssignment, other: RoleAssignment): boolean {
  return one.principalId === other.principalId && one.roleId === other.roleId;
}

/** What a grant is for has to exist: a subscription, a resource group, or a resource; what is inside one goes with it. */
function checkScope({ data, path, world }: ArmRequest): void {
  if (path.scope === `/subscriptions/${world.subscriptionId}`) return;
  const target = parseResourcePath(path.scope);
  const group = existingGroup(data, path.scope);
  if (target?.type === "resourcegroups") return;
  const [name = ""] = target?.names ?? [];
  const [type = ""] = /^[^/]+\/[^/]+/.exec(target?.type ?? "") ?? [];
  const known: Readonly<Record<string, boolean>> = {
    "microsoft.keyvault/vaults": data.vaults[name] !== undefined,
    "microsoft.storage/storageaccounts": data.storageAccounts[name] !== undefined,
    "microsoft.managedidentity/userassignedidentities": data.identities[path.scope] !== undefined,
  };
  if (known[type] === undefined) throw badRequest(`The scope '${path.scope}' is not valid.`);
  if (!known[type]) throw resourceNotFound(TYPE_NAMES[type] ?? type, name, group.name);
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  "microsoft.keyvault/vaults": "Microsoft.KeyVault/vaults",
  "microsoft.storage/storageaccounts": "Microsoft.Storage/storageAccounts",
  "microsoft.managedidentity/userassignedidentities": "Microsoft.ManagedIdentity/userAssignedIdentities",
};

/**
 * Documented: with `principalType` in the request, a principal that has not been replicated yet is accepted.
 *
 * @returns the type of the principal
 */
function checkPrincipal(world: World, id: string, principalType: unknown): string {
  const { servicePrincipals, users, groups, lag } = directory(world);
  const kinds = { ServicePrincipal: servicePrincipals, User: users, Group: groups };
  const kind = Object.entries(kinds).find(([, collection]) => collection.get(id) !== undefined)?.[0];
  if (kind === undefined || (principalType === undefined && lag.hidesInLists(id))) {
    throw new ArmError(
      400,
      "PrincipalNotFound",
      `Principal ${id.replaceAll("-", "")} does not exist in the directory ${world.tenant.id}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype`,
    );
  }
  if (principalType !== undefined && principalType !== kind) {
    throw new ArmError(
      400,
      "UnmatchedPrincipalType",
      `The PrincipalId '${id.replaceAll("-", "")}' has type '${kind}' , which is different from specified PrinciaplType '${JSON.stringify(principalType)}'.`,
    );
  }
  return kind;
}

function assignmentAnswer(world: World, assignment: RoleAssignment): object {
  const { name, writtenScope: scope, roleId, principalId, principalType, createdOn, createdBy, condition } = assignment;
  return {
    id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    type: "Microsoft.Authorization/roleAssignments",
    name,
    properties: {
      roleDefinitionId: definitionId(world, roleId),
      principalId,
      principalType,
      scope,
      condition: condition ?? null,
      conditionVersion: condition === undefined ? null : "2.0",
      createdOn,
      updatedOn: createdOn,
      createdBy,
      updatedBy: createdBy,
      delegatedManagedIdentityResourceId: null,
      description: null,
    },
  };
}
