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

/** Name of the credential; the vault secret's begins with it. */
export function tokenName(organization: string): string {
  return `azure-devops-token-${organization.toLowerCase()}`;
}

/**
 * Personal access tokens that people made, in the vault. No service can renew one (documented): they expire on the day
 * that Azure DevOps was told.
 */
export class AzureDevOpsTokens extends Component {
  /** Name of the organization -> name of the vault secret that holds its token. */
  readonly secrets: pulumi.Output<Readonly<Record<string, string>>>;

  constructor(name: string, args: AzureDevOpsTokensArgs, options?: pulumi.ComponentResourceOptions) {
    super("azure-devops:Tokens", name, options);

    const { tokens, vault, mark } = args;
    const kept = Object.entries(tokens).map(([organization, value]) => {
      const secret = { vault, mark, namePrefix: tokenName(organization), value };
      const { secretName } = new VaultSecret(this.child(organization), secret, { parent: this });
      return secretName.apply((kept) => [organization, kept] as const);
    });
    this.secrets = pulumi.all(kept).apply((entries) => Object.fromEntries(entries));
    this.registerOutputs({ secrets: this.secrets });
  }
}
