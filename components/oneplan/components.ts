/** Registrations for OnePlan and OneConnect. @packageDocumentation */
import * as pulumi from "@pulumi/pulumi";
import { oneconnectPermissions } from "./oneconnect-permissions.ts";
import { userSyncPermissions } from "../sync-identity/user-permissions.ts";
import { vendorRegistration, type VendorRegistrationArgs } from "../standalone/vendor-registration.ts";

/** Who is read, and what of them: both say what the registration asks for. */
export interface OnePlanEntraUsersArgs extends VendorRegistrationArgs {
  /** Names of the groups whose members are in scope. Default: everybody. */
  groups?: string[];
  /** Field of OnePlan -> property of the Entra user. Default: none beyond names and mail addresses. */
  fields?: Record<string, string>;
}

/**
 * The customer's own registration for the vendor's integration "Microsoft Entra ID Users", instead of its Authorize
 * button. Which permissions it needs is not published: here they follow from the groups and the mapped fields.
 *
 * Least permissions of the deployer, application permissions of Microsoft Graph: Application.ReadWrite.OwnedBy and
 * Directory.Read.All; with `grantConsent` see there.
 */
export class OnePlanEntraUsers extends pulumi.ComponentResource {
  /** Application (client) id. */
  public readonly clientId: pulumi.Output<string>;
  /** `/applications/<object id>`: what `FederatedCredential` and `RotatedSecret` take. */
  public readonly applicationId: pulumi.Output<string>;
  /** Object id of the service principal (the enterprise application). */
  public readonly principalId: pulumi.Output<string>;

  public constructor(name: string, args: OnePlanEntraUsersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tenantwire:index:OnePlanEntraUsers", name, args, opts);
    const made = vendorRegistration(
      this,
      name,
      "OnePlan Entra users",
      userSyncPermissions({ groups: args.groups ?? [], fields: args.fields ?? {} }),
      args,
    );
    this.clientId = made.clientId;
    this.applicationId = made.applicationId;
    this.principalId = made.principalId;
    this.registerOutputs({ ...made });
  }
}

/** How people sign in to the group. */
export interface OneConnectGroupArgs extends VendorRegistrationArgs {
  /** Whether people sign in with Office 365. Default: true; without it nothing is asked for. */
  office365?: boolean;
}

/**
 * A registration of the customer's own for the people of a OneConnect group, instead of the vendor's application.
 *
 * Least permissions of the deployer, application permissions of Microsoft Graph: Application.ReadWrite.OwnedBy and
 * Directory.Read.All; with `grantConsent` see there.
 */
export class OneConnectGroup extends pulumi.ComponentResource {
  /** Application (client) id. */
  public readonly clientId: pulumi.Output<string>;
  /** `/applications/<object id>`: what `FederatedCredential` and `RotatedSecret` take. */
  public readonly applicationId: pulumi.Output<string>;
  /** Object id of the service principal (the enterprise application). */
  public readonly principalId: pulumi.Output<string>;

  public constructor(name: string, args: OneConnectGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tenantwire:index:OneConnectGroup", name, args, opts);
    const made = vendorRegistration(this, name, "OneConnect", signIn(args), args);
    this.clientId = made.clientId;
    this.applicationId = made.applicationId;
    this.principalId = made.principalId;
    this.registerOutputs({ ...made });
  }
}

function signIn({ office365 = true }: OneConnectGroupArgs) {
  return oneconnectPermissions({ authentication: "multiAuthentication", allowed: [office365 ? "office365" : "forms"] });
}
