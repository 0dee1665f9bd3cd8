import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  checkPolicy,
  next,
  type RotationOrders,
  type RotationPolicy,
  type SlotName,
} from "../../../components/credentials/next.ts";
import type { CredentialState } from "../../../contract/outputs.ts";
import { anyHistory, anyPolicy, DAY, day, daysOf, deathOf, type Deployment, instant, simulate } from "./history.ts";

const policy: RotationPolicy = { period: 90, overlap: 30, lateness: 30 };
const first = { current: "a", a: { key: "2026-01-01", end: "2026-06-01T00:00:00Z" } } as const;
const second = {
  current: "b",
  a: { key: "2026-01-01", end: "2026-06-01T00:00:00Z" },
  b: { key: "2026-04-01", end: "2026-08-30T00:00:00Z" },
} as const;

describe("next", () => {
  it.each<[string, string, RotationPolicy, CredentialState | undefined, CredentialState, SlotName | undefined]>([
    ["makes the first slot only", "2026-01-01", policy, undefined, first, "a"],
    ["changes nothing on the day itself", "2026-01-01", policy, first, first, undefined],
    ["changes nothing a day before it is due", "2026-03-31", policy, first, first, undefined],
    ["makes the second slot when the first is due", "2026-04-01", policy, first, second, "b"],
    ["changes nothing while the second is young", "2026-05-31", policy, second, second, undefined],
    ["leaves a slot that is not current alone while it lives", "2026-05-31", policy, second, second, undefined],
    [
      "leaves out a slot that is not current from the day on that it ends",
      "2026-06-01",
      policy,
      second,
      { current: "b", b: second.b },
      undefined,
    ],
    [
      "renews the slot that is not current, years late too",
      "2028-02-29",
      policy,
      second,
      { current: "a", a: { key: "2028-02-29", end: "2028-07-29T00:00:00Z" } },
      "a",
    ],
    [
      "is due at once when the period was made shorter than its age",
      "2026-02-10",
      { period: 40, overlap: 30, lateness: 30 },
      first,
      { ...first, current: "b", b: { key: "2026-02-10", end: "2026-05-22T00:00:00Z" } },
      "b",
    ],
    [
      "is due at once when the end is too near for a longer lateness",
      "2026-02-10",
      { period: 90, overlap: 30, lateness: 100 },
      first,
      { ...first, current: "b", b: { key: "2026-02-10", end: "2026-09-19T00:00:00Z" } },
      "b",
    ],
    [
      "waits with a longer lateness while copies of the other slot may be in use",
      "2026-05-01",
      { period: 90, overlap: 30, lateness: 120 },
      second,
      second,
      undefined,
    ],
    [
      "and renews when they no longer can",
      "2026-05-02",
      { period: 90, overlap: 30, lateness: 120 },
      second,
      { ...second, current: "a", a: { key: "2026-05-02", end: "2026-12-29T00:00:00Z" } },
      "a",
    ],
    [
      "does not wait for a slot that has expired",
      "2026-04-10",
      { period: 90, overlap: 30, lateness: 120 },
      { ...second, a: { key: "2025-11-10", end: "2026-04-10T00:00:00Z" } },
      { ...second, current: "a", a: { key: "2026-04-10", end: "2026-12-07T00:00:00Z" } },
      "a",
    ],
    [
      "renews no slot on the day on which the other one was made",
      "2026-04-01",
      { period: 90, overlap: 30, lateness: 120 },
      { ...second, a: { key: "2025-11-01", end: "2026-04-01T00:00:00Z" } },
      { current: "b", b: second.b },
      undefined,
    ],
  ])("%s", (_, today, given, previous, state, renewed) => {
    const result = daysOf(next(today, given, previous));

    expect(result).toEqual({ state, ...(renewed && { renewed }) });
  });

  it("renews the other slot at once when the vault lost the current one", () => {
    const plan = next("2026-02-01", policy, first, { delivery: "vault", lost: true });
    expect(plan).toMatchObject({ renewed: "b", state: { current: "b", a: first.a, b: { key: "2026-02-01" } } });
  });

  it("says of a renewal that the vault has that it is begun", () => {
    const counted = { ...first, a: { ...first.a, generation: 1 } };
    expect(next("2026-04-02", policy, counted, undefined, 2)).toMatchObject({
      renewed: "b",
      begun: true,
    });
    expect(next("2026-04-02", policy, counted, undefined, 1)).not.toHaveProperty("begun");
  });

  it("renews the current one while it lives, however late it came into the vault", () => {
    const short = { period: 4, overlap: 1, lateness: 1 };
    const late = {
      current: "b",
      since: "2026-12-09",
      a: { key: "2026-11-29", end: "2026-12-15T00:00:00Z", generation: 1 },
      b: { key: "2026-12-04", end: "2026-12-11T00:00:00Z", generation: 2 },
    } as const;

    expect(next("2026-12-10", short, late)).toMatchObject({ renewed: "a" });
  });

  describe("with another policy than people were told of", () => {
    const shorter = { period: 40, overlap: 20, lateness: 20 };

    it.each(["2026-02-10", "2026-03-12"])(
      "waits on %s for the deployment after it: a new one would not outlive the current one",
      (today) => {
        const plan = next(today, shorter, first, undefined, undefined, policy);

        expect(plan).toMatchObject({ postponed: true, state: first });
        expect(plan).not.toHaveProperty("renewed");
        expect(next(today, shorter, plan.state, undefined, undefined, shorter)).toMatchObject({ renewed: "b" });
      },
    );

    it.each<[string, string, RotationPolicy, RotationOrders, number | undefined]>([
      [
        "that makes longer ones",
        "2026-02-10",
        { period: 40, overlap: 30, lateness: 50 },
        { delivery: "vault" },
        undefined,
      ],
      ["where that outlives the current one", "2026-03-13", shorter, { delivery: "vault" }, undefined],
      [
        "when the current one is revoked",
        "2026-02-10",
        shorter,
        { delivery: "vault", revokeBefore: "2026-02-10" },
        undefined,
      ],
      ["when the vault has lost it", "2026-02-10", shorter, { delivery: "vault", lost: true }, undefined],
      ["when the vault has the renewal", "2026-02-10", shorter, { delivery: "vault" }, 1],
    ])("renews at once %s", (_, today, given, orders, held) => {
      const plan = next(today, given, first, orders, held, policy);

      expect(plan).toMatchObject({ renewed: "b" });
      expect(plan).not.toHaveProperty("postponed");
    });

    it("waits with an order to renew, which still stands afterwards", () => {
      const orders = { delivery: "vault", rotateOn: "2026-02-05" } as const;
      const shortest = { period: 50, overlap: 1, lateness: 1 };

      const plan = next("2026-02-05", shortest, first, orders, undefined, policy);

      expect(plan).toMatchObject({ postponed: true });
      expect(next("2026-02-06", shortest, plan.state, orders, undefined, shortest)).toMatchObject({ renewed: "b" });
    });
  });

  it("gives no secret a longer life than 151 days by default", () => {
    const { state } = next("2026-01-01", policy, undefined);

    expect(Date.parse(state.a?.end ?? "") - Date.parse("2026-01-01")).toBe(151 * DAY);
  });

  it.each([
    [
      { period: 30, overlap: 30, lateness: 0 },
      /^The period of a secret \(30 days\) must be longer than its overlap \(30 days\)/,
    ],
    [
      { period: 90, overlap: -1, lateness: 0 },
      /^The overlap of a secret must be whole days and not negative, not -1\.$/,
    ],
    [
      { period: 90, overlap: 30, lateness: 1.5 },
      /^The lateness of a secret must be whole days and not negative, not 1\.5\.$/,
    ],
  ])("refuses the policy %j", (given, text) => {
    expect(() => checkPolicy(given)).toThrow(text);
    expect(() => next("2026-01-01", given, undefined)).toThrow(text);
  });

  it("refuses a history whose current slot is missing", () => {
    expect(() => next("2026-01-01", policy, { current: "b", a: first.a })).toThrow(
      "Slot b of a secret is said to be current, but there is none.",
    );
  });
});

