import * as pulumi from "@pulumi/pulumi";
import type { SyncIdentity as SyncIdentityOutput } from "../../contract/outputs.ts";
import type { PermissionNames } from "../app-registration/index.ts";
import { Integration, type IntegrationArgs } from "../integration/index.ts";

export interface SyncIdentityArgs extends IntegrationArgs {
  /** What this tenant's syncs need of Microsoft Graph: nothing else is asked for. */
  readonly permissions: PermissionNames;
}

/**
 * The identity that the syncs of one tenant read Microsoft Graph and the vault with: a registration of its own, never
 * that of a vendor.
 *
 * Least permissions of the deployer: what `Integration` needs.
 */
export class SyncIdentity extends Integration {
  /** As the stack's outputs tell it. */
  readonly description: pulumi.Output<SyncIdentityOutput>;

  constructor(name: string, args: SyncIdentityArgs, options?: pulumi.ComponentResourceOptions) {
    super("sync-identity:SyncIdentity", name, args, args.permissions, options);

    const { clientId, principalId } = this.registration;
    this.description = pulumi
      .all([clientId, principalId, this.secrets[0]])
      .apply(([clientId, principalId, secret]): SyncIdentityOutput => ({
        clientId,
        principalId,
        permissions: [...args.permissions.application],
        signIn: secret ? { kind: "secret", vaultSecret: secret.vaultSecret } : { kind: "federated" },
      }));
  }
}
