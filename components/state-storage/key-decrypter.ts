import * as authorization from "@pulumi/azure-native/authorization/index.js";
import * as pulumi from "@pulumi/pulumi";
import { v5 as uuid } from "uuid";
import { Component } from "../component.ts";

/** What the engine calls on the key of its secrets provider to open a stack (read: engine 3.259). */
export const KEY_ACTIONS = ["Microsoft.KeyVault/vaults/keys/read", "Microsoft.KeyVault/vaults/keys/decrypt/action"];

/** Where the names of these roles come from; any GUID, never changed. */
const NAMESPACE = "c2a1f7d4-3f0e-4f0b-8f57-6a4a5c1f9b7e";

export interface KeyDecrypterArgs {
  readonly mark: string;
  /** Id of the resource group that the role can be given in. */
  readonly scope: pulumi.Input<string>;
}

/**
 * An Azure role that decrypts with a key and does nothing else. No role of Azure's own is as small: "Key Vault Crypto
 * User" may switch the key off, and with it every stack.
 *
 * Least rights of the deployer, on the scope: User Access Administrator or Owner.
 */
export class KeyDecrypter extends Component {
  /** Resource id of the role. */
  readonly definitionId: pulumi.Output<string>;

  constructor(name: string, { mark, scope }: KeyDecrypterArgs, options?: pulumi.ComponentResourceOptions) {
    super("KeyDecrypter", name, options, ["tenantwire:state-storage:KeyDecrypter"]);

    const definition = new authorization.RoleDefinition(
      this.child("definition"),
      {
        // A name of stable words: the id of a role, which assignments refer to. It is the tenant's, so the mark is in it.
        roleDefinitionId: uuid(`${mark} ${name}`, NAMESPACE),
        scope,
        // Names are taken once a tenant.
        roleName: `Stack key decrypter (${mark})`,
        description: "Opens stacks whose secrets are encrypted with a key, and nothing else.",
        roleType: "CustomRole",
        permissions: [{ actions: [], notActions: [], dataActions: KEY_ACTIONS, notDataActions: [] }],
        assignableScopes: [scope],
      },
      { parent: this },
    );

    this.definitionId = definition.id;
    this.registerOutputs({ definitionId: this.definitionId });
  }
}
