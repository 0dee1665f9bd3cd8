import type * as pulumi from "@pulumi/pulumi";
import { Integration, type RegistrationArgs } from "../integration/index.ts";
import { oneconnectPermissions } from "./oneconnect-permissions.ts";

export interface OneConnectGroupArgs extends RegistrationArgs {
  /** How people sign in to the group. */
  readonly group: Parameters<typeof oneconnectPermissions>[0];
}

/** A registration of the customer's own for the people of a OneConnect group, instead of the vendor's application. */
export class OneConnectGroup extends Integration {
  constructor(name: string, args: OneConnectGroupArgs, options?: pulumi.ComponentResourceOptions) {
    super({ component: "OneConnectGroup" }, name, { ...args, permissions: oneconnectPermissions(args.group) }, options);
  }
}
