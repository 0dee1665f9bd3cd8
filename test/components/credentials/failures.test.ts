/**
 * The promises of a rotation where updates fail after any resource, are run twice, are refreshed after somebody took
 * slots away, and lose their outputs: what the engine does with the two passwords and the vault, over three years.
 */
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { recordedState, slotInputs } from "../../../components/credentials/deployed-slots.ts";
import { dueDay, next, renewalDay, type RotationPolicy } from "../../../components/credentials/next.ts";
import { SettingsError } from "../../../contract/errors.ts";
import type { CredentialSlot, CredentialState } from "../../../contract/outputs.ts";
import { anyPolicy, DAY, day, instant, oneIn } from "./history.ts";

const START = Date.parse("2026-01-01");
const YEARS = 3 * 365 * DAY;
const SLOTS = ["a", "b"] as const;

/** A password as Entra has it. */
interface Password {
  readonly made: number;
  readonly end: number;
  /** When it was taken away. */
  deleted: number;
  /** When readers could get it from the vault last. */
  read: number;
  /** Whether that was later than copies of it are promised to work, since renewing before would have ended others. */
  late: boolean;
}

/** A password as the engine's state has it. */
interface Resource {
  readonly password: Password;
  readonly rotateWhenChanged: Readonly<Record<string, string>>;
}

interface World {
  slots: { a?: Resource | undefined; b?: Resource | undefined };
  /** Replaced or left out, and not deleted yet. */
  pending: Password[];
  vault?: { readonly password: Password; readonly generation: number | undefined };
  outputs?: CredentialState;
  /** The policy that the outputs tell of. */
  announced?: RotationPolicy;
  readonly all: Password[];
}

interface Orders {
  readonly rotateOn?: string | undefined;
  readonly revokeBefore?: string | undefined;
}

/** A policy that an update brought, or tried to bring. */
interface Tried {
  readonly from: number;
  readonly policy: RotationPolicy;
  readonly through: boolean;
}

/** The steps of an update in the order of the engine; each may be the last one that works. */
const STEPS = ["first slot", "second slot", "vault", "deletes", "outputs"] as const;

interface Attempt {
  /** Of the time until the next success. */
  readonly wait: number;
  /** After how many steps it fails; undefined: it does not. */
  readonly fails: number | undefined;
  readonly twice: boolean;
  readonly policy: RotationPolicy | undefined;
  readonly rotateOn: number | undefined;
  readonly revokes: boolean;
  /** A tidy person takes away what has expired, and a refresh finds out. */
  readonly tidied: boolean;
}

function attempts(changes: { policy?: boolean; revokes?: boolean }): fc.Arbitrary<Attempt[]> {
  const attempt = fc.record({
    wait: fc.double({ min: 0, max: 1, noNaN: true }),
    fails: oneIn(2, fc.nat(STEPS.length - 1)),
    twice: fc.boolean(),
    policy: changes.policy ? oneIn(4, anyPolicy()) : fc.constant(undefined),
    rotateOn: oneIn(4, fc.integer({ min: -10, max: 20 })),
    revokes: changes.revokes ? oneIn(10, fc.constant(true)).map((yes) => yes === true) : fc.constant(false),
    tidied: fc.boolean(),
  });
  return fc.array(attempt, { minLength: 30, maxLength: 200 });
}

/** One update. @returns whether it went through */
function update(world: World, at: number, policy: RotationPolicy, orders: Orders, fails: number): boolean {
  const held = world.vault?.generation;
  const plan = next(day(at), policy, world.outputs, { delivery: "vault", ...orders }, held, world.announced);
  let steps = 0;
  const works = () => steps++ < fails;
  for (const name of SLOTS) {
    if (!works()) return false;
    const inputs = slotInputs(plan, name);
    const there = world.slots[name];
    const same =
      there &&
      inputs &&
      (inputs.stays || JSON.stringify(there.rotateWhenChanged) === JSON.stringify(inputs.rotateWhenChanged));
    if (same) continue;
    if (there) world.pending.push(there.password);
    // Without an order to delete it stays where it is until the deletes.
    world.slots[name] = inputs && {
      password: make(world, at, inputs.endDate),
      rotateWhenChanged: inputs.rotateWhenChanged,
    };
  }
  if (!works()) return false;
  const made = { a: recorded(world.slots.a), b: recorded(world.slots.b) };
  const newest = recordedState(plan, made);
  const password = world.slots[newest.current]?.password as Password;
  if (world.vault?.password !== password) {
    if (world.vault) world.vault.password.read = at;
    world.vault = { password, generation: newest[newest.current]?.generation };
  }
  if (!works()) return false;
  for (const gone of world.pending) gone.deleted = at;
  world.pending = [];
  if (!works()) return false;
  world.outputs = recordedState(plan, made, world.vault?.generation);
  world.announced = policy;
  return true;
}

