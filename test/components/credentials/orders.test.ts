import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { next, type Next, type RotationOrders, type RotationPolicy } from "../../../components/credentials/next.ts";
import type { CredentialState } from "../../../contract/outputs.ts";
import {
  absolute,
  anyHistory,
  anyOrders,
  anyPolicy,
  DAY,
  day,
  daysOf,
  deathOf,
  deploy,
  type Deployment,
  instant,
  keysOf,
  oneIn,
  simulate,
} from "./history.ts";

const policy: RotationPolicy = { period: 90, overlap: 30, lateness: 30 };
const january = { key: "2026-01-01", end: "2026-06-01T00:00:00Z" };
const april = { key: "2026-04-01", end: "2026-08-30T00:00:00Z" };
const onlyJanuary = { current: "a", a: january } as const;
const both = { current: "b", a: january, b: april } as const;
/** From the day on that the one of January ends. */
const onlyApril = { state: { current: "b", b: april } } as const;

function made(key: string) {
  return { key, end: `${day(Date.parse(key) + 151 * DAY)}T00:00:00Z` };
}

type Orders = Omit<RotationOrders, "delivery">;
type Row = readonly [
  what: string,
  today: string,
  orders: Orders,
  previous: CredentialState | undefined,
  result: Omit<Next, "fresh">,
];

describe("rotateOn", () => {
  it.each<Row>([
    ["does nothing before its day", "2026-05-09", { rotateOn: "2026-05-10" }, both, { state: both }],
    [
      "renews the slot that is not current on its day",
      "2026-05-10",
      { rotateOn: "2026-05-10" },
      both,
      { state: { current: "a", a: made("2026-05-10"), b: april }, renewed: "a" },
    ],
    [
      "and at the first deployment after it",
      "2026-05-20",
      { rotateOn: "2026-05-10" },
      both,
      { state: { current: "a", a: made("2026-05-20"), b: april }, renewed: "a" },
    ],
    [
      "renews once",
      "2026-05-21",
      { rotateOn: "2026-05-10" },
      { current: "a", a: made("2026-05-20"), b: april },
      { state: { current: "a", a: made("2026-05-20"), b: april } },
    ],
    ["is done with a secret that was made on its day", "2026-05-10", { rotateOn: "2026-04-01" }, both, { state: both }],
    [
      "has nothing to wait for where there is one slot",
      "2026-01-02",
      { rotateOn: "2026-01-02" },
      onlyJanuary,
      { state: { current: "b", a: january, b: made("2026-01-02") }, renewed: "b" },
    ],
    [
      "has nothing to wait for where the other one has expired",
      "2026-04-10",
      { rotateOn: "2026-04-10" },
      { ...both, a: { key: "2025-11-10", end: "2026-04-10T00:00:00Z" } },
      { state: { current: "a", a: made("2026-04-10"), b: april }, renewed: "a" },
    ],
    [
      "makes no second secret where there is none yet",
      "2026-05-10",
      { rotateOn: "2026-05-10" },
      undefined,
      { state: { current: "a", a: made("2026-05-10") }, renewed: "a" },
    ],
  ])("%s", (_, today, orders, previous, result) => {
    expect(daysOf(next(today, policy, previous, { delivery: "vault", ...orders }))).toStrictEqual(result);
  });

  it("is refused while copies of the other slot may be in use", () => {
    const orders = { delivery: "vault", rotateOn: "2026-04-20" } as const;

    expect(() => next("2026-05-01", policy, both, orders)).toThrow(
      /^rotateOn 2026-04-20: copies of the secret made on 2026-01-01 may be in use, so that it can be renewed from 2026-05-02 on\. Write rotateOn: 2026-05-02, or revokeBefore if copies have to end at once\.$/,
    );
    expect(next("2026-05-02", policy, both, orders).renewed).toBe("a");
  });

  it("is refused while the current secret waits for its acknowledgement", () => {
    const orders = { delivery: "pasted", acknowledged: "2026-01-01", rotateOn: "2026-05-10" } as const;

    expect(() => next("2026-05-10", policy, both, orders)).toThrow(
      /^rotateOn 2026-05-10: the secret made on 2026-04-01 has not been acknowledged, and until then nothing is renewed\. Enter it in the vendor's form and acknowledge it first \(npx --no-install tenantwire credentials ack <credential> -s <stack>\)\.$/,
    );
    expect(next("2026-05-10", policy, both, { ...orders, acknowledged: "2026-04-01" }).renewed).toBe("a");
  });
});

