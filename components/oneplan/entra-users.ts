import type * as pulumi from "@pulumi/pulumi";
import { Integration, type RegistrationArgs } from "../integration/index.ts";
import { userSyncPermissions } from "../sync-identity/user-permissions.ts";

export interface OnePlanEntraUsersArgs extends RegistrationArgs {
  /** Who is in scope, and what is mapped: both say what it may read. */
  readonly users: Parameters<typeof userSyncPermissions>[0];
}

/**
 * The customer's own registration for the vendor's integration "Microsoft Entra ID Users", instead of its Authorize
 * button. Which permissions it needs is not published: here they follow from the groups and the mapped fields.
 */
export class OnePlanEntraUsers extends Integration {
  constructor(name: string, args: OnePlanEntraUsersArgs, options?: pulumi.ComponentResourceOptions) {
    super({ component: "OnePlanEntraUsers" }, name, { ...args, permissions: userSyncPermissions(args.users) }, options);
  }
}
