/**
 * When a secret is renewed. Pure: the same day, policy and history always give the same answer, so that a preview
 * shows exactly what a deployment will do.
 *
 * @packageDocumentation
 */
import type { CredentialSlot, CredentialState } from "../../contract/outputs.ts";
import { SettingsError } from "../../contract/errors.ts";
import { addDays, dayOf, daysBetween, midnight } from "../../contract/days.ts";
import {
  rejectFutureRevocation,
  rejectHarmfulRotation,
  revoke,
  rotationOrdered,
  type RotationOrders,
  unacknowledged,
} from "./orders.ts";
import { currentSlot, otherSlot, type SlotName } from "./slots.ts";

export type { Delivery, RotationOrders } from "./orders.ts";
export type { SlotName } from "./slots.ts";

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

export interface Next {
  /** What should be true after this deployment. Slots that are not in it do not exist. */
  readonly state: CredentialState;
  /** The slot that gets a new secret; undefined: none does. */
  readonly renewed?: SlotName;
  /** Everything before this day is revoked, the current secret too: that is why `renewed` is. */
  readonly revoked?: string;
  /** The vault holds what is renewed already: an update before did not come to its end. */
  readonly begun?: true;
  /** Day, end and generation of a secret that is made by this deployment. */
  readonly fresh: CredentialSlot;
  /** It is due by a policy that nobody has been told of yet, and is renewed by the deployment after this one. */
  readonly postponed?: true;
  /** Which copies `revokeBefore` ends and what to do about it, in two sentences; undefined: none. */
  readonly warning?: string;
}

/**
 * Decides what a deployment does with a credential that has two slots, of which one is current.
 *
 * A renewal is a generation: one more than what `previous` tells of. So long as `previous` is the same, since updates
 * failed, deploying again is the same renewal, and nothing is made twice (see `SecretCredential`). One that readers may
 * have got before the update failed is finished, also where the settings ask for none any more.
 *
 * Promises, with lateness counted from 00:00Z of the due day ({@link dueDay}):
 * - the current secret lives while deployments are at most `lateness + overlap` days late;
 * - a copy read up to `overlap` days ago still works while they are at most `lateness` days late;
 * - a changed policy breaks neither: where the overlap was changed, the shorter one counts for copies read before. Until the
 *   deployment that brings it has gone through, people are told of the policy before, and are late by that: a secret that
 *   would not outlive the current one is made by the deployment after it;
 * - `rotateOn` breaks neither, and is refused while it would;
 * - `revokeBefore` breaks the second for what was made before it, and says so: nothing that old is left. The current
 *   secret is renewed in the other slot if it goes, so that who asks the vault never waits.
 *
 * With the delivery `pasted` the second promise is another one, since a person carries the secret: the one that was
 * acknowledged lives to its own end. Nothing is renewed while the current one is not acknowledged, not even when it
 * has expired; only `revokeBefore` is stronger. The first secret is made at once. Alarms begin `lateness + overlap`
 * days before the acknowledged one ends (`credentialStatus`).
 *
 * `retired` ends the slot that is not current before its time, on somebody's word or on what Entra saw.
 *
 * Only ever one slot is renewed, never the current one, and never on the day on which the current one was made: a key
 * names one secret. A slot that is not current is left out once it has expired: somebody may have tidied it away, and
 * Entra makes no password that has ended already. No secret lives longer than `period + lateness + overlap + 1` days, 151 by default.
 *
 * @param today the UTC day, `2026-03-31`
 * @param previous the state after the last deployment; undefined: there was none
 * @param orders what the settings say about this secret; for readers of the vault and without a special order if left out
 * @param held the generation that the vault holds, where that can be told; undefined: what `previous` says
 * @param announced the policy that was told with `previous`; undefined: the same
 * @throws SettingsError when the policy is none, or an order cannot be carried out
 */
export function next(
  today: string,
  policy: RotationPolicy,
  previous: CredentialState | undefined,
  orders: RotationOrders = { delivery: "vault" },
  held?: number,
  announced: RotationPolicy = policy,
): Next {
  checkPolicy(policy);
  rejectFutureRevocation(today, orders.revokeBefore);
  const { period, overlap, lateness } = policy;
  const fresh: CredentialSlot = {
    key: today,
    end: midnight(addDays(today, period + lateness + overlap + 1)),
    generation: 1 + generationOf(previous),
  };
  if (!previous) return { state: { current: "a", since: today, a: fresh }, renewed: "a", fresh };

  const other = otherSlot(previous);
  const { left, ...said } = revoke(today, previous, orders);
  const state: CredentialState = {
    current: previous.current,
    ...(previous.since !== undefined && { since: previous.since }),
    ...left,
  };
  const survives = left[previous.current] === currentSlot(previous);
  const begun = held === fresh.generation;
  const stays = survives && !begun && !orders.lost;
  const wanted = !stays || renews(today, policy, state, orders);
  const postponed = stays && wanted && !isSame(policy, announced) && dayOf(fresh.end) <= dayOf(currentSlot(state).end);
  if (!wanted || postponed) {
    const kept = withoutExpired(today, withoutRetired(state, orders));
    return { state: kept, fresh, ...(postponed && { postponed }), ...said };
  }
  return {
    state: withoutExpired(today, { ...state, current: other, since: today, [other]: fresh }),
    renewed: other,
    fresh,
    ...(begun && { begun }),
    ...(!survives && orders.revokeBefore !== undefined && { revoked: orders.revokeBefore }),
    ...said,
  };
}