function make(world: World, at: number, endDate: string): Password {
  const end = instant(endDate);
  // KeyCredentialsInvalidEndDate
  expect(end).toBeGreaterThan(at);
  const password = { made: at, end, deleted: Infinity, read: Infinity, late: false };
  world.all.push(password);
  return password;
}

function recorded(resource: Resource | undefined): CredentialSlot | undefined {
  if (!resource) return undefined;
  const { password, rotateWhenChanged } = resource;
  const end = `${day(password.end)}T00:00:00Z`;
  return { key: day(password.made), end, generation: Number(rotateWhenChanged["generation"]) };
}

function tidy(world: World, at: number): void {
  for (const name of SLOTS) {
    const slot = world.slots[name];
    if (!slot || slot.password.end > at) continue;
    slot.password.deleted = at;
    world.slots[name] = undefined;
  }
  for (const gone of world.pending.filter(({ end }) => end <= at)) gone.deleted = at;
}

/** A refused order changes nothing: the person takes it out of the settings and deploys again. */
function updateWithout(world: World, at: number, policy: RotationPolicy, orders: Orders, fails: number): boolean {
  try {
    return update(world, at, policy, orders, fails);
  } catch (error) {
    if (!(error instanceof SettingsError) || !error.message.startsWith("rotateOn")) throw error;
    return update(world, at, policy, { ...orders, rotateOn: undefined }, fails);
  }
}

/**
 * Years of attempts. One that goes through comes at most `late` days after the day that the last one that did made
 * due; those that fail come at any time before.
 */
function live(
  policy: RotationPolicy,
  steps: readonly Attempt[],
  late: (policy: RotationPolicy) => number,
  each: (world: World, at: number) => void,
): { world: World; policies: Tried[]; ended: number } {
  const world: World = { slots: {}, pending: [], all: [] };
  const policies: Tried[] = [{ from: START, policy, through: true }];
  expect(update(world, START, policy, {}, Infinity)).toBe(true);
  let at = START;
  let inForce = policy;
  let orders: Orders = {};
  for (const step of steps) {
    if (at - START > YEARS) break;
    const state = world.outputs as CredentialState;
    const promised = Date.parse(dueDay(inForce, state)) + late(inForce) * DAY;
    const renewal = Date.parse(renewalDay(inForce, state));
    const latest = Math.max(at, renewal > promised ? renewal + DAY - 1 : promised);
    at = Math.min(latest, Math.ceil(at + step.wait * (latest - at)));
    each(world, at);
    if (step.tidied) tidy(world, at);
    const wanted = step.policy ?? inForce;
    orders = {
      rotateOn: step.rotateOn === undefined ? orders.rotateOn : day(at + step.rotateOn * DAY),
      revokeBefore: step.revokes ? day(at) : orders.revokeBefore,
    };
    const before = world.vault?.password;
    const through = updateWithout(world, at, wanted, orders, step.fails ?? Infinity);
    policies.push({ from: at, policy: wanted, through });
    if (before?.read === at) before.late ||= at > promised;
    // Only what went through says which policy the next one is late by.
    if (through) inForce = wanted;
    if (through && step.twice) expect(updateWithout(world, at, wanted, orders, Infinity)).toBe(true);
  }
  return { world, policies, ended: at };
}

function policyOf(period: number, overlap: number, lateness: number): RotationPolicy {
  return { period, overlap, lateness };
}

