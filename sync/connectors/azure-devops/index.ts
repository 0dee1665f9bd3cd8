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
export { idsFound, readItem, type ReadItem, readItems } from "./items.ts";
export { AzureDevOpsRefusal } from "./refusal.ts";
export {
  createItem,
  fieldStep,
  longTextSteps,
  parentSteps,
  type Step,
  updateItem,
  type WriteOptions,
} from "./writes.ts";
