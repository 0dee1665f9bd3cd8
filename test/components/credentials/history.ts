/** Years of deployments of one credential at random times, under random policies and orders. */
import fc from "fast-check";
import {
  dueDay,
  next,
  type Next,
  type RotationOrders,
  type RotationPolicy,
} from "../../../components/credentials/next.ts";
import { SettingsError } from "../../../contract/errors.ts";
import type { CredentialSlot, CredentialState } from "../../../contract/outputs.ts";

export const DAY = 24 * 60 * 60 * 1000;
const YEARS = 3 * 365 * DAY;

/** What a person writes into the settings, as days before (negative) or after the deployment that brings it. */
export interface RelativeOrders {
  readonly rotateOn: number | undefined;
  readonly revokeBefore: number | undefined;
}

export interface History {
  readonly start: number;
  readonly policy: RotationPolicy;
  readonly steps: readonly {
    readonly wait: number;
    readonly change: RotationPolicy | undefined;
    /** Undefined: what is in the settings stays there. */
    readonly orders: RelativeOrders | undefined;
  }[];
}

export interface Deployment extends Next {
  readonly at: number;
  readonly policy: RotationPolicy;
  readonly orders: RotationOrders;
  /** 00:00Z of the day that lateness of the following deployment counts from. */
  readonly due: number;
}

export function anyPolicy(): fc.Arbitrary<RotationPolicy> {
  return fc
    .record({ overlap: fc.nat(60), longer: fc.integer({ min: 1, max: 120 }), lateness: fc.nat(120) })
    .map(({ overlap, longer, lateness }) => ({ period: overlap + longer, overlap, lateness }));
}

/** Revocations are rare: after one there are no copies left to lose. */
export function anyOrders(): fc.Arbitrary<RelativeOrders> {
  return fc.record({
    rotateOn: fc.option(fc.integer({ min: -10, max: 20 }), { nil: undefined, freq: 4 }),
    revokeBefore: oneIn(15, fc.integer({ min: -200, max: 0 })),
  });
}

export function oneIn<T>(times: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: times - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

export function anyHistory(
  change: fc.Arbitrary<RotationPolicy | undefined>,
  orders: fc.Arbitrary<RelativeOrders | undefined> = fc.constant(undefined),
): fc.Arbitrary<History> {
  const wait = fc.oneof(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ max: 0.1, min: 0, noNaN: true }),
    fc.constant(1),
  );
  return fc.record({
    start: fc.integer({ min: 0, max: DAY - 1 }).map((time) => Date.parse("2026-01-01") + time),
    policy: anyPolicy(),
    steps: fc.array(fc.record({ wait, change, orders }), { minLength: 20, maxLength: 200 }),
  });
}

/**
 * Three years of deployments, or less if the steps are fewer. Each comes some time after the one before, at the latest
 * `late` days after the due day of the policy in force, which is the one that the last deployment brought. Where the
 * first day that renews comes after that, it may come at any time of that day.
 */
export function simulate({ start, policy, steps }: History, late: (policy: RotationPolicy) => number): Deployment[] {
  const deployments = [deploy(start, policy, undefined, { delivery: "vault" })];
  for (const { wait, change, orders } of steps) {
    const last = deployments.at(-1) as Deployment;
    if (last.at - start > YEARS) break;
    const promised = last.due + late(last.policy) * DAY;
    const renewal = firstRenewal(last);
    const latest = renewal > promised ? renewal + DAY - 1 : promised;
    const at = Math.ceil(last.at + wait * (latest - last.at));
    const written = orders ? { ...last.orders, ...absolute(orders, at) } : last.orders;
    deployments.push(deploy(at, change ?? last.policy, last.state, written, last.policy));
  }
  return deployments;
}

/** A refused deployment changes nothing; the person takes the order to rotate out of the settings and deploys again. */
export function deploy(
  at: number,
  policy: RotationPolicy,
  previous: CredentialState | undefined,
  orders: RotationOrders,
  announced = policy,
): Deployment {
  try {
    const result = next(day(at), policy, previous, orders, undefined, announced);
    return { ...result, at, policy, orders, due: Date.parse(dueDay(policy, result.state)) };
  } catch (error) {
    if (!(error instanceof SettingsError) || !error.message.startsWith("rotateOn")) throw error;
    const { rotateOn: _, ...rest } = orders;
    return deploy(at, policy, previous, rest, announced);
  }
}

export function absolute({ rotateOn, revokeBefore }: RelativeOrders, at: number) {
  return {
    rotateOn: rotateOn === undefined ? undefined : day(at + rotateOn * DAY),
    revokeBefore: revokeBefore === undefined ? undefined : day(at + revokeBefore * DAY),
  };
}

/** 00:00Z of the first day on which the next deployment renews. */
function firstRenewal({ at, due, policy, state }: Deployment): number {
  let renewal = Math.max(due, Date.parse(day(at)));
  while (!next(day(renewal), policy, state).renewed) renewal += DAY;
  return renewal;
}

/** When the secret that is current in `state` stops to work: it ends, or its slot is renewed or taken out. */
export function deathOf(state: CredentialState, later: readonly Deployment[]): number {
  const secret = state[state.current];
  const gone = later.find((deployment) => !keysOf(deployment.state).includes(secret?.key ?? ""))?.at ?? Infinity;
  return Math.min(instant(secret?.end), gone);
}

/** What a decision says of days: without the counting of renewals. */
export function daysOf({ state: { current, a, b }, renewed, warning }: Next): Omit<Next, "fresh"> {
  const days = (slot: CredentialSlot | undefined) => slot && { key: slot.key, end: slot.end };
  return {
    state: { current, ...(a && { a: days(a) }), ...(b && { b: days(b) }) },
    ...(renewed && { renewed }),
    ...(warning !== undefined && { warning }),
  };
}

export function keysOf({ a, b }: CredentialState): string[] {
  return [a, b].flatMap((slot) => (slot ? [slot.key] : []));
}

export function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

export function instant(text: string | undefined): number {
  if (text === undefined) throw new Error("The slot is missing.");
  return Date.parse(text);
}
