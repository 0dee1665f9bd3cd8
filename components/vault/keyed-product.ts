import type * as pulumi from "@pulumi/pulumi";
import { Component } from "../component.ts";
import type { Vault } from "./vault.ts";
import { VaultSecret } from "./vault-secret.ts";

export interface KeyedProductArgs<Description> {
  /** What the name of the vault's secret begins with. */
  readonly secretName: string;
  readonly key: pulumi.Input<string>;
  readonly vault: Vault;
  /** Mark of the stack. */
  readonly mark: pulumi.Input<string>;
  /** What the stack's outputs tell of the product, once the key is in the vault. */
  readonly describe: (keyVaultSecret: string) => Description;
}

/**
 * Base of the products whose key the syncs take from the vault. The product is not asked anything here.
 *
 * Least rights of the deployer: what `VaultSecret` needs.
 */
export abstract class KeyedProduct<Description> extends Component {
  /** As the stack's outputs tell it. */
  readonly description: pulumi.Output<Description>;

  protected constructor(
    type: string,
    name: string,
    { secretName, key, vault, mark, describe }: KeyedProductArgs<Description>,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super(type, name, options);

    const secret = new VaultSecret(
      this.child("key"),
      { vault, mark, namePrefix: secretName, value: key },
      { parent: this },
    );

    this.description = secret.secretName.apply<Description>(describe);
    this.registerOutputs({ description: this.description });
  }
}
