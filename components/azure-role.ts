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
  /** Mark of the stack, one of the words that the assignment's name is made of. */
  readonly mark: string;
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

    const { mark, role, condition } = args;
    new authorization.RoleAssignment(
      this.child("role"),
      {
        // A name of stable words, since Azure would else give a new one at every replacement.
        roleAssignmentName: uuid(`${mark} ${name}`, NAMESPACE),
        scope: args.scope,
        roleDefinitionId:
          typeof role === "string"
            ? pulumi
                .output(args.scope)
                .apply(
                  (scope) =>
                    `${subscriptionOf(scope)}/providers/Microsoft.Authorization/roleDefinitions/${builtInRoles[role]}`,
                )
            : role.definitionId,
        principalId: args.principalId,
        // Said, so that Azure does not look for a principal that has not reached it yet.
        principalType: authorization.PrincipalType.ServicePrincipal,
        ...(condition !== undefined && { condition, conditionVersion: "2.0" }),
      },
      // Whom an assignment is for cannot be changed, and its name is taken until it is gone.
      { parent: this, deleteBeforeReplace: true },
    );

    this.registerOutputs({});
  }
}

/** `/subscriptions/<id>` of a resource id. */
function subscriptionOf(resourceId: string): string {
  return resourceId.split("/").slice(0, 3).join("/");
}
