import * as pulumi from "@pulumi/pulumi";
import type { OnePlanOutputs } from "../../stacks/outputs.ts";
import { Component } from "../component.ts";
import { type Vault, VaultSecret } from "../vault/index.ts";

export interface OnePlanArgs {
  /** Root of OnePlan without a path, `https://my.oneplan.ai`. */
  readonly baseUrl: string;
  readonly key: {
    /** Name of the authentication key. */
    readonly name: string;
    /** The authentication key. */
    readonly value: pulumi.Input<string>;
  };
  /** Passed on to the sync: who is in scope, and what is mapped. */
  readonly users: OnePlanOutputs["users"];
  readonly vault: Vault;
  /** Mark of the stack. */
  readonly mark: pulumi.Input<string>;
}

/**
 * What the sync of Entra users to OnePlan needs beside the sync identity: OnePlan's authentication key, in the vault.
 * OnePlan is not asked anything here.
 *
 * Least rights of the deployer: what `VaultSecret` needs.
 */
export class OnePlan extends Component {
  /** As the stack's outputs tell it. */
  readonly description: pulumi.Output<OnePlanOutputs>;

  constructor(name: string, args: OnePlanArgs, options?: pulumi.ComponentResourceOptions) {
    super("oneplan:OnePlan", name, options);

    const { baseUrl, key, users, vault, mark } = args;
    const secret = new VaultSecret(
      this.child("key"),
      { vault, mark, secretName: "oneplan-key", value: key.value },
      { parent: this },
    );

    this.description = secret.secretName.apply((keyVaultSecret) => ({
      baseUrl,
      keyName: key.name,
      keyVaultSecret,
      users,
    }));
    this.registerOutputs({ description: this.description });
  }
}
