/** The two slots of a rotated secret, of which one is current. @packageDocumentation */
import type { CredentialSlot, CredentialState } from "../../contract/outputs.ts";
import { addDays } from "../../contract/days.ts";
import { SettingsError } from "../../contract/errors.ts";

export type SlotName = "a" | "b";

export function otherSlot({ current }: CredentialState): SlotName {
  return current === "a" ? "b" : "a";
}

/** @throws SettingsError when there is none, which no deployment leaves behind */
export function currentSlot(state: CredentialState): CredentialSlot {
  const slot = state[state.current];
  if (!slot) throw new SettingsError(`Slot ${state.current} of a secret is said to be current, but there is none.`);
  return slot;
}

/** Whether a slot was made by a clock that was wrong. Clocks of two machines may differ around midnight. */
export function fromTheFuture({ key }: CredentialSlot, today: string): boolean {
  return key > addDays(today, 1);
}
