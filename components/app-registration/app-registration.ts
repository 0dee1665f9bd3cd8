import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component.ts";
import { ChildrenInTurn } from "./in-turn.ts";
import type { PermissionIds } from "../../contract/permissions/resolve.ts";
import { checkRedirectUris } from "../../contract/redirect-uris.ts";

export interface AppRegistrationArgs {
  /** Name in Entra; need not be unique. */
  readonly displayName: pulumi.Input<string>;
  /** Mark of the stack, kept in the notes of what is made. */
  readonly mark: pulumi.Input<string>;
  /** Object id of the service principal that deploys. */
  readonly deployer: pulumi.Input<string>;
  /** Object ids of the people who own it too. Plain, since each is a resource with its id in the name. */
  readonly owners: readonly string[];
  /** Permissions that it asks for, one entry an API. */
  readonly apis: readonly ApiAccess[];
  /** Addresses that people are sent back to after signing in, for a web application. Default: none. */
  readonly redirectUris?: readonly string[] | undefined;
  /** Whether identities of other tenants can use it too. Default: only those of its own. */
  readonly multipleTenants?: boolean | undefined;
  /** For people who meet it in Entra. Default: nothing. */
  readonly about?: RegistrationText | undefined;
  /** Whether only people and groups that are assigned to it can sign in to it. Default: false. */
  readonly assignmentRequired?: boolean | undefined;
  /** Cannot be deleted or replaced as long as it is true. Default: false. */
  readonly protect?: boolean | undefined;
}

/** What a registration says of itself, for people. */
export interface RegistrationText {
  readonly description?: string | undefined;
  /** Where the company keeps track of it: an id of its service or asset management. */
  readonly serviceManagementReference?: string | undefined;
}

export interface ApiAccess {
  /** Part of the child's name: `graph`. */
  readonly name: string;
  /** Client id of the API. */
  readonly clientId: pulumi.Input<string>;
  readonly permissions: InputPermissionIds;
}

/** Permission name -> id, which may be known only later; the names are known. */
export type InputPermissionIds = {
  readonly [Kind in keyof PermissionIds]: Readonly<Record<string, pulumi.Input<string>>>;
};

/**
 * An application, which only its own tenant's identities may use unless said otherwise, its service principal, its
 * owners, and what it asks for. Asking grants nothing: see `Consent`. It has no credential: see `FederatedCredential` and `SecretCredential`.
 *
 * The first deployment must be the deployer's own. Entra makes an application that makes a registration its owner by
 * itself, and an owner that is there already cannot be added (seen: azuread provider 6.9.1 asks for an import).
 * So the deployer is no `ApplicationOwner` here; but it is listed among the service principal's owners, since the
 * provider removes an unlisted caller from those. Nothing depends on who runs: a preview by another identity shows no
 * difference.
 *
 * Least permissions of the deployer (application permissions of Microsoft Graph): Application.ReadWrite.OwnedBy, and
 * Directory.Read.All, which adding owners requires too.
 */
export class AppRegistration extends Component {
  readonly clientId: pulumi.Output<string>;
  /** Object id of the application. */
  readonly objectId: pulumi.Output<string>;
  /** Object id of the service principal. */
  readonly principalId: pulumi.Output<string>;
  /** `/applications/<object id>`: what children of the registration refer to. */
  readonly applicationId: pulumi.Output<string>;
  /** Everything that belongs to it is made through this. */
  readonly children: ChildrenInTurn;
  /** What is deleted along with the registration says so: `deletedWith`. */
  readonly application: pulumi.Resource;

  constructor(name: string, args: AppRegistrationArgs, options?: pulumi.ComponentResourceOptions) {
    const redirectUris = args.redirectUris ?? [];
    checkRedirectUris(redirectUris);
    super("Registration", name, options, ["tenantwire:app-registration:AppRegistration"]);

    const protect = args.protect ?? false;
    const people = args.owners.filter((owner) => owner !== args.deployer);
    const application = new azuread.ApplicationRegistration(
      this.child("application"),
      {
        displayName: args.displayName,
        signInAudience: args.multipleTenants ? "AzureADMultipleOrgs" : "AzureADMyOrg",
        notes: args.mark,
        ...(args.about?.description !== undefined && { description: args.about.description }),
        ...(args.about?.serviceManagementReference !== undefined && {
          serviceManagementReference: args.about.serviceManagementReference,
        }),
      },
      { parent: this, protect },
    );
    const children = new ChildrenInTurn(application);
    const principal = children.add(
      (inTurn) =>
        new azuread.ServicePrincipal(
          this.child("principal"),
          {
            clientId: application.clientId,
            owners: [args.deployer, ...people],
            notes: args.mark,
            // Without it the list in Entra > Enterprise applications does not show it (documented: its default filter).
            featureTags: [{ enterprise: true }],
            ...(args.assignmentRequired && { appRoleAssignmentRequired: true }),
          },
          { parent: this, protect, ...inTurn },
        ),
    );
    for (const owner of people) {
      children.add(
        (inTurn) =>
          new azuread.ApplicationOwner(
            this.child(`owner-${owner}`),
            { applicationId: application.id, ownerObjectId: owner },
            { parent: this, ...inTurn },
          ),
      );
    }
    for (const { name: api, clientId, permissions } of args.apis) {
      const roleIds = Object.values(permissions.application);
      const scopeIds = Object.values(permissions.delegated);
      if (roleIds.length + scopeIds.length === 0) continue;
      children.add(
        (inTurn) =>
          new azuread.ApplicationApiAccess(
            this.child(`access-${api}`),
            {
              applicationId: application.id,
              apiClientId: clientId,
              ...(roleIds.length > 0 && { roleIds }),
              ...(scopeIds.length > 0 && { scopeIds }),
            },
            { parent: this, ...inTurn },
          ),
      );
    }
    if (redirectUris.length > 0) {
      children.add(
        (inTurn) =>
          new azuread.ApplicationRedirectUris(
            this.child("redirects"),
            { applicationId: application.id, type: "Web", redirectUris: [...redirectUris] },
            { parent: this, ...inTurn },
          ),
      );
    }

    this.clientId = application.clientId;
    this.objectId = application.objectId;
    this.principalId = principal.objectId;
    this.applicationId = application.id;
    this.children = children;
    this.application = application;
    this.registerOutputs({ clientId: this.clientId, principalId: this.principalId, applicationId: this.applicationId });
  }
}
