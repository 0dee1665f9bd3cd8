/**
 * From a decision to the two passwords, and from the passwords back to what is told of them. Pure: the tests of a
 * rotation over years run the same.
 *
 * @packageDocumentation
 */
import { dayOf } from "../../contract/days.ts";
import type { CredentialSlot, CredentialState } from "../../contract/outputs.ts";
import type { Next } from "./next.ts";
import type { SlotName } from "./slots.ts";

export interface SlotInputs {
  /** Of the renewal that it is, 0 where it is of a time before they were counted. */
  readonly generation: number;
  /** What makes another password when it changes. */
  readonly rotateWhenChanged: Readonly<Record<string, string>>;
  /** Of a password that is made now. One that is there keeps its own. */
  readonly endDate: string;
  /** Whether a password that is there stays, also where it is another one than `rotateWhenChanged` says. */
  readonly stays: boolean;
}

/** @returns undefined: the slot does not exist */
export function slotInputs({ state, renewed, revoked, fresh }: Next, name: SlotName): SlotInputs | undefined {
  const wanted = state[name];
  if (!wanted) return undefined;
  const stays = renewed !== name;
  const { generation = 0 } = wanted;
  return {
    generation,
    rotateWhenChanged: {
      generation: String(generation),
      // An update that failed may have made this generation before the day that everything is revoked of.
      ...(!stays && revoked !== undefined && { revokeBefore: revoked }),
    },
    // One that somebody took away is made again; Entra makes none that has ended already.
    endDate: dayOf(wanted.end) > fresh.key ? wanted.end : fresh.end,
    stays,
  };
}

/**
 * What is true of the slots.
 *
 * @param made the passwords that are there
 * @param inVault the generation that the vault holds; undefined: it holds the newest, or does not say
 */
export function recordedState(
  { state, fresh }: Next,
  made: Readonly<Partial<Record<SlotName, CredentialSlot | undefined>>>,
  inVault?: number,
): CredentialState {
  const names = (["a", "b"] as const).filter((name) => made[name] !== undefined);
  const held = names.find((name) => inVault !== undefined && made[name]?.generation === inVault);
  const current = held ?? newestOf(state.current, made);
  // Until today readers may have got another one, where it is another one than was planned.
  const since = (current === state.current ? state.since : fresh.key) ?? "";
  return {
    current,
    ...(since > (made[current]?.key ?? "") && { since }),
    ...(made.a && { a: made.a }),
    ...(made.b && { b: made.b }),
  };
}

function newestOf(planned: SlotName, made: Readonly<Partial<Record<SlotName, CredentialSlot | undefined>>>): SlotName {
  const other = planned === "a" ? "b" : "a";
  if (!made[planned]) return made[other] ? other : planned;
  return (made[other]?.generation ?? 0) > (made[planned].generation ?? 0) ? other : planned;
}
