import type * as pulumi from "@pulumi/pulumi";
import { Integration, type RegistrationArgs } from "../integration/index.ts";

/**
 * The service principal that works in Azure DevOps. It asks for nothing in Entra, where permissions for Azure DevOps
 * have no effect (documented): an administrator of each organization adds it there, by its object id, and gives it
 * rights.
 */
export class AzureDevOpsPrincipal extends Integration {
  constructor(name: string, args: RegistrationArgs, options?: pulumi.ComponentResourceOptions) {
    super(
      { component: "AzureDevOpsPrincipal" },
      name,
      { ...args, permissions: { application: [], delegated: [] } },
      options,
    );
  }
}
