export { AZURE_DEVOPS_SCOPE, type AzureDevOpsProof, connectedAs } from "./connection.ts";
