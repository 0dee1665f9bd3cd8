/** OnePlan's connection to Azure DevOps. @packageDocumentation */
import { z } from "zod";
import { needing, without } from "../settings/conditions.ts";
import { Federated, oneSignIn, Rotation } from "../settings/credentials.ts";
import { day, secretName, text } from "../../contract/values.ts";

export const AzureDevOps = z
  .strictObject({
    organizations: z
      .array(
        z
          .strictObject({
            name: z
              .string()
              .regex(/^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,48}[a-zA-Z0-9])?$/)
              .describe("the name of an organization, as in https://dev.azure.com/<name>"),
            /** The label in OnePlan where several organizations are connected. */
            buttonName: text("the label of the organization's button in OnePlan").optional(),
            /** A token belongs to one organization: global ones end on 1 December 2026 (published). */
            token: z
              .strictObject({
                secret: secretName("azureDevOpsToken"),
                expires: day("the one on which the personal access token expires"),
              })
              .describe("settings: secret, expires")
              .meta(needing("vault"))
              .optional(),
          })
          .describe("settings: name, buttonName, token"),
      )
      .min(1)
      .describe("a list of organizations"),
    servicePrincipal: z
      .strictObject({
        displayName: text("the name that the registration has in Entra"),
        federated: Federated.optional(),
        certificate: Rotation.meta(needing("vault")).optional(),
        secret: Rotation.meta(needing("vault")).optional(),
      })
      .describe("settings: displayName, and federated, certificate or secret")
      .meta(oneSignIn)
      .optional(),
  })
  .describe("settings: organizations, servicePrincipal")
  .meta({
    if: { required: ["servicePrincipal"] },
    then: { properties: { organizations: { items: without("token") } } },
    else: { properties: { organizations: { items: { required: ["token"] } } } },
  });

export type AzureDevOpsSettings = z.output<typeof AzureDevOps>;
