import type { Command } from "./commands.ts";

/** What people do with `m365` around registrations, people and groups. */
export const cliMicrosoft365: readonly Command[] = [
  { line: "cli config set --key disableTelemetry --value true" },
  { line: "login --authType secret --appId {appId} --tenant {tenant} --secret {secret}" },
  { line: "status --output json" },
  {
    line: "entra app add --name m365-app --withSecret --apisApplication https://graph.microsoft.com/User.Read.All --output json",
    keep: { m365: "appId" },
  },
  { line: "entra app list --output json" },
  { line: "entra app get --appId {m365} --output json" },
  { line: "entra app permission list --appId {m365} --output json" },
  { line: "entra enterpriseapp add --id {m365} --output json" },
  { line: "entra enterpriseapp list --output json" },
  { line: "entra user list --output json" },
  { line: "entra user get --userName {person} --output json" },
  { line: "entra group list --output json" },
  { line: "entra m365group list --output json" },
  { line: "entra administrativeunit list --output json" },
  { line: "entra app remove --appId {m365} --force" },
  { line: "logout" },
  {
    line: "login --authType certificate --appId {appId} --tenant {tenant} --certificateFile {certificate} --thumbprint {thumbprint}",
  },
  { line: "entra user list --properties id,displayName --output json" },
  { line: "logout" },
];
