import * as keyvault from "@pulumi/azure-native/keyvault/index.js";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component.ts";
import type { Vault } from "./vault.ts";

export interface VaultSecretArgs {
  readonly vault: Vault;
  /** Mark of the stack, kept in tags. */
  readonly mark: pulumi.Input<string>;
  readonly secretName: pulumi.Input<string>;
  /** Marked as secret here, whether it was before or not. */
  readonly value: pulumi.Input<string>;
}

/**
 * A secret in a vault. Another value is another version of it; readers take the newest.
 *
 * Least rights of the deployer, on the vault: Contributor (it is written through Azure Resource Manager). Deleting it,
 * without the vault, needs Key Vault Secrets Officer.
 */
export class VaultSecret extends Component {
  /** Known once the value is in the vault. */
  readonly secretName: pulumi.Output<string>;

  constructor(name: string, args: VaultSecretArgs, options?: pulumi.ComponentResourceOptions) {
    super("vault:VaultSecret", name, options);

    const secret = new keyvault.Secret(
      this.child("secret"),
      {
        vaultName: args.vault.vaultName,
        resourceGroupName: args.vault.resourceGroupName,
        secretName: args.secretName,
        tags: { tenantwire: args.mark },
        properties: { value: pulumi.secret(args.value) },
      },
      { parent: this, deletedWith: args.vault.vault },
    );

    this.secretName = secret.name;
    this.registerOutputs({ secretName: this.secretName });
  }
}
