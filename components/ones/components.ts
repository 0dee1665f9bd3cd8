/** Registrations for ONES, one component a mode of the vendor's guides. @packageDocumentation */
import * as pulumi from "@pulumi/pulumi";
import { onesPermissions } from "./permissions.ts";
import { vendorRegistration, type VendorRegistrationArgs } from "../standalone/vendor-registration.ts";

/** A registration by which ONES acts by itself. */
export interface OnesApplicationArgs extends VendorRegistrationArgs {
  /** Whether ONES sends mail as well, as an older guide asks. Default: false. */
  mailSend?: boolean;
  /**
   * Whether Exchange gives the calendars of the rooms by roles of its own. Entra then grants no calendar: its
   * permission is for every mailbox, and grants add up. Default: false.
   */
  calendarsByExchange?: boolean;
}

/**
 * ONES for a company in which all staff use it: users, groups, rooms and calendars.
 *
 * Least permissions of the deployer, application permissions of Microsoft Graph: Application.ReadWrite.OwnedBy and
 * Directory.Read.All; with `grantConsent` see there.
 */
export class OnesApplicationPermission extends pulumi.ComponentResource {
  /** Application (client) id. */
  public readonly clientId: pulumi.Output<string>;
  /** `/applications/<object id>`: what `FederatedCredential` and `RotatedSecret` take. */
  public readonly applicationId: pulumi.Output<string>;
  /** Object id of the service principal (the enterprise application). */
  public readonly principalId: pulumi.Output<string>;

  public constructor(name: string, args: OnesApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tenantwire:index:OnesApplicationPermission", name, args, opts);
    const made = vendorRegistration(this, name, "ONES", applicationPermissions("applicationPermission", args), args);
    this.clientId = made.clientId;
    this.applicationId = made.applicationId;
    this.principalId = made.principalId;
    this.registerOutputs({ ...made });
  }
}

/**
 * ONES with resources and their calendars only, by permissions of its own.
 *
 * Least permissions of the deployer, application permissions of Microsoft Graph: Application.ReadWrite.OwnedBy and
 * Directory.Read.All; with `grantConsent` see there.
 */
export class OnesApplicationResourceOnly extends pulumi.ComponentResource {
  /** Application (client) id. */
  public readonly clientId: pulumi.Output<string>;
  /** `/applications/<object id>`: what `FederatedCredential` and `RotatedSecret` take. */
  public readonly applicationId: pulumi.Output<string>;
  /** Object id of the service principal (the enterprise application). */
  public readonly principalId: pulumi.Output<string>;

  public constructor(name: string, args: OnesApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tenantwire:index:OnesApplicationResourceOnly", name, args, opts);
    const made = vendorRegistration(this, name, "ONES", applicationPermissions("applicationResourceOnly", args), args);
    this.clientId = made.clientId;
    this.applicationId = made.applicationId;
    this.principalId = made.principalId;
    this.registerOutputs({ ...made });
  }
}

/**
 * ONES for part of the staff: each signs in to ONES once, and it acts for them.
 *
 * Least permissions of the deployer, application permissions of Microsoft Graph: Application.ReadWrite.OwnedBy and
 * Directory.Read.All; with `grantConsent` see there.
 */
export class OnesDelegatedPermission extends pulumi.ComponentResource {
  /** Application (client) id. */
  public readonly clientId: pulumi.Output<string>;
  /** `/applications/<object id>`: what `FederatedCredential` and `RotatedSecret` take. */
  public readonly applicationId: pulumi.Output<string>;
  /** Object id of the service principal (the enterprise application). */
  public readonly principalId: pulumi.Output<string>;

  public constructor(name: string, args: VendorRegistrationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tenantwire:index:OnesDelegatedPermission", name, args, opts);
    const made = vendorRegistration(
      this,
      name,
      "ONES",
      onesPermissions({ mode: "delegatedPermission", mailSend: false }),
      args,
    );
    this.clientId = made.clientId;
    this.applicationId = made.applicationId;
    this.principalId = made.principalId;
    this.registerOutputs({ ...made });
  }
}

/**
 * ONES with the calendars that rooms share with one account, for a higher demand of security.
 *
 * Least permissions of the deployer, application permissions of Microsoft Graph: Application.ReadWrite.OwnedBy and
 * Directory.Read.All; with `grantConsent` see there.
 */
export class OnesDelegatedResourceOnly extends pulumi.ComponentResource {
  /** Application (client) id. */
  public readonly clientId: pulumi.Output<string>;
  /** `/applications/<object id>`: what `FederatedCredential` and `RotatedSecret` take. */
  public readonly applicationId: pulumi.Output<string>;
  /** Object id of the service principal (the enterprise application). */
  public readonly principalId: pulumi.Output<string>;

  public constructor(name: string, args: VendorRegistrationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tenantwire:index:OnesDelegatedResourceOnly", name, args, opts);
    const made = vendorRegistration(
      this,
      name,
      "ONES",
      onesPermissions({ mode: "delegatedResourceOnly", mailSend: false }),
      args,
    );
    this.clientId = made.clientId;
    this.applicationId = made.applicationId;
    this.principalId = made.principalId;
    this.registerOutputs({ ...made });
  }
}

/** The second registration, by which people sign in to ONES. */
export interface OnesSingleSignOnArgs extends VendorRegistrationArgs {
  /** Delegated permissions. Which ones ONES asks for is not published. Default: openid, profile, email. */
  scopes?: string[];
}

/**
 * The second registration, by which people sign in to ONES.
 *
 * Least permissions of the deployer, application permissions of Microsoft Graph: Application.ReadWrite.OwnedBy and
 * Directory.Read.All; with `grantConsent` see there.
 */
export class OnesSingleSignOn extends pulumi.ComponentResource {
  /** Application (client) id. */
  public readonly clientId: pulumi.Output<string>;
  /** `/applications/<object id>`: what `FederatedCredential` and `RotatedSecret` take. */
  public readonly applicationId: pulumi.Output<string>;
  /** Object id of the service principal (the enterprise application). */
  public readonly principalId: pulumi.Output<string>;

  public constructor(name: string, args: OnesSingleSignOnArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tenantwire:index:OnesSingleSignOn", name, args, opts);
    const made = vendorRegistration(
      this,
      name,
      "ONES sign-in",
      { application: [], delegated: args.scopes ?? ["openid", "profile", "email"] },
      args,
    );
    this.clientId = made.clientId;
    this.applicationId = made.applicationId;
    this.principalId = made.principalId;
    this.registerOutputs({ ...made });
  }
}

function applicationPermissions(
  mode: "applicationPermission" | "applicationResourceOnly",
  { mailSend = false, calendarsByExchange = false }: OnesApplicationArgs,
) {
  return onesPermissions({ mode, mailSend, ...(calendarsByExchange && { exchangeScope: true }) });
}
