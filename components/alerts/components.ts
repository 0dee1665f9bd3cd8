/** The registration that tenantwire's own mail is sent by. @packageDocumentation */
import * as pulumi from "@pulumi/pulumi";
import { exchangeCommands } from "../../contract/exchange.ts";
import { vendorRegistration } from "../standalone/vendor-registration.ts";
import { mailScope, NOTHING } from "./registration.ts";

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
