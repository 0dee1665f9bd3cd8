/** A registration for Azure DevOps. @packageDocumentation */
import * as pulumi from "@pulumi/pulumi";
import { vendorRegistration, type VendorRegistrationArgs } from "../standalone/vendor-registration.ts";

/**
 * The service principal that works in Azure DevOps. It asks for nothing in Entra, where permissions for Azure DevOps
 * have no effect (documented): an administrator of each organization adds it there, by its object id, and gives it
 * rights.
 *
 * Least permissions of the deployer, application permissions of Microsoft Graph: Application.ReadWrite.OwnedBy and
 * Directory.Read.All; with `grantConsent` see there.
 */
export class AzureDevOpsPrincipal extends pulumi.ComponentResource {
  /** Application (client) id. */
  public readonly clientId: pulumi.Output<string>;
  /** `/applications/<object id>`: what `FederatedCredential` and `RotatedSecret` take. */
  public readonly applicationId: pulumi.Output<string>;
  /** Object id of the service principal (the enterprise application). */
  public readonly principalId: pulumi.Output<string>;

  public constructor(name: string, args: VendorRegistrationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tenantwire:index:AzureDevOpsPrincipal", name, args, opts);
    const made = vendorRegistration(this, name, "Azure DevOps", { application: [], delegated: [] }, args);
    this.clientId = made.clientId;
    this.applicationId = made.applicationId;
    this.principalId = made.principalId;
    this.registerOutputs({ ...made });
  }
}