describe("next, over three years of deployments at random times", () => {
  const unchanged = fc.constant(undefined);
  const changing = fc.option(anyPolicy(), { nil: undefined, freq: 2 });

  it.each([
    ["never changes", unchanged],
    ["changes with deployments", changing],
  ])("keeps the current secret alive while they are at most L + O days late and the policy %s", (_, change) => {
    const late = ({ lateness, overlap }: RotationPolicy) => lateness + overlap;
    fc.assert(
      fc.property(anyHistory(change), (history) => {
        const deployments = simulate(history, late);

        for (const [index, deployment] of deployments.slice(1).entries()) {
          const { state } = deployments[index] as Deployment;
          expect(instant(state[state.current]?.end)).toBeGreaterThanOrEqual(deployment.at);
        }
      }),
    );
  });

  it.each([
    ["never changes", unchanged],
    ["changes with deployments", changing],
  ])("keeps copies read up to O days ago working while they are at most L days late and the policy %s", (_, change) => {
    fc.assert(
      fc.property(anyHistory(change), (history) => {
        const deployments = simulate(history, ({ lateness }) => lateness);

        for (const [index, before] of deployments.entries()) {
          const after = deployments[index + 1];
          if (!after?.renewed || after.at > before.due + before.policy.lateness * DAY) continue;
          // The copy that is worst off was read just before the renewal.
          const death = deathOf(before.state, deployments.slice(index + 2));
          const inForce = deployments.slice(index).filter(({ at }) => at <= death);
          const promised = Math.min(...inForce.map(({ policy }) => policy.overlap));
          expect(death - after.at).toBeGreaterThanOrEqual(promised * DAY);
        }
      }),
    );
  });

  it("renews on the due day and not before while the policy never changes", () => {
    fc.assert(
      fc.property(anyHistory(unchanged), (history) => {
        for (const { at, due, policy, state } of simulate(history, ({ lateness }) => lateness)) {
          expect(due).toBeGreaterThan(at);
          expect(next(day(due - DAY), policy, state).renewed).toBeUndefined();
          expect(next(day(due), policy, state).renewed).toBe(state.current === "a" ? "b" : "a");
        }
      }),
    );
  });

  it("renews at most one slot, never the current one, and for at most P + L + O + 1 days", () => {
    fc.assert(
      fc.property(anyHistory(changing), (history) => {
        const deployments = simulate(history, ({ lateness, overlap }) => lateness + overlap);

        for (const [index, { state, renewed, policy, at }] of deployments.slice(1).entries()) {
          const before = (deployments[index] as Deployment).state;
          expect(renewed).not.toBe(before.current);
          const alive = instant(before[before.current]?.end) > at;
          if (alive || !renewed) expect(state[before.current]).toEqual(before[before.current]);
          expect(state.current).toBe(renewed ?? before.current);
          if (renewed) expect(state[renewed]).toMatchObject({ key: day(at), generation: newest(before) + 1 });
          const longest = policy.period + policy.lateness + policy.overlap + 1;
          if (renewed) expect(instant(state[renewed]?.end) - instant(state[renewed]?.key)).toBe(longest * DAY);
        }
      }),
    );
  });
});

function newest({ a, b }: CredentialState): number {
  return Math.max(a?.generation ?? 0, b?.generation ?? 0);
}
