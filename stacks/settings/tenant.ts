/** The tenant, and where in Azure its vault is made. @packageDocumentation */
import { z } from "zod";
import { needing } from "../../components/settings/conditions.ts";
import { Cloud } from "../../contract/outputs.ts";
import { flag, objectId } from "../../contract/values.ts";

export const Tenant = z
  .strictObject({
    id: z.guid().toLowerCase().describe("the tenant's id (a GUID)"),
    domain: z
      .string()
      .regex(/^[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+$/)
      .toLowerCase()
      .describe("one of the tenant's domains, such as contoso.onmicrosoft.com"),
    cloud: Cloud.default("Microsoft").describe("the cloud that the tenant is in"),
  })
  .describe("settings: id, domain");

export const Azure = z
  .strictObject({
    location: z
      .string()
      .regex(/^[a-z0-9]+$/)
      .describe("an Azure region, such as westeurope"),
    resourceGroup: z
      .string()
      .regex(/^[\w().-]{0,89}[\w()-]$/)
      .describe("a name for the resource group"),
    existing: flag("whether the resource group is there already, made by the bootstrap").optional(),
  })
  .describe("settings: location, resourceGroup");

export const Vault = z
  .strictObject({
    // Key Vault's own rule, two hyphens in a row are refused too; 24 characters less the 8 that the engine appends.
    namePrefix: z
      .string()
      .regex(/^(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,15}$/)
      .describe(
        "what the vault's name begins with: 2 to 16 letters, digits and single hyphens, beginning with a letter",
      ),
    purgeProtection: flag(
      "whether the vault, once deleted, stays recoverable until its time is over; it cannot be taken back",
    ).default(true),
    vendorReaders: z
      .array(objectId("a person who enters secrets into the vendors' forms"))
      .default([])
      .describe("a list of object ids: who reads what the vendors' registrations sign in with"),
  })
  .describe("settings: namePrefix")
  .meta(needing("azure"));
