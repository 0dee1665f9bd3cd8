import { heldRoles } from "./held-roles.ts";
import { covers, roleDefinitions } from "./rbac.ts";
import type { ArmType } from "./request.ts";

/**
 * What the caller may do at a scope: the permissions of each of its roles there. Documented; that they are not merged
 * into one set is assumed, and both mean the same.
 */
export const permissions: ArmType = {
  name: "Microsoft.Authorization/permissions",
  handlers: {
    GET({ world, data, caller, path }) {
      const held = heldRoles(world, data).filter(
        ({ principalId, scope }) => principalId === caller.oid && covers(scope, path.scope),
      );
      const roles = new Set(held.map(({ roleId }) => roleId));
      const value = [...roleDefinitions, ...data.ownRoles]
        .filter(({ id }) => roles.has(id))
        .map(({ actions, notActions, dataActions }) => ({ actions, notActions, dataActions, notDataActions: [] }));
      return { status: 200, body: { value } };
    },
  },
};
