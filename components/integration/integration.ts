import type * as pulumi from "@pulumi/pulumi";
import type {
  Cloud,
  ConsentMode,
  FederatedCredential as FederatedCredentialOutput,
  SecretCredential as SecretCredentialOutput,
} from "../../contract/outputs.ts";
import {
  type ApiPermissions,
  AppRegistration,
  MICROSOFT_GRAPH,
  type PermissionNames,
  type RegistrationText,
  resolvePermissions,
} from "../app-registration/index.ts";
import type { ComponentType } from "../../contract/registrations.ts";
import { Component } from "../component.ts";
import { Consent, consentLink } from "../consent/index.ts";
import {
  CertificateCredential,
  FederatedCredential,
  type RotatedCredentialArgs,
  SecretCredential,
} from "../credentials/index.ts";
import { type Vault, VaultReader } from "../vault/index.ts";

export interface IntegrationArgs extends RegistrationArgs {
  /** What it asks for, of Microsoft Graph. */
  readonly permissions: PermissionNames;
}

/** What is said of a registration whose component knows the permissions. */
export interface RegistrationArgs {
  /** Name of the registration in Entra. */
  readonly displayName: pulumi.Input<string>;
  /** Mark of the stack. */
  readonly mark: pulumi.Input<string>;
  /** Object id of the service principal that deploys. */
  readonly deployer: string;
  /** Object ids of the people who own it too. */
  readonly owners: readonly string[];
  readonly tenant: { readonly id: string; readonly cloud: Cloud };
  /** Microsoft Graph in this tenant: its permissions, and the object id of its service principal. */
  readonly graph: ApiPermissions & { readonly objectId: string };
  /** Who grants what it asks for: the deployment, an administrator by a link, or nobody from here. */
  readonly consent: ConsentMode;
  /** See {@link AppRegistration}. */
  readonly redirectUris?: readonly string[] | undefined;
  readonly multipleTenants?: boolean | undefined;
  readonly assignmentRequired?: boolean | undefined;
  readonly about?: RegistrationText | undefined;
  readonly protect?: boolean | undefined;
  /** A secret or a certificate that is renewed by deploying. Without it and without `trusts` nobody can sign in as it. */
  readonly secret?: IntegrationSecret | undefined;
  /** Outside identities that are trusted instead. */
  readonly trusts?: readonly Trust[] | undefined;
  /** The vault whose secrets it may read, if it needs any. */
  readonly readsVault?: Vault | undefined;
}

/** What of a secret or a certificate comes from outside; see `SecretCredential` and `CertificateCredential`. */
export type IntegrationSecret = Pick<RotatedCredentialArgs, "credential" | "output" | "plan" | "vault">;

/** An outside identity; see `FederatedCredential`. */
export interface Trust {
  readonly name: string;
  /** What it was called at the last deployment, where that was something else. */
  readonly formerly?: string | undefined;
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

/**
 * Everything that somebody signs in as: a registration, the consent to what it asks for, and its credentials. The
 * components of the vendors say the permissions, and nothing else of it.
 *
 * Least permissions of the deployer: what `AppRegistration`, `Consent` (with the consent `grant` only), the
 * credentials and `VaultReader` need.
 */
export class Integration extends Component {
  readonly registration: AppRegistration;
  /** Where an administrator consents; only with the consent `link`. */
  readonly consentLink: pulumi.Output<string> | undefined;
  readonly secrets: readonly pulumi.Output<SecretCredentialOutput>[];
  readonly federated: readonly pulumi.Output<FederatedCredentialOutput>[];

  /** @throws SettingsError before anything is made, when Microsoft Graph of this tenant does not offer a permission */
  constructor(
    { component, aliases }: ComponentType,
    name: string,
    args: IntegrationArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    const { permissions: asks } = args;
    const permissions = resolvePermissions(asks, args.graph);
    super(component, name, options, aliases);

    const { mark, tenant } = args;
    this.registration = new AppRegistration(
      this.child("registration"),
      { ...args, apis: [{ name: "graph", clientId: MICROSOFT_GRAPH, permissions }] },
      { parent: this },
    );
    const { clientId } = this.registration;
    const asksForSomething = asks.application.length + asks.delegated.length > 0;
    this.consentLink =
      args.consent === "link" && asksForSomething
        ? clientId.apply((id) => consentLink(tenant, id, args.redirectUris ?? []))
        : undefined;
    if (args.consent === "grant") {
      const granted = { registration: this.registration, apiPrincipalId: args.graph.objectId, permissions };
      new Consent(this.child("consent"), granted, { parent: this });
    }
    if (args.readsVault) {
      const reading = { vault: args.readsVault, principalId: this.registration.principalId };
      new VaultReader(this.child("reader"), reading, { parent: this });
    }
    this.federated = (args.trusts ?? []).map(({ name: displayName, formerly, ...trust }) => {
      const trusted = { registration: this.registration, mark, displayName, ...trust };
      const aliases = formerly === undefined ? [] : [{ name: this.child(`federated-${formerly}`) }];
      return new FederatedCredential(this.child(`federated-${displayName}`), trusted, { parent: this, aliases })
        .description;
    });
    this.secrets = args.secret ? [this.#secret(args.secret, mark)] : [];
    this.registerOutputs({ clientId, consentLink: this.consentLink });
  }

  #secret(secret: IntegrationSecret, mark: pulumi.Input<string>): pulumi.Output<SecretCredentialOutput> {
    const args = { ...secret, registration: this.registration, mark };
    return secret.output.kind === "certificate"
      ? new CertificateCredential(this.child("certificate"), args, { parent: this }).description
      : new SecretCredential(this.child("secret"), args, { parent: this }).description;
  }
}