describe("revokeBefore", () => {
  const vault = "Whoever uses one has to read the newest secret from the vault.";

  it.each<Row>([
    [
      "replaces the current secret in the other slot and leaves nothing older",
      "2026-05-10",
      { revokeBefore: "2026-05-10" },
      both,
      {
        state: { current: "a", a: made("2026-05-10") },
        renewed: "a",
        warning: `revokeBefore 2026-05-10 ends copies of the secrets made on 2026-01-01 and 2026-04-01 with this deployment. ${vault}`,
      },
    ],
    [
      "replaces a first secret in the other slot",
      "2026-01-10",
      { revokeBefore: "2026-01-05" },
      onlyJanuary,
      {
        state: { current: "b", b: made("2026-01-10") },
        renewed: "b",
        warning: `revokeBefore 2026-01-05 ends copies of the secret made on 2026-01-01 with this deployment. ${vault}`,
      },
    ],
    [
      "takes out the slot that is not current and leaves a younger one alone",
      "2026-05-10",
      { revokeBefore: "2026-04-01" },
      both,
      {
        state: { current: "b", b: april },
        warning: `revokeBefore 2026-04-01 ends copies of the secret made on 2026-01-01 with this deployment. ${vault}`,
      },
    ],
    [
      "does not speak of a secret that has expired",
      "2026-06-01",
      { revokeBefore: "2026-04-01" },
      both,
      { state: { current: "b", b: april } },
    ],
    [
      "does nothing the next day",
      "2026-05-11",
      { revokeBefore: "2026-05-10" },
      { current: "a", a: made("2026-05-10") },
      { state: { current: "a", a: made("2026-05-10") } },
    ],
    ["does nothing where everything is younger", "2026-05-10", { revokeBefore: "2026-01-01" }, both, { state: both }],
    [
      "goes together with a renewal that is due",
      "2026-07-01",
      { revokeBefore: "2026-02-01" },
      { ...both, a: { key: "2026-01-01", end: "2026-08-01T00:00:00Z" } },
      {
        state: { current: "a", a: made("2026-07-01"), b: april },
        renewed: "a",
        warning: `revokeBefore 2026-02-01 ends copies of the secret made on 2026-01-01 with this deployment. ${vault}`,
      },
    ],
    [
      "carries out an order to rotate as well, however young the current secret is",
      "2026-04-10",
      { revokeBefore: "2026-04-10", rotateOn: "2026-04-10" },
      both,
      {
        state: { current: "a", a: made("2026-04-10") },
        renewed: "a",
        warning: `revokeBefore 2026-04-10 ends copies of the secrets made on 2026-01-01 and 2026-04-01 with this deployment. ${vault}`,
      },
    ],
  ])("%s", (_, today, orders, previous, result) => {
    expect(daysOf(next(today, policy, previous, { delivery: "vault", ...orders }))).toStrictEqual(result);
  });

  it.each([undefined, both])("is refused in the future after %j", (previous) => {
    expect(() => next("2026-05-10", policy, previous, { delivery: "vault", revokeBefore: "2026-05-11" })).toThrow(
      /^revokeBefore 2026-05-11 is in the future\. Write 2026-05-10 or an earlier day; a secret made today can be revoked tomorrow\.$/,
    );
  });

  it("tells the administrator what to do with the vendor's form, and waits for no acknowledgement", () => {
    const orders = { delivery: "pasted", acknowledged: "2026-01-01", revokeBefore: "2026-05-10" } as const;

    expect(daysOf(next("2026-05-10", policy, both, orders))).toStrictEqual({
      state: { current: "a", a: made("2026-05-10") },
      renewed: "a",
      warning:
        "revokeBefore 2026-05-10 ends copies of the secrets made on 2026-01-01 and 2026-04-01 with this deployment. " +
        "If one is in the vendor's form, enter the newest secret there and acknowledge it (npx --no-install tenantwire credentials ack <credential> -s <stack>).",
    });
  });
});

