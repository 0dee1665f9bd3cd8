import * as identities from "@pulumi/azure-native/managedidentity/index.js";
import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { type ApiPermissions, resolvePermissions } from "../app-registration/index.ts";
import { AzureRole } from "../azure-role.ts";
import { Component } from "../component.ts";
import type { StateStorage } from "../state-storage/index.ts";
import { type Purpose, type Rights, rights, type Scope } from "./rights.ts";
import type { OutsideIdentity } from "./subjects.ts";

export interface PipelineIdentityArgs {
  readonly purpose: Purpose;
  /** Name of the managed identity in Azure, and of its service principal. */
  readonly identityName: string;
  readonly mark: string;
  readonly location: string;
  readonly storage: StateStorage;
  /** The resource groups that stacks are deployed to: name -> id. Rights in Azure end at them. */
  readonly deployments: ReadonlyMap<string, pulumi.Input<string>>;
  /** Microsoft Graph in this tenant: its permissions, and the object id of its service principal. */
  readonly graph: ApiPermissions & { readonly objectId: string };
  /** Who may sign in as it. */
  readonly trusts: readonly OutsideIdentity[];
  /** What the tokens of those are for. */
  readonly audience: string;
}

/**
 * An identity that a pipeline signs in as, with the rights of its purpose and no secret: it trusts the tokens of certain
 * jobs.
 *
 * It is a managed identity rather than a registration: nobody can give it a secret, it has no owners who could, and it
 * goes with its resource group. Its permissions in Graph are given by app role assignments all the same. New rights
 * may take a day to reach it, since Azure keeps its tokens that long (documented).
 *
 * Least rights of the deployer: Contributor on the resource group; Owner, User Access Administrator or Role Based Access
 * Control Administrator on the scopes; in Microsoft Graph AppRoleAssignment.ReadWrite.All and Application.Read.All.
 */
export class PipelineIdentity extends Component {
  readonly clientId: pulumi.Output<string>;
  /** Object id of the service principal. */
  readonly principalId: pulumi.Output<string>;

  /** @throws SettingsError before anything is made, when Microsoft Graph of this tenant does not offer a permission */
  constructor(name: string, args: PipelineIdentityArgs, options?: pulumi.ComponentResourceOptions) {
    const { purpose, graph } = args;
    const may: Rights = rights[purpose];
    const { application } = resolvePermissions({ application: may.graph, delegated: [] }, graph);
    super("PipelineIdentity", name, options, ["tenantwire:pipeline-identity:PipelineIdentity"]);

    const { resourceGroupName } = args.storage;
    const identity = new identities.UserAssignedIdentity(
      this.child("identity"),
      {
        resourceGroupName,
        resourceName: args.identityName,
        location: args.location,
        tags: { tenantwire: args.mark },
      },
      { parent: this },
    );
    this.clientId = identity.clientId;
    this.principalId = identity.principalId;

    let last: pulumi.Resource = identity;
    for (const { name: trust, issuer, subject } of args.trusts) {
      last = new identities.FederatedIdentityCredential(
        this.child(trust),
        {
          resourceGroupName,
          resourceName: identity.name,
          federatedIdentityCredentialResourceName: trust,
          issuer,
          subject,
          audiences: [args.audience],
        },
        // One after another: Azure refuses two at a time for one identity (documented).
        { parent: this, dependsOn: [last], deletedWith: identity },
      );
    }
    for (const [permission, appRoleId] of Object.entries(application)) {
      new azuread.AppRoleAssignment(
        this.child(permission),
        { appRoleId, principalObjectId: this.principalId, resourceObjectId: graph.objectId },
        { parent: this, deletedWith: identity },
      );
    }
    for (const { role, on, condition } of may.azure) {
      for (const [group, scope] of scopesOf(on, args)) {
        const part = `${role.toLowerCase().replaceAll(" ", "-")}${group && `-${group}`}`;
        const given = role === "decrypter" ? { definitionId: args.storage.decrypter } : role;
        new AzureRole(
          this.child(part),
          { role: given, scope, principalId: this.principalId, condition },
          { parent: this },
        );
      }
    }
    this.registerOutputs({ clientId: this.clientId, principalId: this.principalId });
  }
}

/** Part of a child's name -> scope: one resource group more or less leaves the others as they are. */
function scopesOf(on: Scope, { deployments, storage }: PipelineIdentityArgs): Iterable<[string, pulumi.Input<string>]> {
  switch (on) {
    case "deployments":
      return deployments;
    case "stacks' container":
      return [["", storage.stacks.containerId]];
    case "stacks' key":
      return [["", storage.keyId]];
    case "grants' container":
      return storage.grants ? [["grants", storage.grants.account.containerId]] : [];
    case "grants' key":
      return storage.grants ? [["grants", storage.grants.keyId]] : [];
  }
}
