import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import type { FederatedCredential as FederatedCredentialOutput } from "../../contract/outputs.ts";
import type { AppRegistration } from "../app-registration/index.ts";
import { Component } from "../component.ts";

export interface FederatedCredentialArgs {
  readonly registration: AppRegistration;
  /** Mark of the stack, kept in the description. */
  readonly mark: pulumi.Input<string>;
  /** Name among the credentials of the registration; a change makes another credential. */
  readonly displayName: pulumi.Input<string>;
  /** Issuer, subject and audience exactly as in the tokens of the outside identity, letter case included. */
  readonly issuer: pulumi.Input<string>;
  readonly subject: pulumi.Input<string>;
  readonly audience: pulumi.Input<string>;
}

/**
 * An outside identity that may sign in as the registration, without a secret. Entra takes each pair of issuer and
 * subject once, so that another display name takes the old one away before it makes the new one. A component that gets
 * another name says so by an alias.
 *
 * Least permission of the deployer: Application.ReadWrite.OwnedBy.
 */
export class FederatedCredential extends Component {
  /** As the stack's outputs tell it. */
  readonly description: pulumi.Output<FederatedCredentialOutput>;

  constructor(name: string, args: FederatedCredentialArgs, options?: pulumi.ComponentResourceOptions) {
    super("FederatedCredential", name, options, ["tenantwire:credentials:FederatedCredential"]);

    const credential = args.registration.children.add(
      (inTurn) =>
        new azuread.ApplicationFederatedIdentityCredential(
          this.child("trust"),
          {
            applicationId: args.registration.applicationId,
            displayName: args.displayName,
            description: args.mark,
            issuer: args.issuer,
            subject: args.subject,
            audiences: [args.audience],
          },
          // Entra takes issuer and subject once: a name cannot be changed, and two of them cannot be there together.
          { parent: this, deleteBeforeReplace: true, ...inTurn },
        ),
    );

    this.description = pulumi.output({
      name: credential.displayName,
      clientId: args.registration.clientId,
      issuer: credential.issuer,
      subject: credential.subject,
      audience: credential.audiences.apply((audiences) => audiences.join(" ")),
    });
    this.registerOutputs({ description: this.description });
  }
}