describe("a rotation on its worst days, over three years", () => {
  it.each([
    ["never changes", {}],
    ["changes with updates", { policy: true }],
  ])("the secret in the vault works while updates are at most L + O days late and the policy %s", (_, changes) => {
    fc.assert(
      fc.property(anyPolicy(), attempts(changes), (policy, steps) => {
        const late = ({ lateness, overlap }: RotationPolicy) => lateness + overlap;
        live(policy, steps, late, ({ vault }, at) => {
          expect(Math.min(vault?.password.end ?? 0, vault?.password.deleted ?? 0)).toBeGreaterThanOrEqual(at);
        });
      }),
    );
  });

  it.each([
    ["never changes", {}],
    ["changes with updates", { policy: true }],
  ])("a copy works for O days while they are at most L days late and the policy %s", (_, changes) => {
    fc.assert(
      fc.property(anyPolicy(), attempts(changes), (policy, steps) => {
        const { world, policies } = live(
          policy,
          steps,
          ({ lateness }) => lateness,
          () => undefined,
        );
        for (const { read, late, end, deleted } of world.all) {
          if (read === Infinity || late) continue;
          const death = Math.min(end, deleted);
          // From the one that was in force when it was read last to what was tried until it died.
          const first = policies.findLastIndex(({ from, through }) => through && from < read);
          const overlaps = policies
            .slice(first)
            .filter(({ from }) => from <= death)
            .map(({ policy: { overlap } }) => overlap);
          expect(death - read).toBeGreaterThanOrEqual(Math.min(...overlaps) * DAY);
        }
      }),
    );
  });

  it("nothing older than revokeBefore is left once an update went through, though others failed before", () => {
    fc.assert(
      fc.property(anyPolicy(), attempts({ revokes: true }), fc.nat(40), (policy, steps, later) => {
        const { world, ended } = live(
          policy,
          steps,
          ({ lateness }) => lateness,
          () => undefined,
        );
        const at = ended + (later + 1) * DAY;

        expect(update(world, at, policy, { revokeBefore: day(at) }, Infinity)).toBe(true);

        const alive = world.all.filter(({ end, deleted }) => Math.min(end, deleted) > at);
        expect(alive.map(({ made }) => day(made))).toEqual([day(at)]);
        expect(world.vault?.password === alive[0]).toBe(true);
      }),
    );
  });

  it("the vault has a secret that works once two updates went through, however late they came", () => {
    fc.assert(
      fc.property(anyPolicy(), attempts({ policy: true }), fc.nat(400), (policy, steps, later) => {
        const { world, ended } = live(
          policy,
          steps,
          () => 400,
          () => undefined,
        );
        const at = ended + later * DAY;

        // The first one finishes what was begun, which may have ended since.
        for (let times = 0; times < 2; times++) expect(updateWithout(world, at, policy, {}, Infinity)).toBe(true);

        expect(Math.min(world.vault?.password.end ?? 0, world.vault?.password.deleted ?? 0)).toBeGreaterThan(at);
      }),
    );
  });

  it("a secret by a shorter policy is not in the vault before an update told of that policy", () => {
    const [long, short] = [policyOf(9, 3, 3), policyOf(4, 1, 1)];
    const world: World = { slots: {}, pending: [], all: [] };
    update(world, START, long, {}, Infinity);
    const announcedAt = START + 15 * DAY;

    // Due by the shorter one, and it fails when the vault has been written.
    update(world, START + 5 * DAY, short, {}, STEPS.indexOf("vault") + 1);
    expect(world.vault?.password.end).toBeGreaterThan(announcedAt);

    expect(update(world, START + 6 * DAY, short, {}, Infinity)).toBe(true);
    expect(update(world, START + 7 * DAY, short, {}, Infinity)).toBe(true);
    expect(world.vault?.password.made).toBe(START + 7 * DAY);
  });

  it("the same renewal is made once, however often it is tried", () => {
    fc.assert(
      fc.property(anyPolicy(), fc.array(fc.nat(STEPS.length - 1), { minLength: 1, maxLength: 20 }), (policy, tries) => {
        const failing = tries.slice(0, policy.period + policy.lateness + policy.overlap);
        const world: World = { slots: {}, pending: [], all: [] };
        update(world, START, policy, {}, Infinity);
        const due = START + policy.period * DAY;

        for (const [index, fails] of failing.entries()) update(world, due + index * DAY, policy, {}, fails);
        update(world, due + failing.length * DAY, policy, {}, Infinity);

        expect(world.all).toHaveLength(2);
        expect(world.outputs?.current).toBe("b");
      }),
    );
  });
});
