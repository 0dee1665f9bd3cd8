import type { Cloud } from "../../../stacks/outputs.ts";

/** Where Microsoft Graph and Entra answer in each cloud. */
export const cloudHosts: Readonly<Record<Cloud, { readonly graph: string; readonly authority: string }>> = {
  Microsoft: { graph: "graph.microsoft.com", authority: "https://login.microsoftonline.com" },
  USGovernment: { graph: "graph.microsoft.us", authority: "https://login.microsoftonline.us" },
  "21Vianet": { graph: "microsoftgraph.chinacloudapi.cn", authority: "https://login.chinacloudapi.cn" },
};
