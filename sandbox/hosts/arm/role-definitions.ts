/**
 * Roles by ARM: Azure's own, and those that somebody defined. Documented: REST reference of Microsoft.Authorization;
 * that a role in use cannot be deleted, too.
 *
 * @packageDocumentation
 */
import type { World } from "../../world.ts";
import type { ArmData, OwnRole } from "./data.ts";
import { ArmError, badRequest, notHere } from "./errors.ts";
import { roleDefinitions } from "./rbac.ts";
import type { RoleDefinition } from "./rbac.ts";
import { isCollection, propertiesOf } from "./request.ts";
import type { ArmAnswer, ArmRequest, ArmType } from "./request.ts";

export const roleDefinitionType: ArmType = {
  name: "Microsoft.Authorization/roleDefinitions",
  filters: true,
  handlers: {
    GET(request) {
      const { world, data, path, query } = request;
      if (!isCollection(request, 1)) {
        return { status: 200, body: answer(world, definitionOf(data, path.names[0])) };
      }
      // Documented: `$filter=roleName eq '...'` is the way to find a role by its name.
      const filter = query["$filter"];
      const name = /^roleName eq '(.*)'$/i.exec(filter ?? "")?.[1];
      // Documented: what is there at the scope and above it is listed anyhow.
      if (filter && name === undefined && !/^(atScope\(\)|atScopeAndBelow\(\)|type eq '\w+')$/i.test(filter)) {
        throw notHere(`the filter '${filter}' of roles`);
      }
      const value = [...roleDefinitions, ...data.ownRoles].filter(
        (role) => name === undefined || role.roleName === name.replaceAll("''", "'"),
      );
      return { status: 200, body: { value: value.map((role) => answer(world, role)) } };
    },
    PUT: put,
    DELETE({ world, data, path }) {
      const id = path.names[0]?.toLowerCase();
      const role = data.ownRoles.find((each) => each.id === id);
      if (!role) return { status: 204 };
      if (data.roleAssignments.some(({ roleId }) => roleId === id)) {
        throw new ArmError(
          400,
          "RoleDefinitionHasAssignments",
          "There are existing role assignments referencing role.",
        );
      }
      data.ownRoles = data.ownRoles.filter((each) => each !== role);
      return { status: 200, body: answer(world, role) };
    },
  },
};

/** @throws ArmError when there is no such role */
export function definitionOf(data: ArmData, id: string | undefined): RoleDefinition {
  const role = [...roleDefinitions, ...data.ownRoles].find((each) => each.id === id?.toLowerCase());
  if (role) return role;
  throw new ArmError(
    404,
    "RoleDefinitionDoesNotExist",
    `The specified role definition with ID '${(id ?? "").replaceAll("-", "")}' does not exist.`,
  );
}

export function definitionId(world: World, id: string): string {
  return `/subscriptions/${world.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${id}`;
}

function put({ world, data, path, body }: ArmRequest): ArmAnswer {
  const id = path.names[0]?.toLowerCase() ?? "";
  if (roleDefinitions.some((role) => role.id === id)) throw badRequest("A built-in role cannot be changed.");
  const { roleName, description, permissions, assignableScopes } = propertiesOf(body);
  if (typeof roleName !== "string" || !Array.isArray(assignableScopes) || assignableScopes.length === 0) {
    throw badRequest("The properties roleName and assignableScopes are required.");
  }
  const others = data.ownRoles.filter((role) => role.id !== id);
  if ([...roleDefinitions, ...others].some((role) => role.roleName === roleName)) {
    throw new ArmError(
      409,
      "RoleDefinitionWithSameNameExists",
      `A custom role with the name '${roleName}' already exists in this directory.`,
    );
  }
  const [allowed = {}] = (permissions ?? []) as Partial<Record<"actions" | "notActions" | "dataActions", string[]>>[];
  const { actions = [], notActions = [], dataActions = [] } = allowed;
  const role: OwnRole = {
    ...{ id, roleName, actions, notActions, dataActions },
    description: typeof description === "string" ? description : "",
    assignableScopes: assignableScopes as string[],
  };
  data.ownRoles = [...others, role];
  return { status: 201, body: answer(world, role) };
}

function answer(world: World, role: RoleDefinition | OwnRole): object {
  const { id, roleName, actions, notActions, dataActions } = role;
  const own = "assignableScopes" in role ? role : undefined;
  return {
    id: definitionId(world, id),
    type: "Microsoft.Authorization/roleDefinitions",
    name: id,
    properties: {
      roleName,
      type: own ? "CustomRole" : "BuiltInRole",
      description: own?.description ?? roleName,
      assignableScopes: own?.assignableScopes ?? ["/"],
      permissions: [{ actions, notActions, dataActions, notDataActions: [] }],
    },
  };
}
