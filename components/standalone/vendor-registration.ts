import * as pulumi from "@pulumi/pulumi";
import { MICROSOFT_GRAPH, type PermissionNames } from "../../contract/permissions/resolve.ts";
import { AppRegistration } from "../app-registration/index.ts";
import { Consent } from "../consent/index.ts";
import { deployer, graph, mark } from "./look-ups.ts";

/** What every registration for a vendor's product takes. */
export interface VendorRegistrationArgs {
  /** Name in Entra. Default: the product's. */
  displayName?: pulumi.Input<string>;
  /**
   * Whether the deployment grants what the registration asks for. Default: false, an administrator does. Granting needs
   * AppRoleAssignment.ReadWrite.All, and DelegatedPermissionGrant.ReadWrite.All for delegated permissions.
   */
  grantConsent?: boolean;
  /** Addresses that people are sent back to after signing in: https, exact, as the product shows them. Default: none. */
  redirectUris?: string[];
  /** Object ids of people who own it, beside the principal that deploys. Default: none. */
  owners?: string[];
  /** Cannot be deleted or replaced as long as it is true. Default: false. */
  protect?: boolean;
}

/** What came of it. */
export interface VendorRegistration {
  readonly clientId: pulumi.Output<string>;
  readonly applicationId: pulumi.Output<string>;
  readonly principalId: pulumi.Output<string>;
}

/** Makes the registration as children of a component. */
export function vendorRegistration(
  parent: pulumi.ComponentResource,
  name: string,
  product: string,
  permissions: PermissionNames,
  args: VendorRegistrationArgs,
): VendorRegistration {
  const asked = graph(permissions, { parent });
  const registration = new AppRegistration(
    `${name}-registration`,
    {
      displayName: args.displayName ?? product,
      mark: mark(),
      deployer: deployer({ parent }),
      owners: args.owners ?? [],
      apis: [{ name: "graph", clientId: MICROSOFT_GRAPH, permissions: asked.permissions }],
      redirectUris: args.redirectUris ?? [],
      protect: args.protect ?? false,
    },
    { parent },
  );
  if (args.grantConsent) {
    new Consent(
      `${name}-consent`,
      { registration, apiPrincipalId: asked.objectId, permissions: asked.permissions },
      { parent },
    );
  }
  const { clientId, applicationId, principalId } = registration;
  return { clientId, applicationId, principalId };
}
