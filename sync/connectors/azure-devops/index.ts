export { attachmentOf, itemAddress } from "./addresses.ts";
export { type AzureDevOpsClient, type AzureDevOpsOptions, createAzureDevOpsClient } from "./client.ts";
export {
  AZURE_DEVOPS_SCOPE,
  type AzureDevOpsConnection,
  type AzureDevOpsProof,
  connectedAs,
  mayListPeople,
} from "./connection.ts";
export { type FeedPage, type LinkChange, parentLinksSince, revisionsSince, type RevisionsWanted } from "./feeds.ts";
export { idsFound, type ItemsRead, readItem, type ReadItem, readItems } from "./items.ts";
export { AzureDevOpsRefusal, isMissingItem } from "./refusal.ts";
export {
  createItem,
  fieldStep,
  longTextSteps,
  type NewItem,
  parentSteps,
  type Step,
  updateItem,
  type WriteOptions,
} from "./writes.ts";
