/** How a secret of two slots in turn stands. @packageDocumentation */
import type { CredentialState } from "../../contract/outputs.ts";
import { addDays, dayOf, daysBetween } from "../../contract/days.ts";
import type { CredentialCondition, CredentialStatus } from "./condition.ts";
import { type Delivery, renewalDay, type RotationPolicy } from "./next.ts";
import { unacknowledged } from "./orders.ts";
import { currentSlot, fromTheFuture, otherSlot } from "./slots.ts";
import { command } from "../../contract/this-stack.ts";

/** A secret that deployments renew, as the outputs tell it. */
export interface RotatedCredential {
  readonly kind: "rotated";
  readonly name: string;
  readonly delivery: Delivery;
  readonly policy: RotationPolicy;
  /** Key of the secret that is in the vendor's form; means nothing with `vault`. */
  readonly acknowledged?: string | undefined;
  readonly state: CredentialState;
}

type Condition = readonly [state: CredentialCondition, advice: string];

export function rotatedStatus(credential: RotatedCredential, today: string, withinDays: number): CredentialStatus {
  const { name, policy, state: slots } = credential;
  const { key, end } = currentSlot(slots);
  const [state, advice] = finding(credential, today, withinDays);
  return {
    name,
    state,
    ageDays: daysBetween(key, today),
    daysLeft: daysBetween(today, dayOf(end)),
    due: renewalDay(policy, slots),
    advice,
  };
}

function finding(credential: RotatedCredential, today: string, withinDays: number): Condition {
  if ([credential.state.a, credential.state.b].some((slot) => slot && fromTheFuture(slot, today))) {
    return futureFinding(credential, today);
  }
  return unacknowledged(credential.state, credential)
    ? unenteredFinding(credential, today)
    : inUseFinding(credential, today, withinDays);
}

/** It would be renewed when its own days say so, months after it should be. */
function futureFinding(credential: RotatedCredential, today: string): Condition {
  const after = credential.delivery === "pasted" ? `, then ${toEnter(credential, "the new one")}` : "";
  return [
    "made in the future",
    `It was made with a clock that was wrong (TENANTWIRE_TODAY?), and lives longer than it should. Set the clock right, ` +
      `write revokeBefore: ${today} into the settings and deploy (pulumi up)${after}. Copies of it end with that.`,
  ];
}

/** The current secret is the one in use. */
function inUseFinding(credential: RotatedCredential, today: string, withinDays: number): Condition {
  const { policy, state } = credential;
  const end = dayOf(currentSlot(state).end);
  const due = renewalDay(policy, state);
  const last = lastSafeDay(policy, end);
  const after = credential.delivery === "pasted" ? ` Then ${toEnter(credential, "the new one")}.` : "";
  if (today >= end) return ["expired", `It expired on ${end}. Deploy now (pulumi up).${after}`];
  if (today < due) {
    const until = last < due ? "" : `, by ${last} at the latest`;
    const soon = daysBetween(today, due) <= withinDays;
    return [soon ? "due soon" : "fine", `Deploy from ${due} on${until} (pulumi up).${after}`];
  }
  if (today <= last) return ["due", `Deploy by ${last} at the latest (pulumi up).${after}`];
  return ["expiring", `It ends on ${end}, and copies of it stop working then. Deploy now (pulumi up).${after}`];
}

/**
 * The current secret is not known to be in the vendor's form. What counts is how long the one there lives: the alarm
 * begins lateness + overlap days before its end.
 */
function unenteredFinding(credential: RotatedCredential, today: string): Condition {
  const { acknowledged, policy, state } = credential;
  const current = currentSlot(state);
  const before = state[otherSlot(state)];
  const entered = before && before.key === acknowledged ? dayOf(before.end) : undefined;
  const enter = `${capitalized(toEnter(credential, `the secret made on ${current.key}`))}.`;

  if (today >= dayOf(current.end)) {
    return [
      "expired",
      `The secret made on ${current.key} expired before anybody acknowledged it. Write revokeBefore: ${today} into the ` +
        `settings and deploy (pulumi up), then ${toEnter(credential, "the new one")}.` +
        (entered && today < entered ? " The one in the form ends with that deployment." : ""),
    ];
  }
  if (!entered) return ["acknowledgement due", `${enter} No secret is known to be in the form.`];
  if (today >= entered) return ["expired", `The secret in the vendor's form expired on ${entered}. ${enter}`];
  const alarmed = today >= addDays(entered, -policy.lateness - policy.overlap);
  return [
    alarmed ? "acknowledgement due" : "waiting for acknowledgement",
    `${enter} The one in the form ends on ${entered}.`,
  ];
}

/** The last day on which a deployment leaves copies in use their whole overlap. */
function lastSafeDay({ overlap }: RotationPolicy, end: string): string {
  return addDays(end, -overlap - 1);
}

function toEnter({ name }: RotatedCredential, secret: string): string {
  return `enter ${secret} in the vendor's form and acknowledge it (${command("credentials ack", name)})`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
