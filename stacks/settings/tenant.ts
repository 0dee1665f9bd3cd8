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
    cloud: Cloud.default("Microsoft").describe(
      "the cloud that the tenant is in: a tenant of GCC is in Microsoft, USGovernment is GCC High; the DoD has hosts of its own, which are not known here",
    ),
  })
  .describe("settings: id, domain");

/** Documented: description takes 1,024 characters, serviceManagementReference 256. The notes carry the stack's mark. */
export const About = z
  .strictObject({
    description: z
      .string()
      .regex(/\S/)
      .max(1024)
      .describe("what the registrations are for, in up to 1,024 characters")
      .optional(),
    serviceManagementReference: z
      .string()
      .regex(/\S/)
      .max(256)
      .describe("an id of the company's service or asset management, in up to 256 characters")
      .optional(),
  })
  .describe("settings: description, serviceManagementReference");

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

/** @param what completes "the name of a vault in which" */
const existingVault = (what: string) =>
  z
    .string()
    .regex(/^(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/)
    .describe(`the name of a vault of the resource group in which ${what}: 3 to 24 letters, digits and single hyphens`);

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
    network: z
      .strictObject({
        allowedIps: z
          .array(
            z
              .string()
              .regex(/^(\d{1,3}\.){3}\d{1,3}(\/\d{1,2})?$/)
              .describe("an IPv4 address or range, such as 203.0.113.0/24"),
          )
          .default([])
          .describe("a list of addresses that reach the vaults"),
        allowedSubnets: z
          .array(
            z
              .string()
              .regex(
                /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i,
              )
              .describe("the resource id of a subnet"),
          )
          .default([])
          .describe("a list of subnets that reach the vaults"),
      })
      .describe("settings: allowedIps, allowedSubnets; where it is written, nothing else reaches the vaults")
      .optional(),
    /** Instead of vaults that are made: their protection and networks are whose they are. */
    existing: z
      .strictObject({
        syncs: existingVault("what syncs read is kept").optional(),
        vendors: existingVault("what vendors' registrations sign in with is kept, which no sync may read").optional(),
      })
      .describe("settings: syncs, vendors; a vault that is not named is made")
      .optional(),
    vendorReaders: z
      .array(objectId("a person who enters secrets into the vendors' forms"))
      .default([])
      .describe("a list of object ids: who reads what the vendors' registrations sign in with"),
  })
  .describe("settings: namePrefix")
  .meta(needing("azure"));
