export { AzureDevOpsPrincipal } from "./principal.ts";
export { AzureDevOpsTokens, type AzureDevOpsTokensArgs, tokenSecret } from "./tokens.ts";
