export { AzureDevOpsPrincipal } from "./principal.ts";
export { AzureDevOpsTokens, type AzureDevOpsTokensArgs, tokenName } from "./tokens.ts";
