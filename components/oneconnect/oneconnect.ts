import type * as pulumi from "@pulumi/pulumi";
import { Integration, type IntegrationArgs } from "../integration/index.ts";
import { oneconnectPermissions } from "./permissions.ts";

export interface OneConnectGroupArgs extends IntegrationArgs {
  /** How people sign in to the group. */
  readonly group: Parameters<typeof oneconnectPermissions>[0];
}

/** A registration of the customer's own for the people of a OneConnect group, instead of the vendor's application. */
export class OneConnectGroup extends Integration {
  constructor(name: string, args: OneConnectGroupArgs, options?: pulumi.ComponentResourceOptions) {
    super("oneconnect:Group", name, args, oneconnectPermissions(args.group), options);
  }
}
