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

/** What a webhook's secret is of, as people are told; of two of them it is the address itself that people are alerted at. */
export const webhookProducts = {
  teams: "Teams",
  slack: "Slack",
  signed: "webhook",
} as const satisfies Readonly<Record<(typeof webhookFormats)[number], string>>;

/** @param product as above, or another one whose secret it is */
export function isAddressSecret(product: string): boolean {
  return product === webhookProducts.teams || product === webhookProducts.slack;
}
