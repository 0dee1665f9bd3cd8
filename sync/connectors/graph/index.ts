export { batchGet, BATCH_SIZE } from "./batch.ts";
export { type Call, createGraphClient, type GraphClient, type GraphEditor, type GraphOptions } from "./client.ts";
export { GraphRefusal, isExpiredLink, type Purpose } from "./errors.ts";
export { type GraphPage, pages } from "./pages.ts";
