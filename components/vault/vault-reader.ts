import * as authorization from "@pulumi/azure-native/authorization/index.js";
import * as pulumi from "@pulumi/pulumi";
import { v5 as uuid } from "uuid";
import { Component } from "../component.ts";
import type { Vault } from "./vault.ts";

export interface VaultReaderArgs {
  readonly vault: Vault;
  /** Object id of who may read the vault's secrets. */
  readonly principalId: pulumi.Input<string>;
  /** What it is the id of. Default: a service principal. */
  readonly principal?: "ServicePrincipal" | "User" | undefined;
}

/** Id of Azure's built-in role "Key Vault Secrets User", the same in every subscription. */
const KEY_VAULT_SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6";

/** Where the names of role assignments come from; any GUID, never changed. */
const NAMESPACE = "0f4a1c5e-6f0b-4c39-9d0e-5b5f6c3d7a21";

/**
 * Lets one service principal, or one person, read the secrets of a vault, and nothing else.
 *
 * Least rights of the deployer, on the vault: Role Based Access Control Administrator.
 */
export class VaultReader extends Component {
  constructor(name: string, args: VaultReaderArgs, options?: pulumi.ComponentResourceOptions) {
    super("VaultReader", name, options, ["tenantwire:vault:VaultReader"]);

    const { vaultId } = args.vault;
    new authorization.RoleAssignment(
      this.child("role"),
      {
        // What it says is what it is called: the same twice is one, and Azure takes another of the same no more.
        roleAssignmentName: pulumi
          .all([vaultId, args.principalId])
          .apply(([scope, principal]) => uuid(`${scope} ${principal} ${KEY_VAULT_SECRETS_USER}`, NAMESPACE)),
        scope: vaultId,
        roleDefinitionId: pulumi.interpolate`${vaultId.apply(subscriptionOf)}/providers/Microsoft.Authorization/roleDefinitions/${KEY_VAULT_SECRETS_USER}`,
        principalId: args.principalId,
        // Said, so that Azure does not look for a principal that has not reached it yet.
        principalType: authorization.PrincipalType[args.principal ?? "ServicePrincipal"],
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
