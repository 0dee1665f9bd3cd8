import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { mark } from "./look-ups.ts";

/** An outside identity, exactly as in its tokens, letter case included. */
export interface FederatedCredentialArgs {
  /** `applicationId` of an `AppRegistration`: `/applications/<object id>`. */
  applicationId: pulumi.Input<string>;
  /** Name among the credentials of the registration: 3 to 120 letters, digits, hyphens and underscores. */
  displayName: pulumi.Input<string>;
  /** Address of the issuer: `https://token.actions.githubusercontent.com`. */
  issuer: pulumi.Input<string>;
  /** `repo:contoso/infrastructure:environment:production`. */
  subject: pulumi.Input<string>;
  /** Default: `api://AzureADTokenExchange`, that of the public cloud. */
  audience?: pulumi.Input<string>;
}

/**
 * An outside identity that may sign in as the registration, without a secret (workload identity federation).
 *
 * A registration takes one change at a time: give `dependsOn` where it has several credentials. Entra takes each pair
 * of issuer and subject once.
 *
 * Least permission of the deployer: Application.ReadWrite.OwnedBy.
 */
export class FederatedCredential extends pulumi.ComponentResource {
  /** Id of the credential. */
  public readonly credentialId: pulumi.Output<string>;

  public constructor(name: string, args: FederatedCredentialArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tenantwire:index:FederatedCredential", name, args, opts);
    const credential = new azuread.ApplicationFederatedIdentityCredential(
      `${name}-trust`,
      {
        applicationId: args.applicationId,
        displayName: args.displayName,
        description: mark(),
        issuer: args.issuer,
        subject: args.subject,
        audiences: [args.audience ?? "api://AzureADTokenExchange"],
      },
      // Entra takes each pair of issuer and subject once: the one before has to go first.
      { parent: this, deleteBeforeReplace: true },
    );
    this.credentialId = credential.credentialId;
    this.registerOutputs({ credentialId: this.credentialId });
  }
}
