/**
 * What differs from cloud to cloud. Registrations of one are unknown in another, and so are its tokens.
 *
 * @packageDocumentation
 */
import type { Cloud } from "./outputs.ts";

export interface CloudFacts {
  /** Host of Microsoft Graph. */
  readonly graph: string;
  /** Root of Entra's sign-in, without a slash at the end. */
  readonly authority: string;
  /** Root of the portal, for links that people follow. */
  readonly portal: string;
  /** What tokens of an outside identity are for, by Microsoft's own convention. Those of the other clouds: assumed. */
  readonly tokenExchange: string;
}

export const clouds: Readonly<Record<Cloud, CloudFacts>> = {
  Microsoft: {
    graph: "graph.microsoft.com",
    authority: "https://login.microsoftonline.com",
    portal: "https://portal.azure.com",
    tokenExchange: "api://AzureADTokenExchange",
  },
  USGovernment: {
    graph: "graph.microsoft.us",
    authority: "https://login.microsoftonline.us",
    portal: "https://portal.azure.us",
    tokenExchange: "api://AzureADTokenExchangeUSGov",
  },
  "21Vianet": {
    graph: "microsoftgraph.chinacloudapi.cn",
    authority: "https://login.chinacloudapi.cn",
    portal: "https://portal.azure.cn",
    tokenExchange: "api://AzureADTokenExchangeChina",
  },
};
