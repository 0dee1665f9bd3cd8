/** The registration of tenantwire's own console. @packageDocumentation */
import * as pulumi from "@pulumi/pulumi";
import { callbackOf, SIGN_IN } from "./registration.ts";
import { vendorRegistration } from "../standalone/vendor-registration.ts";

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
