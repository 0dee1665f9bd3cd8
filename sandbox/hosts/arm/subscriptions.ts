import { ArmError } from "./errors.ts";
import { heldRoles } from "./held-roles.ts";
import { covers } from "./rbac.ts";
import { isCollection } from "./request.ts";
import type { ArmRequest, ArmType } from "./request.ts";

/** Documented: a list shows what the caller has any right to; somebody without one sees an empty list. */
export const subscriptions: ArmType = {
  name: "Microsoft.Resources/subscriptions",
  handlers: {
    GET(request) {
      const isVisible = hasAnyRight(request);
      if (isCollection(request, 1)) {
        const value = isVisible ? [answer(request)] : [];
        return { status: 200, body: { value, count: { type: "Total", value: value.length } } };
      }
      if (isVisible) return { status: 200, body: answer(request) };
      const id = request.path.names[0] ?? "";
      throw new ArmError(404, "SubscriptionNotFound", `The subscription '${id}' could not be found.`);
    },
  },
};

function hasAnyRight({ data, caller, world }: ArmRequest): boolean {
  const subscription = `/subscriptions/${world.subscriptionId}`;
  return heldRoles(world, data).some(
    ({ principalId, scope }) =>
      principalId === caller.oid && (covers(subscription, scope) || covers(scope, subscription)),
  );
}

function answer({ world }: ArmRequest): object {
  return {
    id: `/subscriptions/${world.subscriptionId}`,
    authorizationSource: "RoleBased",
    managedByTenants: [],
    subscriptionId: world.subscriptionId,
    tenantId: world.tenant.id,
    displayName: `${world.tenant.displayName} Integrations`,
    state: "Enabled",
    subscriptionPolicies: {
      locationPlacementId: "Public_2014-09-01",
      quotaId: "PayAsYouGo_2014-09-01",
      spendingLimit: "Off",
    },
  };
}
