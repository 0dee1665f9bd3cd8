/** A line for each vendor: what it adds to the `integrations` of a stack's outputs. @packageDocumentation */
export { integrations as access } from "./access.ts";
export { integrations as alerts } from "./alerts.ts";
export { integrations as azureDevOps } from "./azure-devops.ts";
export { integrations as console } from "./console.ts";
export { integrations as files } from "./files.ts";
export { integrations as oneplan } from "./oneplan.ts";
export { integrations as ones } from "./ones.ts";
export { integrations as plans } from "./plans.ts";
