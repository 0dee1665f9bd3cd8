/** Registrations of tenantwire itself: for its console, and for the mail that it sends. @packageDocumentation */
import * as pulumi from "@pulumi/pulumi";
import { mailScope, NOTHING } from "../alerts/registration.ts";
import { callbackOf, SIGN_IN } from "../console/registration.ts";
import { exchangeCommands } from "../../contract/exchange.ts";
import { vendorRegistration } from "./vendor-registration.ts";

/** The console, as people's browsers reach it. */
export interface ConsoleRegistrationArgs {
  /** Where browsers reach it, without a slash at the end: `https://console.contoso.com`, or `http://localhost:8420`. */
  publicUrl: string;
  /** Name in Entra. Default: tenantwire console. */
  displayName?: pulumi.Input<string>;
  /**
   * Whether the deployment consents for everybody that the console may sign people in. Default: false, an administrator
   * does. Granting needs DelegatedPermissionGrant.ReadWrite.All.
   */
  grantConsent?: boolean;
  /** Object ids of people who own it, beside the principal that deploys. Default: none. */
  owners?: string[];
  /** Cannot be deleted or replaced as long as it is true. Default: false. */
  protect?: boolean;
}

/**
 * The registration that people sign in to the console by: `openid` and `profile`, and nothing else of Microsoft Graph. It
 * has no credential: see `FederatedCredential` and `RotatedSecret`.
 *
 * Least permissions of the deployer, application permissions of Microsoft Graph: Application.ReadWrite.OwnedBy and
 * Directory.Read.All; with `grantConsent` see there.
 */
export class ConsoleRegistration extends pulumi.ComponentResource {
  /** Application (client) id. */
  public readonly clientId: pulumi.Output<string>;
  /** `/applications/<object id>`: what `FederatedCredential` and `RotatedSecret` take. */
  public readonly applicationId: pulumi.Output<string>;
  /** Object id of the service principal (the enterprise application). */
  public readonly principalId: pulumi.Output<string>;

  /** @throws SettingsError when publicUrl is not a scheme, a host and a port */
  public constructor(name: string, args: ConsoleRegistrationArgs, opts?: pulumi.ComponentResourceOptions) {
    const redirectUris = [callbackOf(args.publicUrl)];
    super("tenantwire:index:ConsoleRegistration", name, args, opts);
    const made = vendorRegistration(this, name, "tenantwire console", SIGN_IN, { ...args, redirectUris });
    this.clientId = made.clientId;
    this.applicationId = made.applicationId;
    this.principalId = made.principalId;
    this.registerOutputs({ ...made });
  }
}

/** Who sends mail. */
export interface MailRegistrationArgs {
  /** Primary mail address of the mailbox that mail is sent from; a shared mailbox will do. */
  mailbox: string;
  /** Name in Entra. Default: tenantwire mail. */
  displayName?: string;
  /** Object ids of people who own it, beside the principal that deploys. Default: none. */
  owners?: string[];
  /** Cannot be deleted or replaced as long as it is true. Default: false. */
  protect?: boolean;
}

/**
 * A registration that sends mail from one mailbox. Entra gives it nothing, since that would be for every mailbox:
 * an Exchange administrator runs `exchangeCommands` once. It has no credential: see `FederatedCredential` and
 * `RotatedSecret`.
 *
 * Least permissions of the deployer, application permissions of Microsoft Graph: Application.ReadWrite.OwnedBy and
 * Directory.Read.All.
 */
export class MailRegistration extends pulumi.ComponentResource {
  /** Application (client) id. */
  public readonly clientId: pulumi.Output<string>;
  /** `/applications/<object id>`: what `FederatedCredential` and `RotatedSecret` take. */
  public readonly applicationId: pulumi.Output<string>;
  /** Object id of the service principal (the enterprise application). */
  public readonly principalId: pulumi.Output<string>;
  /** What an Exchange administrator runs once, in this order, after Connect-ExchangeOnline. */
  public readonly exchangeCommands: pulumi.Output<string[]>;

  public constructor(name: string, args: MailRegistrationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tenantwire:index:MailRegistration", name, args, opts);
    const { displayName = "tenantwire mail", mailbox } = args;
    const made = vendorRegistration(this, name, displayName, NOTHING, args);
    this.clientId = made.clientId;
    this.applicationId = made.applicationId;
    this.principalId = made.principalId;
    const scope = mailScope(displayName, mailbox.toLowerCase());
    this.exchangeCommands = pulumi
      .all([made.clientId, made.principalId])
      .apply(([clientId, principalId]) => exchangeCommands({ displayName, clientId, principalId, scope }));
    this.registerOutputs({ ...made, exchangeCommands: this.exchangeCommands });
  }
}
