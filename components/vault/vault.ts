import * as keyvault from "@pulumi/azure-native/keyvault/index.js";
import * as resources from "@pulumi/azure-native/resources/index.js";
import * as pulumi from "@pulumi/pulumi";
import { SettingsError } from "../../contract/errors.ts";
import { Component } from "../component.ts";

export interface VaultArgs {
  /** What the vault's name begins with, at most 16 characters; another one makes another vault. */
  readonly namePrefix: string;
  /** Mark of the stack, kept in tags. */
  readonly mark: pulumi.Input<string>;
  readonly tenantId: pulumi.Input<string>;
  /** Azure region of the resource group and the vault. */
  readonly location: pulumi.Input<string>;
  /** Made along with the vault, and deleted with everything in it, unless `existing` says that it is there already. */
  readonly resourceGroup: pulumi.Input<string>;
  /** Whether somebody else made the resource group. Default: false. */
  readonly existing?: boolean | undefined;
  /** Whether what was deleted can be brought back by nobody's haste. Once on it cannot be switched off. */
  readonly purgeProtection: boolean;
  /** Who reaches it at all. Default: every network. */
  readonly network?: VaultNetwork | undefined;
  /**
   * Name of a vault in that resource group that somebody else made, used instead of one that is made: its protection,
   * networks and tags are theirs. Default: one is made.
   */
  readonly existingVault?: string | undefined;
}

export interface VaultNetwork {
  /** IPv4 addresses and ranges: `203.0.113.0/24`. */
  readonly allowedIps: readonly string[];
  /** Resource ids of subnets of virtual networks, with the service endpoint of Key Vault. */
  readonly allowedSubnets: readonly string[];
}

/**
 * A Key Vault, in a resource group of its own unless it is told of one that is there, whose secrets are read by Azure roles only (see `VaultReader`).
 *
 * One that is there is used as it is, and read by Azure roles too: one with access policies is refused.
 *
 * Least rights of the deployer: Contributor on the resource group, or on the subscription where it is made. The vault's name is new after a
 * destroy, so that a deployment after it is not stopped by the old one, which can be recovered meanwhile.
 */
export class Vault extends Component {
  /** Resource id. */
  readonly vaultId: pulumi.Output<string>;
  readonly vaultName: pulumi.Output<string>;
  readonly resourceGroupName: pulumi.Output<string>;
  /** Address of the vault, `https://<name>.vault.azure.net/`. */
  readonly uri: pulumi.Output<string>;
  /** What is deleted along with the vault says so: `deletedWith`. Undefined: somebody else's, which stays. */
  readonly vault: pulumi.Resource | undefined;

  constructor(name: string, args: VaultArgs, options?: pulumi.ComponentResourceOptions) {
    super("Vault", name, options, ["tenantwire:vault:Vault"]);

    const tags = { tenantwire: args.mark };
    const resourceGroupName = args.existing
      ? pulumi.output(args.resourceGroup)
      : new resources.ResourceGroup(
          this.child("group"),
          { resourceGroupName: args.resourceGroup, location: args.location, tags },
          { parent: this },
        ).name;
    const { existingVault } = args;
    if (existingVault !== undefined) {
      const found = keyvault.getVaultOutput({ resourceGroupName, vaultName: existingVault }, { parent: this });
      const { id, name: vaultName, properties } = heeded(found, existingVault);
      this.vaultId = id;
      this.vaultName = vaultName;
      this.resourceGroupName = resourceGroupName;
      this.uri = properties.apply(({ vaultUri }) => addressOf(vaultUri));
      this.vault = undefined;
      this.registerOutputs({ vaultId: this.vaultId, vaultName: this.vaultName, uri: this.uri });
      return;
    }
    const vault = new keyvault.Vault(
      // Not a name of its own: the engine appends eight characters that are new for each vault, since the name of a
      // destroyed one stays taken until somebody purges it, with purge protection for 90 days.
      args.namePrefix,
      {
        resourceGroupName,
        location: args.location,
        tags,
        properties: {
          tenantId: args.tenantId,
          sku: { family: keyvault.SkuFamily.A, name: keyvault.SkuName.Standard },
          enableRbacAuthorization: true,
          enableSoftDelete: true,
          ...(args.network && { networkAcls: rulesOf(args.network) }),
          // Azure refuses a written `false`.
          ...(args.purgeProtection && { enablePurgeProtection: true }),
        },
      },
      { parent: this },
    );

    this.vaultId = vault.id;
    this.vaultName = vault.name;
    this.resourceGroupName = resourceGroupName;
    this.uri = vault.properties.apply(({ vaultUri }) => addressOf(vaultUri));
    this.vault = vault;
    this.registerOutputs({ vaultId: this.vaultId, vaultName: this.vaultName, uri: this.uri });
  }
}

/** A vault whose readers are told by roles: those of access policies could not be. */
function heeded(found: pulumi.Output<keyvault.GetVaultResult>, name: string): pulumi.Output<keyvault.GetVaultResult> {
  return found.apply((vault) => {
    rejectAccessPolicies(vault.properties, name);
    return vault;
  });
}

/** @throws SettingsError where access policies decide who reads a vault */
export function rejectAccessPolicies(
  { enableRbacAuthorization }: { readonly enableRbacAuthorization?: boolean | undefined },
  name: string,
): void {
  if (enableRbacAuthorization === true) return;
  throw new SettingsError(
    `The vault ${name} is read by access policies: switch it to Azure roles (Access configuration > Azure role-based access control), or name another one.`,
  );
}

function addressOf(vaultUri: string | undefined): string {
  if (vaultUri === undefined) throw new Error("Azure has a vault and does not say its address.");
  return vaultUri;
}

/** Resource Manager writes secrets as a service that Azure trusts; everybody else comes from the networks that are named. */
function rulesOf({ allowedIps, allowedSubnets }: VaultNetwork) {
  return {
    bypass: keyvault.NetworkRuleBypassOptions.AzureServices,
    defaultAction: keyvault.NetworkRuleAction.Deny,
    ipRules: allowedIps.map((value) => ({ value })),
    virtualNetworkRules: allowedSubnets.map((id) => ({ id })),
  };
}
