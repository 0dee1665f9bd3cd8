export { AzureDevOpsPrincipal } from "./principal.ts";
