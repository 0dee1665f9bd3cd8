import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component.ts";
import { type Vault, VaultSecret } from "../vault/index.ts";

export interface AzureDevOpsTokensArgs {
  /** Name of the organization -> its personal access token. One belongs to one organization. */
  readonly tokens: Readonly<Record<string, pulumi.Input<string>>>;
  readonly vault: Vault;
  /** Mark of the stack. */
  readonly mark: pulumi.Input<string>;
}

/** Name of the vault secret that holds the token of an organization. */
export function tokenSecret(organization: string): string {
  return `azure-devops-token-${organization.toLowerCase()}`;
}

/**
 * Personal access tokens that people made, in the vault. No service can renew one (documented): they expire on the day
 * that Azure DevOps was told.
 */
export class AzureDevOpsTokens extends Component {
  /** Names of the organizations whose tokens are in the vault. */
  readonly organizations: pulumi.Output<string[]>;

  constructor(name: string, args: AzureDevOpsTokensArgs, options?: pulumi.ComponentResourceOptions) {
    super("azure-devops:Tokens", name, options);

    const { tokens, vault, mark } = args;
    const kept = Object.entries(tokens).map(([organization, value]) => {
      const secret = { vault, mark, secretName: tokenSecret(organization), value };
      return new VaultSecret(this.child(organization), secret, { parent: this }).secretName.apply(() => organization);
    });
    this.organizations = pulumi.all(kept);
    this.registerOutputs({ organizations: this.organizations });
  }
}
