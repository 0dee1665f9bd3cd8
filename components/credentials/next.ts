/**
 * When a secret is renewed. Pure: the same day, policy and history always give the same answer, so that a preview
 * shows exactly what a deployment will do.
 *
 * @packageDocumentation
 */
import type { CredentialSlot, CredentialState } from "../../stacks/outputs.ts";
import { Fault } from "../fault.ts";

/** How a credential of two secrets in turn is renewed. Whole days. */
export interface RotationPolicy {
  /** A secret is due to be followed by another one so many days after it was made. Default of the settings: 90. */
  readonly period: number;
  /** A copy of a secret may be in use for so many days after it was read. Smaller than `period`. Default 30. */
  readonly overlap: number;
  /** Deployments may come so many days after the due day without harm to copies in use. Default 30. */
  readonly lateness: number;
}

export const defaultPolicy: RotationPolicy = { period: 90, overlap: 30, lateness: 30 };

export type SlotName = "a" | "b";

export interface Next {
  /** What should be true after this deployment. Slots that are not in it do not exist. */
  readonly state: CredentialState;
  /** The slot that gets a new secret; undefined: nothing changes. */
  readonly renewed?: SlotName;
}

/**
 * Decides what a deployment does with a credential that has two slots, of which one is current.
 *
 * Promises, with lateness counted from 00:00Z of the due day ({@link dueDay}):
 * - the current secret lives while deployments are at most `lateness + overlap` days late;
 * - a copy read up to `overlap` days ago still works while they are at most `lateness` days late;
 * - a changed policy breaks neither: where the overlap was changed, the shorter one counts for copies read before.
 *
 * Only ever one slot is renewed, and never the current one. No secret lives longer than
 * `period + lateness + overlap + 1` days, 151 by default.
 *
 * @param today the UTC day, `2026-03-31`
 * @param previous the state after the last deployment; undefined: there was none
 * @throws Fault when the policy is none
 */
export function next(today: string, policy: RotationPolicy, previous: CredentialState | undefined): Next {
  checkPolicy(policy);
  const { period, overlap, lateness } = policy;
  const fresh: CredentialSlot = { key: today, end: midnight(addDays(today, period + lateness + overlap + 1)) };
  if (!previous) return { state: { current: "a", a: fresh }, renewed: "a" };

  const other: SlotName = previous.current === "a" ? "b" : "a";
  if (today < dueDay(policy, previous)) return { state: previous };
  if (previous[other] && today < firstHarmlessDay(policy, currentSlot(previous), previous[other])) {
    return { state: previous };
  }
  return { state: { ...previous, current: other, [other]: fresh }, renewed: other };
}

/** The UTC day from which a deployment renews, unless the slot to be renewed may still be in use. */
export function dueDay(policy: RotationPolicy, state: CredentialState): string {
  const current = currentSlot(state);
  const byAge = addDays(current.key, policy.period);
  const byEnd = addDays(dayOf(current.end), -policy.lateness - policy.overlap);
  return byAge < byEnd ? byAge : byEnd;
}

/** @throws Fault in one sentence when the numbers cannot keep the promises */
export function checkPolicy({ period, overlap, lateness }: RotationPolicy): void {
  const wrong = Object.entries({ period, overlap, lateness }).find(([, days]) => !Number.isInteger(days) || days < 0);
  if (wrong) throw new Fault(`The ${wrong[0]} of a secret must be whole days and not negative, not ${wrong[1]}.`);
  if (period > overlap) return;
  throw new Fault(
    `The period of a secret (${period} days) must be longer than its overlap (${overlap} days): ` +
      `otherwise the one before is replaced while copies of it are in use.`,
  );
}

/**
 * The first day on which nobody uses copies of the slot that is not current any more. Under an unchanged policy it
 * comes before the due day, always. Under a policy that was made much longer a secret may be due on the day after it
 * was made, and renewing then would kill copies that were read two days ago.
 *
 * How long copies may be in use is the overlap of the old or the new policy, whichever is shorter. The old one is not
 * known, but it was less than half of the life that was given to the current secret, since period > overlap.
 */
function firstHarmlessDay(policy: RotationPolicy, current: CredentialSlot, other: CredentialSlot): string {
  const life = daysBetween(current.key, dayOf(current.end)) - 1;
  const inUse = Math.min(policy.overlap, Math.floor((life - 1) / 2));
  const unread = addDays(current.key, inUse + 1);
  const expired = dayOf(other.end);
  return unread < expired ? unread : expired;
}

function currentSlot(state: CredentialState): CredentialSlot {
  const slot = state[state.current];
  if (!slot) throw new Fault(`Slot ${state.current} of a secret is said to be current, but there is none.`);
  return slot;
}

const DAY = 24 * 60 * 60 * 1000;

function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY);
}

/** The UTC day that an instant lies in. */
function dayOf(instant: string): string {
  return new Date(instant).toISOString().slice(0, 10);
}

/** As Graph writes it back. Fractions or an offset would be a difference at every deployment (seen: azuread 6.9.1). */
function midnight(day: string): string {
  return `${day}T00:00:00Z`;
}
