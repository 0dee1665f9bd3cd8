/** What people can be alerted of. @packageDocumentation */

/** Each is switched on by itself. The first three are the statuses of a run. */
export const alertKinds = [
  "success",
  "exceptions",
  "failure",
  "staged",
  "missed",
  "credentials",
  "drift",
  "consent",
] as const;
export type AlertKind = (typeof alertKinds)[number];

/** How a message is written for whoever takes it: Microsoft Teams, Slack, or a program that checks the signature. */
export const webhookFormats = ["teams", "slack", "signed"] as const;
