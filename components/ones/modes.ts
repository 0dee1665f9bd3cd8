import type * as pulumi from "@pulumi/pulumi";
import { Integration, type RegistrationArgs } from "../integration/index.ts";
import { onesPermissions, type OnesMode } from "./permissions.ts";
import { onesComponents } from "./types.ts";

export interface OnesApplicationArgs extends RegistrationArgs {
  /** Whether ONES sends mail as well, as an older guide asks. Default: no. */
  readonly mailSend?: boolean | undefined;
  /**
   * Whether Exchange gives the calendars of the rooms by roles of its own. Entra then grants no calendar: its
   * permission is for every mailbox, and grants add up.
   */
  readonly exchangeScope?: unknown;
}

/** ONES for a company in which all staff use it: users, groups, rooms and calendars. */
export class OnesApplicationPermission extends Integration {
  constructor(name: string, args: OnesApplicationArgs, options?: pulumi.ComponentResourceOptions) {
    super(onesComponents.applicationPermission, name, application("applicationPermission", args), options);
  }
}

/** ONES with resources and their calendars only, by permissions of its own. */
export class OnesApplicationResourceOnly extends Integration {
  constructor(name: string, args: OnesApplicationArgs, options?: pulumi.ComponentResourceOptions) {
    super(onesComponents.applicationResourceOnly, name, application("applicationResourceOnly", args), options);
  }
}

/** ONES for part of the staff: each signs in to ONES once, and it acts for them. */
export class OnesDelegatedPermission extends Integration {
  constructor(name: string, args: RegistrationArgs, options?: pulumi.ComponentResourceOptions) {
    super(
      onesComponents.delegatedPermission,
      name,
      { ...args, permissions: onesPermissions({ mode: "delegatedPermission", mailSend: false }) },
      options,
    );
  }
}

/** ONES with the calendars that rooms share with one account, for a higher demand of security. */
export class OnesDelegatedResourceOnly extends Integration {
  constructor(name: string, args: RegistrationArgs, options?: pulumi.ComponentResourceOptions) {
    super(
      onesComponents.delegatedResourceOnly,
      name,
      { ...args, permissions: onesPermissions({ mode: "delegatedResourceOnly", mailSend: false }) },
      options,
    );
  }
}

export interface OnesSingleSignOnArgs extends RegistrationArgs {
  /** Delegated permissions. Which ones ONES asks for is not published. */
  readonly scopes: readonly string[];
}

/** The second registration, by which people sign in to ONES. */
export class OnesSingleSignOn extends Integration {
  constructor(name: string, args: OnesSingleSignOnArgs, options?: pulumi.ComponentResourceOptions) {
    super(
      onesComponents.singleSignOn,
      name,
      { ...args, permissions: { application: [], delegated: args.scopes } },
      options,
    );
  }
}

function application(mode: OnesMode, { mailSend = false, exchangeScope, ...args }: OnesApplicationArgs) {
  return { ...args, permissions: onesPermissions({ mode, mailSend, exchangeScope }) };
}
