import * as pulumi from "@pulumi/pulumi";
import { Consent as Granted } from "../consent/index.ts";
import { graph } from "./look-ups.ts";

/** What is granted, and to whom. */
export interface ConsentArgs {
  /** Object id of the service principal that gets the permissions: `principalId` of an `AppRegistration`. */
  principalId: pulumi.Input<string>;
  /** Application permissions of Microsoft Graph, by name. Default: none. */
  applicationPermissions?: string[];
  /** Delegated permissions of Microsoft Graph, by name; granted for all people of the tenant. Default: none. */
  delegatedPermissions?: string[];
}

/**
 * Tenant-wide admin consent as code: what is no longer written here is taken away again. A grant that exists already
 * (given by hand) fails the deployment and has to be imported.
 *
 * Least permissions of the deployer: AppRoleAssignment.ReadWrite.All for application permissions,
 * DelegatedPermissionGrant.ReadWrite.All for delegated ones, and Directory.Read.All. Who can grant can grant itself
 * anything: treat the deployer as an administrator of the tenant.
 */
export class Consent extends pulumi.ComponentResource {
  /** Object id of the service principal, once everything is granted. */
  public readonly principalId: pulumi.Output<string>;

  public constructor(name: string, args: ConsentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tenantwire:index:Consent", name, args, opts);
    const names = { application: args.applicationPermissions ?? [], delegated: args.delegatedPermissions ?? [] };
    const { objectId, permissions } = graph(names, { parent: this });
    const granted = new Granted(
      `${name}-grants`,
      { registration: { principalId: pulumi.output(args.principalId) }, apiPrincipalId: objectId, permissions },
      { parent: this },
    );
    this.principalId = pulumi.all([args.principalId, granted.urn]).apply(([principalId]) => principalId);
    this.registerOutputs({ principalId: this.principalId });
  }
}
