import * as pulumi from "@pulumi/pulumi";
import { AppRegistration as Registration } from "../app-registration/index.ts";
import { MICROSOFT_GRAPH } from "../../contract/permissions/resolve.ts";
import { deployer, graph, mark } from "./look-ups.ts";

/** An application in Entra, and what it asks for. */
export interface AppRegistrationArgs {
  /** Name in Entra; need not be unique. */
  displayName: pulumi.Input<string>;
  /** Application permissions of Microsoft Graph that it asks for, by name: `User.Read.All`. Default: none. */
  applicationPermissions?: string[];
  /** Delegated permissions of Microsoft Graph that it asks for, by name: `User.Read`. Default: none. */
  delegatedPermissions?: string[];
  /** Addresses that people are sent back to after signing in, for a web application: https, exact. Default: none. */
  redirectUris?: string[];
  /** Object ids of people who own it, beside the principal that deploys. Default: none. */
  owners?: string[];
  /** Whether identities of other tenants can use it too. Default: false. */
  multipleTenants?: boolean;
  /** Cannot be deleted or replaced as long as it is true. Default: false. */
  protect?: boolean;
}

/**
 * An application with its service principal, owners and redirect URIs, and what it asks of Microsoft Graph. Asking
 * grants nothing: see `Consent`. It has no credential: see `FederatedCredential` and `RotatedSecret`.
 *
 * Permissions are written by name and looked up in the tenant of the deploying credential; an unknown one fails the
 * preview with the nearest names. Redirect URIs that Entra would refuse fail before anything is made.
 *
 * Least permissions of the deployer, application permissions of Microsoft Graph: Application.ReadWrite.OwnedBy and
 * Directory.Read.All.
 */
export class AppRegistration extends pulumi.ComponentResource {
  /** Application (client) id. */
  public readonly clientId: pulumi.Output<string>;
  /** `/applications/<object id>`: what `FederatedCredential` and `RotatedSecret` take. */
  public readonly applicationId: pulumi.Output<string>;
  /** Object id of the service principal (the enterprise application): what `Consent` takes. */
  public readonly principalId: pulumi.Output<string>;

  public constructor(name: string, args: AppRegistrationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tenantwire:index:AppRegistration", name, args, opts);
    const names = { application: args.applicationPermissions ?? [], delegated: args.delegatedPermissions ?? [] };
    const asked = graph(names, { parent: this });
    const registration = new Registration(
      `${name}-registration`,
      {
        displayName: args.displayName,
        mark: mark(),
        deployer: deployer({ parent: this }),
        owners: args.owners ?? [],
        apis: [{ name: "graph", clientId: MICROSOFT_GRAPH, permissions: asked.permissions }],
        redirectUris: args.redirectUris ?? [],
        multipleTenants: args.multipleTenants ?? false,
        protect: args.protect ?? false,
      },
      { parent: this },
    );
    this.clientId = registration.clientId;
    this.applicationId = registration.applicationId;
    this.principalId = registration.principalId;
    this.registerOutputs({
      clientId: this.clientId,
      applicationId: this.applicationId,
      principalId: this.principalId,
    });
  }
}
