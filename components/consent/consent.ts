import * as azuread from "@pulumi/azuread";
import type * as pulumi from "@pulumi/pulumi";
import type { AppRegistration, InputPermissionIds } from "../app-registration/index.ts";
import { Component } from "../component.ts";

export interface ConsentArgs {
  /** Who gets the permissions: the object id of its service principal, and the application that it goes with. */
  readonly registration: Pick<AppRegistration, "principalId"> & { readonly application?: pulumi.Resource };
  /** Object id of the API's service principal in this tenant. */
  readonly apiPrincipalId: pulumi.Input<string>;
  /** What is granted: the application permissions for good, the delegated ones for all people of the tenant. */
  readonly permissions: InputPermissionIds;
}

/**
 * Administrator consent as code: what a registration asks for is granted, and what is no longer written here is taken
 * away again. A grant that exists already (given by hand) fails the deployment and has to be imported.
 *
 * Least permissions of the deployer: AppRoleAssignment.ReadWrite.All and Application.Read.All (or Directory.Read.All)
 * for application permissions, DelegatedPermissionGrant.ReadWrite.All and Directory.Read.All for delegated ones. Who
 * can grant can grant itself anything: treat the deployer as an administrator of the tenant.
 */
export class Consent extends Component {
  constructor(name: string, args: ConsentArgs, options?: pulumi.ComponentResourceOptions) {
    super("Consent", name, options, ["tenantwire:consent:Consent"]);

    const { registration, apiPrincipalId, permissions } = args;
    const { application } = registration;
    const childOptions = { parent: this, ...(application && { deletedWith: application }) };
    for (const [permission, appRoleId] of Object.entries(permissions.application)) {
      new azuread.AppRoleAssignment(
        this.child(permission),
        { appRoleId, principalObjectId: registration.principalId, resourceObjectId: apiPrincipalId },
        childOptions,
      );
    }
    const scopes = Object.keys(permissions.delegated);
    if (scopes.length > 0) {
      new azuread.ServicePrincipalDelegatedPermissionGrant(
        this.child("delegated"),
        {
          claimValues: scopes,
          servicePrincipalObjectId: registration.principalId,
          resourceServicePrincipalObjectId: apiPrincipalId,
        },
        childOptions,
      );
    }

    this.registerOutputs({});
  }
}
