export { attachmentOf, itemAddress } from "./addresses.ts";
export { type AzureDevOpsClient, type AzureDevOpsOptions, createAzureDevOpsClient } from "./client.ts";
export {
  AZURE_DEVOPS_SCOPE,
  type AzureDevOpsConnection,
  type AzureDevOpsProof,
  connectedAs,
  mayListPeople,
} from "./connection.ts";
export { parentLinksSince, revisionsSince } from "./feeds.ts";
export { idsFound, itemsFound, readItem, type ReadItem, readItems } from "./items.ts";
export { AzureDevOpsError } from "./errors.ts";
export { createItem, fieldStep, longTextSteps, parentOf, parentSteps, type Step, updateItem } from "./writes.ts";
