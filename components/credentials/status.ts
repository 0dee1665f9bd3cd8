/**
 * How each credential stands, and what a person has to do about it. Pure, and knows the outputs only: no secret is
 * looked at, and no product asked.
 *
 * A secret that is not current may have expired: that is how a rotation ends, and no finding.
 *
 * @packageDocumentation
 */
import { daysBetween } from "../../contract/days.ts";
import type { CredentialCondition, CredentialStatus } from "./condition.ts";
import { rotatedStatus, type RotatedCredential } from "./rotated-status.ts";
import { command, fill, storing } from "../../contract/this-stack.ts";

export type { CredentialCondition, CredentialStatus } from "./condition.ts";
export type { RotatedCredential } from "./rotated-status.ts";

/** An outside identity that is trusted instead of a secret. */
export interface TrustedIdentity {
  readonly kind: "federated";
  readonly name: string;
}

/** A key or token that a product issued and a person brought along. */
export interface GivenKey {
  readonly kind: "given";
  readonly name: string;
  /** What issued it: `OnePlan`, `ONES`, `Azure DevOps`. */
  readonly product: string;
  /** The UTC day on which the product lets it expire, as a person wrote it down: nobody can ask the product. */
  readonly expires?: string | undefined;
}

/** A secret or certificate that somebody made by hand and that was adopted. */
export interface AdoptedByHand {
  readonly kind: "adopted";
  readonly name: string;
  /** The UTC day on which Entra lets it end. */
  readonly ends: string;
  /** Who uses it, and for what. */
  readonly note: string;
}

export type Credential = RotatedCredential | TrustedIdentity | GivenKey | AdoptedByHand;

/** What falls due or ends in so many days is told, where nobody asks for another number. */
export const NOTICE_DAYS = 14;

const CALM: readonly CredentialCondition[] = ["fine", "due soon", "expiry not known", "waiting for acknowledgement"];

/**
 * @param today the UTC day, `2026-03-31`
 * @param withinDays what falls due or ends in so many days is told before it does
 * @throws SettingsError when a rotated secret has no current slot
 */
export function credentialStatus(credential: Credential, today: string, withinDays: number): CredentialStatus {
  if (credential.kind === "rotated") return rotatedStatus(credential, today, withinDays);
  if (credential.kind === "given") return givenStatus(credential, today, withinDays);
  if (credential.kind === "adopted") return adoptedStatus(credential, today, withinDays);
  return { name: credential.name, state: "fine", advice: "Trusts an outside identity: there is no secret to expire." };
}

/** Whether somebody has to act now: one such credential fails a pipeline's check. */
export function needsAttention({ state }: CredentialStatus): boolean {
  return !CALM.includes(state);
}

/** Nobody renews it: who uses it gets a credential of the stack instead. */
function adoptedStatus({ name, ends, note }: AdoptedByHand, today: string, withinDays: number): CredentialStatus {
  const daysLeft = daysBetween(today, ends);
  const known = { name, daysLeft, due: ends };
  const retire = command("credentials retire", name);
  const now = command("credentials retire", name, "--unused");
  const instead = `Give who uses it (${note}) one that is renewed, then: ${retire}`;
  if (daysLeft > withinDays) return { ...known, state: "fine", advice: `Made by hand, ends on ${ends}. ${instead}` };
  if (daysLeft > 0) return { ...known, state: "expiring", advice: `Made by hand, and ends on ${ends}. ${instead}` };
  return { ...known, state: "expired", advice: `Made by hand, and ended on ${ends}. Take it away: ${now}` };
}

function givenStatus({ name, product, expires }: GivenKey, today: string, withinDays: number): CredentialStatus {
  if (expires === undefined) {
    const advice = `Nobody wrote down when it ends. If ${product} shows a day, write it into the settings (expires).`;
    return { name, state: "expiry not known", advice };
  }
  const daysLeft = daysBetween(today, expires);
  const known = { name, daysLeft, due: expires };
  if (daysLeft > withinDays) return { ...known, state: "fine", advice: `Replace it before ${expires}.` };
  const replace =
    `Make a new one in ${placeOf(product)}, store it (${storing(fill("name under its secret"))}), write its last day into the ` +
    "settings (expires), and deploy (pulumi up).";
  if (daysLeft > 0) return { ...known, state: "expiring", advice: `It ends on ${expires}. ${replace}` };
  if (daysLeft === 0) return { ...known, state: "expiring", advice: `It ends today. ${replace}` };
  return { ...known, state: "expired", advice: `It ended on ${expires}. ${replace}` };
}

/** Where a product issues its keys (documented: the vendors' guides). */
const PLACES: ReadonlyMap<string, string> = new Map([
  ["OnePlan", "OnePlan (gear icon > Integration > Authentication Keys)"],
  ["ONES", "ONES (Management console > Settings > API authentication)"],
  ["Azure DevOps", "Azure DevOps (User settings > Personal access tokens)"],
]);

function placeOf(product: string): string {
  return PLACES.get(product) ?? product;
}
