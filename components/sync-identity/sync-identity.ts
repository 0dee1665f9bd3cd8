import * as pulumi from "@pulumi/pulumi";
import type {
  CredentialState,
  FederatedCredential as FederatedCredentialOutput,
  SecretCredential as SecretCredentialOutput,
  SyncIdentity as SyncIdentityOutput,
} from "../../stacks/outputs.ts";
import { AppRegistration, MICROSOFT_GRAPH, type PermissionIds } from "../app-registration/index.ts";
import { Component } from "../component.ts";
import { Consent } from "../consent/index.ts";
import { FederatedCredential, SecretCredential } from "../credentials/index.ts";
import { type Vault, VaultReader } from "../vault/index.ts";

export interface SyncIdentityArgs {
  /** Name of the registration in Entra. */
  readonly displayName: pulumi.Input<string>;
  /** Mark of the stack. */
  readonly mark: pulumi.Input<string>;
  /** Object id of the service principal that deploys. */
  readonly deployer: string;
  /** Object ids of the people who own it too. */
  readonly owners: readonly string[];
  /** Microsoft Graph in this tenant, and what this tenant's syncs need of it: nothing else is granted. */
  readonly graph: { readonly principalId: pulumi.Input<string>; readonly permissions: PermissionIds };
  readonly signIn: SignIn;
  /** The vault whose secrets it reads, if it needs any. */
  readonly vault?: Vault | undefined;
}

/** How the syncs prove that they are this identity. */
export type SignIn =
  | { readonly kind: "federated"; readonly trusts: readonly Trust[] }
  | { readonly kind: "secret"; readonly state: CredentialState; readonly vault: Vault };

/** An outside identity; see `FederatedCredential`. */
export interface Trust {
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

/** Vault secret of the identity's own password, and the name of that credential in the stack's outputs. */
export const SYNC_IDENTITY_SECRET = "sync-identity";

/**
 * The identity that the syncs of one tenant read Microsoft Graph and the vault with: a registration of its own, never
 * that of a vendor.
 *
 * Least permissions of the deployer: what `AppRegistration`, `Consent`, the credentials and `VaultReader` need.
 */
export class SyncIdentity extends Component {
  /** As the stack's outputs tell it. */
  readonly description: pulumi.Output<SyncIdentityOutput>;
  readonly secrets: readonly pulumi.Output<SecretCredentialOutput>[];
  readonly federated: readonly pulumi.Output<FederatedCredentialOutput>[];

  constructor(name: string, args: SyncIdentityArgs, options?: pulumi.ComponentResourceOptions) {
    super("sync-identity:SyncIdentity", name, options);

    const { mark, graph, signIn } = args;
    const registration = new AppRegistration(
      this.child("registration"),
      {
        displayName: args.displayName,
        mark,
        deployer: args.deployer,
        owners: args.owners,
        apis: [{ name: "graph", clientId: MICROSOFT_GRAPH, permissions: graph.permissions }],
      },
      { parent: this },
    );
    new Consent(
      this.child("consent"),
      { registration, apiPrincipalId: graph.principalId, permissions: graph.permissions },
      { parent: this },
    );
    if (args.vault) {
      new VaultReader(
        this.child("reader"),
        { vault: args.vault, mark, principalId: registration.principalId },
        { parent: this },
      );
    }
    this.federated = signIn.kind === "federated" ? this.#trust(signIn.trusts, registration, mark) : [];
    this.secrets = signIn.kind === "secret" ? [this.#secret(signIn, registration, mark)] : [];

    this.description = pulumi
      .all([registration.clientId, registration.principalId, this.secrets[0]])
      .apply(([clientId, principalId, secret]): SyncIdentityOutput => ({
        clientId,
        principalId,
        permissions: Object.keys(graph.permissions.application),
        signIn: secret ? { kind: "secret", vaultSecret: secret.vaultSecret } : { kind: "federated" },
      }));
    this.registerOutputs({ description: this.description });
  }

  #trust(trusts: readonly Trust[], registration: AppRegistration, mark: pulumi.Input<string>) {
    return trusts.map(({ name, ...trust }) => {
      const args = { registration, mark, displayName: name, ...trust };
      return new FederatedCredential(this.child(`federated-${name}`), args, { parent: this }).description;
    });
  }

  #secret({ state, vault }: SignIn & { kind: "secret" }, registration: AppRegistration, mark: pulumi.Input<string>) {
    const args = { registration, mark, state, vault, vaultSecret: SYNC_IDENTITY_SECRET };
    return new SecretCredential(this.child("secret"), args, { parent: this }).description;
  }
}
