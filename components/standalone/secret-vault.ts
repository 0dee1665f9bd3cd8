import * as pulumi from "@pulumi/pulumi";
import { Vault, VaultReader } from "../vault/index.ts";
import { mark, tenantId } from "./look-ups.ts";

/** A Key Vault, and who reads its secrets. */
export interface SecretVaultArgs {
  /** What the vault's name begins with: 2 to 16 letters, digits and single hyphens; the engine appends eight. */
  namePrefix: string;
  /** Azure region of the resource group and the vault: `westeurope`. */
  location: pulumi.Input<string>;
  /** Name of a resource group, made along with the vault and deleted with everything in it. */
  resourceGroup: pulumi.Input<string>;
  /** Whether what was deleted stays recoverable, whoever wants it gone. Once on it cannot be switched off. Default: true. */
  purgeProtection?: boolean;
  /** Object ids of service principals that may read all of its secrets. Default: none. */
  readers?: string[];
}

/**
 * A Key Vault of its own resource group, whose secrets are read by Azure roles only.
 *
 * Least rights of the deployer, on the subscription: Contributor, and Role Based Access Control Administrator where
 * there are readers.
 */
export class SecretVault extends pulumi.ComponentResource {
  /** Its name, with the eight characters: what `RotatedSecret` takes. */
  public readonly vaultName: pulumi.Output<string>;
  /** Name of the resource group that was made: what `RotatedSecret` takes. */
  public readonly resourceGroupName: pulumi.Output<string>;
  /** Address: `https://<name>.vault.azure.net/`. */
  public readonly uri: pulumi.Output<string>;

  public constructor(name: string, args: SecretVaultArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tenantwire:index:SecretVault", name, args, opts);
    const { namePrefix, location, resourceGroup, purgeProtection = true, readers = [] } = args;
    const vault = new Vault(
      `${name}-vault`,
      {
        namePrefix,
        location,
        resourceGroup,
        purgeProtection,
        mark: mark(),
        tenantId: tenantId({ parent: this }),
      },
      { parent: this },
    );
    for (const principalId of readers) {
      new VaultReader(`${name}-reader-${principalId}`, { vault, principalId }, { parent: this });
    }
    this.vaultName = vault.vaultName;
    this.resourceGroupName = vault.resourceGroupName;
    this.uri = vault.uri;
    this.registerOutputs({
      vaultName: this.vaultName,
      resourceGroupName: this.resourceGroupName,
      uri: this.uri,
    });
  }
}