describe("a pasted secret", () => {
  it.each<Row>([
    [
      "is made at once where there is none",
      "2026-01-01",
      {},
      undefined,
      { state: { current: "a", a: january }, renewed: "a" },
    ],
    ["is not renewed while nobody acknowledged the first", "2026-04-01", {}, onlyJanuary, { state: onlyJanuary }],
    ["is not renewed by another acknowledgement", "2026-07-01", { acknowledged: "2026-01-01" }, both, onlyApril],
    ["is not renewed when the current one has expired", "2027-01-01", {}, both, onlyApril],
    [
      "is renewed when it is due and acknowledged",
      "2026-06-30",
      { acknowledged: "2026-04-01" },
      both,
      { state: { current: "a", a: made("2026-06-30"), b: april }, renewed: "a" },
    ],
    ["is not renewed before it is due", "2026-06-29", { acknowledged: "2026-04-01" }, both, onlyApril],
  ])("%s", (_, today, orders, previous, result) => {
    expect(daysOf(next(today, policy, previous, { delivery: "pasted", ...orders }))).toStrictEqual(result);
  });

  it("is not renewed on the day it was made: both would have the key that was acknowledged", () => {
    const first = next("2026-01-01", { period: 10, overlap: 0, lateness: 0 }, undefined).state;
    const orders = { delivery: "pasted", acknowledged: "2026-01-01" } as const;

    expect(next("2026-01-01", policy, first, orders).renewed).toBeUndefined();
    expect(next("2026-01-02", policy, first, orders).renewed).toBe("b");
  });
});

describe("orders, over three years of deployments at random times", () => {
  const ordered = anyHistory(oneIn(10, anyPolicy()), oneIn(2, anyOrders()));

  it("a reader that takes what the vault says works while deployments are at most L + O days late", () => {
    fc.assert(
      fc.property(ordered, (history) => {
        const deployments = simulate(history, ({ lateness, overlap }) => lateness + overlap);

        for (const [index, { at }] of deployments.slice(1).entries()) {
          const { state } = deployments[index] as Deployment;
          expect(instant(state[state.current]?.end)).toBeGreaterThanOrEqual(at);
        }
      }),
    );
  });

  it("a copy works for O days while they are at most L days late, unless revokeBefore said that it does not", () => {
    fc.assert(
      fc.property(ordered, (history) => {
        const deployments = simulate(history, ({ lateness }) => lateness);

        for (const [index, before] of deployments.entries()) {
          const after = deployments[index + 1];
          if (!after?.renewed || after.at > before.due + before.policy.lateness * DAY) continue;
          const death = deathOf(before.state, deployments.slice(index + 1));
          const inForce = deployments.slice(index).filter(({ at }) => at <= death);
          const promised = Math.min(...inForce.map(({ policy: { overlap } }) => overlap));
          if (death - after.at >= promised * DAY) continue;
          const said = deployments.filter(({ at }) => at === death).map(({ warning = "" }) => warning);
          expect(said.join()).toContain(before.state[before.state.current]?.key);
        }
      }),
    );
  });

  it("at most one slot is renewed, never the current one, and a key names one secret", () => {
    fc.assert(
      fc.property(ordered, (history) => {
        const deployments = simulate(history, ({ lateness, overlap }) => lateness + overlap);

        for (const [index, { state, renewed, at }] of deployments.slice(1).entries()) {
          const before = (deployments[index] as Deployment).state;
          const fresh = (["a", "b"] as const).filter((slot) => state[slot] && state[slot]?.key !== before[slot]?.key);
          expect(fresh).toEqual(renewed ? [renewed] : []);
          expect(renewed).not.toBe(before.current);
          expect(state.current).toBe(renewed ?? before.current);
          if (renewed) expect(keysOf(before)).not.toContain(day(at));
        }
      }),
    );
  });

  it("nothing older than revokeBefore is left, and a warning names what ends with it and nothing else", () => {
    fc.assert(
      fc.property(ordered, (history) => {
        const deployments = simulate(history, ({ lateness, overlap }) => lateness + overlap);

        for (const [index, { state, orders, at, warning }] of deployments.slice(1).entries()) {
          const { a, b } = (deployments[index] as Deployment).state;
          const { revokeBefore = "" } = orders;
          expect(keysOf(state).filter((key) => key < revokeBefore)).toEqual([]);
          const ended = [a, b].filter((slot) => slot && slot.key < revokeBefore && instant(slot.end) > at);
          const named = (warning ?? "").match(/(?<=made on .*)\d{4}-\d\d-\d\d/g) ?? [];
          expect(named).toEqual(ended.map((slot) => slot?.key).sort());
        }
      }),
    );
  });

  it("an order that was carried out means nothing afterwards", () => {
    fc.assert(
      fc.property(ordered, (history) => {
        for (const deployment of simulate(history, ({ lateness, overlap }) => lateness + overlap)) {
          const { at, policy: inForce, orders, state, postponed } = deployment;
          // What waits for the deployment after it was not carried out by this one.
          if (postponed) continue;
          expect(next(day(at), inForce, state, orders).renewed).toBeUndefined();
          expect(next(day(at), inForce, state, orders).state).toEqual(state);
          const { rotateOn, ...rest } = orders;
          if (rotateOn === undefined || rotateOn > day(at)) continue;
          for (const later of [day(at + DAY), day(at + 60 * DAY)]) {
            expect(next(later, inForce, state, orders)).toEqual(next(later, inForce, state, rest));
          }
        }
      }),
    );
  });
});

