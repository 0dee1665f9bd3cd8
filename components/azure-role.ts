/**
 * Roles of Azure, as components give them to service principals.
 *
 * @packageDocumentation
 */
import * as authorization from "@pulumi/azure-native/authorization/index.js";
import * as pulumi from "@pulumi/pulumi";
import { v5 as uuid } from "uuid";
import { builtInRoles } from "../contract/azure-roles.ts";
import { Component } from "./component.ts";

export { builtInRoles };

/** A role of Azure's own by its name, or one that is defined here by its resource id. */
export type Role = keyof typeof builtInRoles | { readonly definitionId: pulumi.Input<string> };

export interface AzureRoleArgs {
  readonly role: Role;
  /** Id of the subscription, resource group or resource that it holds for, and for everything below. */
  readonly scope: pulumi.Input<string>;
  /** Object id of the service principal. */
  readonly principalId: pulumi.Input<string>;
  /** Holds only where this is true, in Azure's language of conditions. Default: always. */
  readonly condition?: string | undefined;
}

/** Where the names of these assignments come from; any GUID, never changed. */
const NAMESPACE = "6b4d0c3e-4c0b-4c57-9a5f-0a2f5b7f2c19";

/**
 * Gives one service principal a role.
 *
 * Least rights of the deployer, on the scope: Role Based Access Control Administrator.
 */
export class AzureRole extends Component {
  constructor(name: string, args: AzureRoleArgs, options?: pulumi.ComponentResourceOptions) {
    super("AzureRole", name, options, ["tenantwire:azure:Role"]);

    const { role, condition } = args;
    const roleDefinitionId =
      typeof role === "string"
        ? pulumi
            .output(args.scope)
            .apply(
              (scope) =>
                `${subscriptionOf(scope)}/providers/Microsoft.Authorization/roleDefinitions/${builtInRoles[role]}`,
            )
        : pulumi.output(role.definitionId);
    new authorization.RoleAssignment(
      this.child("role"),
      {
        // What it says is what it is called: the same twice is one, and Azure takes another of the same no more.
        roleAssignmentName: pulumi
          .all([args.scope, args.principalId, roleDefinitionId])
          .apply((words) => uuid(words.join(" "), NAMESPACE)),
        scope: args.scope,
        roleDefinitionId,
        principalId: args.principalId,
        // Said, so that Azure does not look for a principal that has not reached it yet.
        principalType: authorization.PrincipalType.ServicePrincipal,
        ...(condition !== undefined && { condition, conditionVersion: "2.0" }),
      },
      // Whom an assignment is for cannot be changed, and its name is taken until it is gone.
      // One that is there keeps the name that it has.
      { parent: this, deleteBeforeReplace: true, ignoreChanges: ["roleAssignmentName"] },
    );

    this.registerOutputs({});
  }
}

/** `/subscriptions/<id>` of a resource id. */
function subscriptionOf(resourceId: string): string {
  return resourceId.split("/").slice(0, 3).join("/");
}
