/** What OnePlan's connection to Azure DevOps is told. @packageDocumentation */
import { z } from "zod";

/** OnePlan's connection to Azure DevOps. */
export const AzureDevOpsOutputs = z.strictObject({
  organizations: z.array(
    z.strictObject({
      name: z.string(),
      buttonName: z.string().optional(),
      /** Vault secret that holds the personal access token; without one the service principal is the way in. */
      tokenVaultSecret: z.string().optional(),
    }),
  ),
  /** Name of the registration whose service principal is the way in. */
  registration: z.string().optional(),
});

/** Of the stack's `integrations`. */
export const integrations = { azureDevOps: AzureDevOpsOutputs.optional() };