/** The UTC day from which a deployment should renew, and that lateness is counted from. */
export function dueDay(policy: RotationPolicy, state: CredentialState): string {
  const current = currentSlot(state);
  const byAge = addDays(current.key, policy.period);
  const byEnd = addDays(dayOf(current.end), -policy.lateness - policy.overlap);
  return earlier(byAge, byEnd);
}

/**
 * The first UTC day on which a deployment renews, without any orders. It is the due day, or a later one where the
 * policy was changed and the slot to be renewed may still be in use.
 */
export function renewalDay(policy: RotationPolicy, state: CredentialState): string {
  const due = dueDay(policy, state);
  const harmless = harmlessDay(policy, state);
  return due > harmless ? due : harmless;
}

/** @throws SettingsError in one sentence when the numbers cannot keep the promises */
export function checkPolicy({ period, overlap, lateness }: RotationPolicy): void {
  const wrong = Object.entries({ period, overlap, lateness }).find(([, days]) => !Number.isInteger(days) || days < 0);
  if (wrong)
    throw new SettingsError(`The ${wrong[0]} of a secret must be whole days and not negative, not ${wrong[1]}.`);
  if (period > overlap) return;
  throw new SettingsError(
    `The period of a secret (${period} days) must be longer than its overlap (${overlap} days): ` +
      `otherwise the one before is replaced while copies of it are in use.`,
  );
}

function renews(today: string, policy: RotationPolicy, state: CredentialState, orders: RotationOrders): boolean {
  if (rotationOrdered(today, state, orders)) {
    rejectHarmfulRotation(today, state, orders, harmlessDay(policy, state));
    return true;
  }
  return !unacknowledged(state, orders) && today >= renewalDay(policy, state);
}

/**
 * The first day on which nobody uses copies of the slot that is not current any more. Under an unchanged policy it
 * comes before the due day, always. Under a policy that was made much longer a secret may be due on the day after it
 * was made, and renewing then would kill copies that were read two days ago.
 *
 * How long copies may be in use is the overlap of the old or the new policy, whichever is shorter. The old one is not
 * known, but it was less than half of the life that was given to the current secret, since period > overlap.
 */
function harmlessDay(policy: RotationPolicy, state: CredentialState): string {
  const current = currentSlot(state);
  const other = state[otherSlot(state)];
  const tomorrow = addDays(current.key, 1);
  if (!other) return tomorrow;
  const life = daysBetween(current.key, dayOf(current.end)) - 1;
  const inUse = Math.min(policy.overlap, Math.floor((life - 1) / 2));
  const lastRead = state.since !== undefined && state.since > current.key ? state.since : current.key;
  // A secret that waited long for the vault may end before that: it is followed while it lives.
  const lastDay = addDays(dayOf(current.end), -1);
  const unread = earlier(addDays(lastRead, inUse + 1), lastDay);
  const expired = dayOf(other.end);
  if (unread < expired) return unread;
  return expired > tomorrow ? expired : tomorrow;
}

function earlier(one: string, other: string): string {
  return one < other ? one : other;
}

function isSame(one: RotationPolicy, other: RotationPolicy): boolean {
  return one.period === other.period && one.overlap === other.overlap && one.lateness === other.lateness;
}

/** The newest generation that there is; 0: none. */
function generationOf(state: CredentialState | undefined): number {
  return Math.max(state?.a?.generation ?? 0, state?.b?.generation ?? 0);
}

/** @throws SettingsError when it is the current one: readers get nothing else from the vault */
function withoutRetired(state: CredentialState, { retired }: RotationOrders): CredentialState {
  if (retired === undefined) return state;
  if (retired === currentSlot(state).key) {
    throw new SettingsError(
      `retired ${retired}: the one made on that day is the current one. To end it, write revokeBefore with the day after.`,
    );
  }
  const other = otherSlot(state);
  if (state[other]?.key !== retired) return state;
  const { [other]: _, ...rest } = state;
  return rest;
}

function withoutExpired(today: string, state: CredentialState): CredentialState {
  const other = otherSlot(state);
  const slot = state[other];
  if (!slot || dayOf(slot.end) > today) return state;
  const { [other]: _, ...rest } = state;
  return rest;
}