describe("a pasted secret, over years of deployments whenever anybody likes", () => {
  const step = fc.record({
    /** Days since the last deployment. */
    wait: fc.oneof(fc.nat(10), fc.nat(200)),
    policy: oneIn(4, anyPolicy()),
    orders: oneIn(2, anyOrders()),
    /** What the administrator acknowledges before: the current one, or by mistake one of long ago. */
    acknowledges: fc.constantFrom("nothing", "current", "current", "first"),
  });

  it("the acknowledged copy lives to its own end, unless revokeBefore said that it does not", () => {
    fc.assert(
      fc.property(anyPolicy(), fc.array(step, { minLength: 10, maxLength: 60 }), (start, steps) => {
        let last = deploy(Date.parse("2026-01-01"), start, undefined, { delivery: "pasted" });
        for (const { wait, policy: changed, orders, acknowledges } of steps) {
          const at = last.at + wait * DAY;
          const acknowledged = { nothing: last.orders.acknowledged, current: keyOf(last.state), first: "2026-01-01" };
          const written = {
            ...last.orders,
            ...(orders && absolute(orders, at)),
            acknowledged: acknowledged[acknowledges],
          };
          const following = deploy(at, changed ?? last.policy, last.state, written);

          const inForm = [last.state.a, last.state.b].find((slot) => slot?.key === written.acknowledged);
          const gone = inForm !== undefined && !keysOf(following.state).includes(inForm.key);
          if (gone && instant(inForm.end) > at) expect(following.warning).toContain(inForm.key);
          if (written.acknowledged !== keyOf(last.state) && !keysRevoked(last.state, written.revokeBefore)) {
            expect(following.renewed).toBeUndefined();
            expect(following.state.current).toBe(last.state.current);
          }
          last = following;
        }
      }),
    );
  });
});

function keyOf(state: CredentialState): string | undefined {
  return state[state.current]?.key;
}

function keysRevoked(state: CredentialState, revokeBefore = ""): boolean {
  return keysOf(state).some((key) => key < revokeBefore);
}
