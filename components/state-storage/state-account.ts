import * as storage from "@pulumi/azure-native/storage/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "../component.ts";

export interface StateAccountArgs {
  /** What the account's name begins with, small letters and digits, at most 16; another one makes another account. */
  readonly namePrefix: string;
  readonly mark: string;
  readonly resourceGroupName: pulumi.Input<string>;
  readonly location: string;
  readonly container: string;
  /** Whether what was overwritten or deleted can be brought back for so many days; undefined: it cannot. */
  readonly keepsVersionsDays?: number | undefined;
  /** Cannot be deleted or replaced as long as it is true. */
  readonly protect: boolean;
}

/**
 * A storage account with one container, opened by Azure roles only: no key of the account opens it, and nothing in it
 * is public.
 *
 * Least rights of the deployer, on the resource group: Contributor.
 */
export class StateAccount extends Component {
  /** Address of its blobs, `https://<account>.blob.core.windows.net/`. */
  readonly blobEndpoint: pulumi.Output<string>;
  /** Resource id: what roles are given on. */
  readonly containerId: pulumi.Output<string>;
  readonly containerName: string;

  constructor(name: string, args: StateAccountArgs, options?: pulumi.ComponentResourceOptions) {
    super("StateAccount", name, options, ["tenantwire:state-storage:StateAccount"]);

    const { namePrefix, mark, resourceGroupName, location, container, keepsVersionsDays, protect } = args;
    const account = new storage.StorageAccount(
      // Not a name of its own: the engine appends eight characters, since names are taken worldwide.
      namePrefix,
      {
        resourceGroupName,
        location,
        tags: { tenantwire: mark },
        kind: storage.Kind.StorageV2,
        // There is in every region (documented); zones of their own are not.
        sku: { name: storage.SkuName.Standard_LRS },
        minimumTlsVersion: storage.MinimumTlsVersion.TLS1_2,
        enableHttpsTrafficOnly: true,
        allowBlobPublicAccess: false,
        allowSharedKeyAccess: false,
        allowCrossTenantReplication: false,
        defaultToOAuthAuthentication: true,
      },
      { parent: this, protect },
    );
    if (keepsVersionsDays !== undefined) {
      const retention = { enabled: true, days: keepsVersionsDays };
      new storage.BlobServiceProperties(
        this.child("versions"),
        {
          resourceGroupName,
          accountName: account.name,
          blobServicesName: "default",
          isVersioningEnabled: true,
          deleteRetentionPolicy: retention,
          containerDeleteRetentionPolicy: retention,
        },
        { parent: this, deletedWith: account },
      );
    }
    const blobs = new storage.BlobContainer(
      this.child("container"),
      {
        resourceGroupName,
        accountName: account.name,
        containerName: container,
        publicAccess: storage.PublicAccess.None,
      },
      { parent: this, protect, deletedWith: account },
    );

    this.blobEndpoint = account.primaryEndpoints.apply(({ blob }) => blob);
    this.containerId = blobs.id;
    this.containerName = container;
    this.registerOutputs({ blobEndpoint: this.blobEndpoint, containerId: this.containerId });
  }
}
