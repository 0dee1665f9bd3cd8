import { randomBytes } from "node:crypto";
import * as keyvault from "@pulumi/azure-native/keyvault/index.js";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component.ts";
import type { Vault } from "./vault.ts";

export interface VaultSecretArgs {
  readonly vault: Vault;
  /** Mark of the stack, kept in tags. */
  readonly mark: pulumi.Input<string>;
  /** What the secret's name begins with. */
  readonly namePrefix: string;
  /** Marked as secret here, whether it was before or not. */
  readonly value: pulumi.Input<string>;
  /** Which renewal of a secret it is, kept in tags. Default: none is. */
  readonly generation?: pulumi.Input<number | undefined>;
  /** The instant at which it is worth nothing any more, ISO 8601; kept in the vault for those who watch it. Default: none is known. */
  readonly expires?: pulumi.Input<string | undefined>;
  /** Whether what the vault holds stays, if it holds something, whatever `value` is. Default: false. */
  readonly stays?: boolean | undefined;
}

/**
 * A secret in a vault. Another value is another version of it; readers take the newest. Its name is new whenever it is
 * made anew: a deleted one can be recovered for 90 days, and keeps its name from others meanwhile.
 *
 * Least rights of the deployer, on the vault: Contributor (it is written through Azure Resource Manager). Deleting it,
 * without the vault, needs Key Vault Secrets Officer.
 */
export class VaultSecret extends Component {
  /** Known once the value is in the vault. */
  readonly secretName: pulumi.Output<string>;
  /** Of the value that is in the vault. */
  readonly generation: pulumi.Output<number | undefined>;

  constructor(name: string, args: VaultSecretArgs, options?: pulumi.ComponentResourceOptions) {
    super("VaultSecret", name, options, ["tenantwire:vault:VaultSecret"]);

    const secret = new keyvault.Secret(
      this.child("secret"),
      {
        vaultName: args.vault.vaultName,
        resourceGroupName: args.vault.resourceGroupName,
        secretName: `${args.namePrefix}-${randomBytes(4).toString("hex")}`,
        tags: pulumi
          .all([args.mark, args.generation])
          .apply(([tenantwire, generation]) => ({ tenantwire, ...(generation && { generation: String(generation) }) })),
        properties: {
          value: pulumi.secret(args.value),
          ...(args.expires !== undefined && {
            attributes: pulumi
              .output(args.expires)
              .apply((at) => (at === undefined ? {} : { expires: Date.parse(at) / 1000 })),
          }),
        },
      },
      // The name of what is there already stays.
      {
        parent: this,
        ...(args.vault.vault && { deletedWith: args.vault.vault }),
        ignoreChanges: ["secretName", ...(args.stays ? ["tags", "properties"] : [])],
      },
    );

    this.secretName = secret.name;
    this.generation = secret.tags.apply((tags) => Number(tags?.["generation"]) || undefined);
    this.registerOutputs({ secretName: this.secretName });
  }
}
