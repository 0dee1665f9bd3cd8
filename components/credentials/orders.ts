/**
 * What people order of a rotation: that a secret is renewed early, or that old ones stop to work. Orders are settings,
 * and stay in them: each is carried out once and means nothing afterwards. Pure.
 *
 * @packageDocumentation
 */
import type { CredentialSlot, CredentialState } from "../../contract/outputs.ts";
import { SettingsError } from "../../contract/errors.ts";
import { dayOf } from "../../contract/days.ts";
import { currentSlot, fromTheFuture, otherSlot, type SlotName } from "./slots.ts";
import { command, fill } from "../../contract/this-stack.ts";

/** How a secret gets to who uses it: readers take the newest from the vault, or a person pastes it into a form. */
export type Delivery = "vault" | "pasted";

/** What the settings say about one secret beside its policy. Days are UTC days that exist, `2026-03-31`. */
export interface RotationOrders {
  readonly delivery: Delivery;
  /** Key of the secret that an administrator entered into the vendor's form last. Means nothing with `vault`. */
  readonly acknowledged?: string | undefined;
  /** On this day or at the first deployment after it the slot that is not current is renewed, once. */
  readonly rotateOn?: string | undefined;
  /**
   * Everything made before this day is replaced: the one thing that ends copies in use. So is what says that it was
   * made in the future: it was made before today, by a clock that was wrong.
   */
  readonly revokeBefore?: string | undefined;
  /** Key of the slot that is not current, of which somebody said or saw that nobody uses it: it goes. */
  readonly retired?: string | undefined;
  /** The vault that should hold the current one holds none, and nobody can tell it again: the other slot is renewed now. */
  readonly lost?: boolean | undefined;
}

export interface Revocation {
  /** The slots that may live on. Without the current one: it has to be replaced now. */
  readonly left: Pick<CredentialState, SlotName>;
  /** Which copies stop to work, in one or two sentences; undefined: none of what goes could still be used. */
  readonly warning?: string;
}

/** Takes out the slots that `revokeBefore` tells to. Nothing is left to take out at the following deployment. */
export function revoke(today: string, { a, b }: CredentialState, orders: RotationOrders): Revocation {
  const { revokeBefore } = orders;
  const revoked = (slot: CredentialSlot) =>
    revokeBefore !== undefined && (slot.key < revokeBefore || fromTheFuture(slot, today));
  const old = [a, b].filter((slot) => slot !== undefined).filter(revoked);
  const left = { ...(a && !old.includes(a) && { a }), ...(b && !old.includes(b) && { b }) };
  const alive = old.filter(({ end }) => dayOf(end) > today).map(({ key }) => key);
  if (alive.length === 0) return { left };
  const secrets = `the secret${alive.length > 1 ? "s" : ""} made on ${alive.sort().join(" and ")}`;
  const remedy =
    orders.delivery === "vault"
      ? "Whoever uses one has to read the newest secret from the vault."
      : `If one is in the vendor's form, enter the newest secret there and acknowledge it (${command("credentials ack", fill("credential"))}).`;
  return { left, warning: `revokeBefore ${revokeBefore} ends copies of ${secrets} with this deployment. ${remedy}` };
}

/**
 * @throws SettingsError when `revokeBefore` is in the future: what is made today would be older than it, and would be replaced
 * again and again until then
 */
export function rejectFutureRevocation(today: string, revokeBefore: string | undefined): void {
  if (revokeBefore === undefined || revokeBefore <= today) return;
  throw new SettingsError(
    `revokeBefore ${revokeBefore} is in the future. ` +
      `Write ${today} or an earlier day; a secret made today can be revoked tomorrow.`,
  );
}

/** Whether `rotateOn` asks for a renewal that has not been made since. */
export function rotationOrdered(today: string, state: CredentialState, { rotateOn }: RotationOrders): boolean {
  return rotateOn !== undefined && today >= rotateOn && currentSlot(state).key < rotateOn;
}

/** Whether a person still has to enter the current secret into the vendor's form. */
export function unacknowledged(state: CredentialState, { delivery, acknowledged }: RotationOrders): boolean {
  return delivery === "pasted" && acknowledged !== currentSlot(state).key;
}

/**
 * An order to renew never ends a copy that may be in use.
 *
 * @param harmless the first day on which copies of the slot that is not current are out of use
 * @throws SettingsError in two sentences, with the first day on which it is possible if a day makes it so
 */
export function rejectHarmfulRotation(
  today: string,
  state: CredentialState,
  orders: RotationOrders,
  harmless: string,
): void {
  if (unacknowledged(state, orders)) {
    throw new SettingsError(
      `rotateOn ${orders.rotateOn}: the secret made on ${currentSlot(state).key} has not been acknowledged, and until then ` +
        `nothing is renewed. Enter it in the vendor's form and acknowledge it first (${command("credentials ack", fill("credential"))}).`,
    );
  }
  if (today >= harmless) return;
  throw new SettingsError(
    `rotateOn ${orders.rotateOn}: copies of the secret made on ${state[otherSlot(state)]?.key} may be in use, so that it ` +
      `can be renewed from ${harmless} on. Write rotateOn: ${harmless}, or revokeBefore if copies have to end at once.`,
  );
}
