import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { next, type RotationPolicy } from "../../../components/credentials/next.ts";
import {
  type CredentialCondition,
  credentialStatus,
  type CredentialStatus,
  needsAttention,
  type RotatedCredential,
} from "../../../components/credentials/status.ts";
import { anyHistory, anyPolicy, DAY, day, simulate } from "./history.ts";

const policy: RotationPolicy = { period: 90, overlap: 30, lateness: 30 };
const state = {
  current: "b",
  a: { key: "2026-01-01", end: "2026-06-01T00:00:00Z" },
  b: { key: "2026-04-01", end: "2026-08-30T00:00:00Z" },
} as const;
const first = { current: "a", a: state.a } as const;
const vault: RotatedCredential = { kind: "rotated", name: "sync", delivery: "vault", policy, state };
const pasted: RotatedCredential = { ...vault, name: "ones", delivery: "pasted" };
const entered: RotatedCredential = { ...pasted, acknowledged: "2026-04-01" };
const waiting: RotatedCredential = { ...pasted, acknowledged: "2026-01-01" };

type Row = readonly [
  today: string,
  state: CredentialCondition,
  attention: boolean,
  ageDays: number,
  daysLeft: number,
  advice: string,
];

function rowOf(status: CredentialStatus): Row {
  return ["", status.state, needsAttention(status), status.ageDays ?? -1, status.daysLeft ?? -1, status.advice];
}

describe("a secret in the vault", () => {
  it.each<Row>([
    ["2026-04-01", "fine", false, 0, 151, "Deploy from 2026-06-30 on, by 2026-07-30 at the latest (pulumi up)."],
    ["2026-06-15", "fine", false, 75, 76, "Deploy from 2026-06-30 on, by 2026-07-30 at the latest (pulumi up)."],
    ["2026-06-16", "due soon", false, 76, 75, "Deploy from 2026-06-30 on, by 2026-07-30 at the latest (pulumi up)."],
    ["2026-06-29", "due soon", false, 89, 62, "Deploy from 2026-06-30 on, by 2026-07-30 at the latest (pulumi up)."],
    ["2026-06-30", "due", true, 90, 61, "Deploy by 2026-07-30 at the latest (pulumi up)."],
    ["2026-07-30", "due", true, 120, 31, "Deploy by 2026-07-30 at the latest (pulumi up)."],
    [
      "2026-07-31",
      "expiring",
      true,
      121,
      30,
      "It ends on 2026-08-30, and copies of it stop working then. Deploy now (pulumi up).",
    ],
    [
      "2026-08-29",
      "expiring",
      true,
      150,
      1,
      "It ends on 2026-08-30, and copies of it stop working then. Deploy now (pulumi up).",
    ],
    ["2026-08-30", "expired", true, 151, 0, "It expired on 2026-08-30. Deploy now (pulumi up)."],
    ["2026-09-09", "expired", true, 161, -10, "It expired on 2026-08-30. Deploy now (pulumi up)."],
  ])("on %s is %s", (today, ...expected) => {
    const status = credentialStatus(vault, today, 14);

    expect(rowOf(status).slice(1)).toEqual(expected);
    expect(status).toMatchObject({ name: "sync", due: "2026-06-30" });
  });

  it("is not due while a deployment would renew nothing, and names no last day that has gone", () => {
    const longer = { ...vault, policy: { period: 91, overlap: 90, lateness: 90 } };

    expect(next("2026-05-31", longer.policy, state).renewed).toBeUndefined();
    expect(credentialStatus(longer, "2026-05-31", 0)).toMatchObject({
      state: "fine",
      due: "2026-06-01",
      advice: "Deploy from 2026-06-01 on (pulumi up).",
    });
  });

  it("knows on each day of three years whether the deployment of that day renews", () => {
    const changing = fc.option(anyPolicy(), { nil: undefined, freq: 2 });
    const awake: readonly CredentialCondition[] = ["due", "expiring", "expired"];
    fc.assert(
      fc.property(anyHistory(changing), fc.nat(400), (history, after) => {
        for (const { at, policy: inForce, state: slots } of simulate(history, ({ lateness }) => lateness)) {
          const today = day(at + after * DAY);
          const status = credentialStatus({ ...vault, policy: inForce, state: slots }, today, 14);
          const { renewed } = next(today, inForce, slots);
          expect(awake.includes(status.state)).toBe(renewed !== undefined);
          expect(needsAttention(status)).toBe(renewed !== undefined);
          expect(next(status.due ?? "", inForce, slots).renewed).toBeDefined();
          expect(next(day(Date.parse(status.due ?? "") - DAY), inForce, slots).renewed).toBeUndefined();
        }
      }),
    );
  });
});

describe("a pasted secret", () => {
  const enter =
    "Enter the secret made on 2026-04-01 in the vendor's form and acknowledge it (npx --no-install tenantwire credentials ack ones -s <stack>).";
  const renew =
    "Then enter the new one in the vendor's form and acknowledge it (npx --no-install tenantwire credentials ack ones -s <stack>).";
  const revoke =
    "The secret made on 2026-04-01 expired before anybody acknowledged it. Write revokeBefore: 2026-08-30 into the " +
    "settings and deploy (pulumi up), then enter the new one in the vendor's form and acknowledge it " +
    "(npx --no-install tenantwire credentials ack ones -s <stack>).";
  const outlived = { ...waiting, state: { ...state, a: { key: "2026-01-01", end: "2026-12-01T00:00:00Z" } } };

  it.each<readonly [what: string, credential: RotatedCredential, today: string, CredentialCondition, boolean, string]>([
    [
      "that waits early for its acknowledgement",
      waiting,
      "2026-04-01",
      "waiting for acknowledgement",
      false,
      `${enter} The one in the form ends on 2026-06-01.`,
    ],
    [
      "the day before the alarm",
      { ...waiting, state: { ...state, a: { key: "2026-01-01", end: "2026-06-02T00:00:00Z" } } },
      "2026-04-02",
      "waiting for acknowledgement",
      false,
      `${enter} The one in the form ends on 2026-06-02.`,
    ],
    [
      "L + O days before the one in the form ends",
      waiting,
      "2026-04-02",
      "acknowledgement due",
      true,
      `${enter} The one in the form ends on 2026-06-01.`,
    ],
    [
      "when the one in the form has expired",
      waiting,
      "2026-06-01",
      "expired",
      true,
      `The secret in the vendor's form expired on 2026-06-01. ${enter}`,
    ],
    [
      "of which nobody acknowledged any",
      pasted,
      "2026-04-01",
      "acknowledgement due",
      true,
      `${enter} No secret is known to be in the form.`,
    ],
    [
      "that is the first",
      { ...pasted, state: { current: "a", a: state.b } },
      "2026-04-01",
      "acknowledgement due",
      true,
      `${enter} No secret is known to be in the form.`,
    ],
    [
      "whose acknowledged one was revoked",
      { ...pasted, acknowledged: "2026-01-01", state: { current: "b", b: state.b } },
      "2026-04-01",
      "acknowledgement due",
      true,
      `${enter} No secret is known to be in the form.`,
    ],
    ["that expired without an acknowledgement", waiting, "2026-08-30", "expired", true, revoke],
    [
      "that expired while the one in the form lives",
      outlived,
      "2026-08-30",
      "expired",
      true,
      `${revoke} The one in the form ends with that deployment.`,
    ],
    [
      "that is in the form",
      entered,
      "2026-06-15",
      "fine",
      false,
      `Deploy from 2026-06-30 on, by 2026-07-30 at the latest (pulumi up). ${renew}`,
    ],
    [
      "that is in the form and due",
      entered,
      "2026-06-30",
      "due",
      true,
      `Deploy by 2026-07-30 at the latest (pulumi up). ${renew}`,
    ],
    [
      "that is in the form and expired",
      entered,
      "2026-08-30",
      "expired",
      true,
      `It expired on 2026-08-30. Deploy now (pulumi up). ${renew}`,
    ],
  ])("%s", (_, credential, today, condition, attention, advice) => {
    const status = credentialStatus(credential, today, 14);

    expect(status).toMatchObject({ name: "ones", state: condition, advice });
    expect(needsAttention(status)).toBe(attention);
  });

  it("that expired is mended by what is told", () => {
    const orders = { delivery: "pasted", acknowledged: "2026-01-01" } as const;

    expect(next("2026-08-30", policy, state, orders).renewed).toBeUndefined();
    expect(next("2026-08-30", policy, state, { ...orders, revokeBefore: "2026-08-30" }).renewed).toBe("a");
  });
});

describe("a key given by a person", () => {
  const key = { kind: "given", name: "oneplan-key", product: "OnePlan" } as const;
  const replace =
    "Make a new one in OnePlan (gear icon > Integration > Authentication Keys), store it (pulumi config set --secret <name under its secret> --stack <stack>), " +
    "write its last day into the settings (expires), and deploy (pulumi up).";

  it.each<readonly [today: string, state: CredentialCondition, attention: boolean, daysLeft: number, advice: string]>([
    ["2026-05-17", "fine", false, 15, "Replace it before 2026-06-01."],
    ["2026-05-18", "expiring", true, 14, `It ends on 2026-06-01. ${replace}`],
    ["2026-05-31", "expiring", true, 1, `It ends on 2026-06-01. ${replace}`],
    ["2026-06-01", "expiring", true, 0, `It ends today. ${replace}`],
    ["2026-06-02", "expired", true, -1, `It ended on 2026-06-01. ${replace}`],
  ])("on %s is %s", (today, condition, attention, daysLeft, advice) => {
    const status = credentialStatus({ ...key, expires: "2026-06-01" }, today, 14);

    expect(status).toEqual({ name: "oneplan-key", state: condition, daysLeft, due: "2026-06-01", advice });
    expect(needsAttention(status)).toBe(attention);
  });

  it("has an expiry that nobody wrote down", () => {
    const status = credentialStatus({ ...key, expires: undefined }, "2026-05-01", 14);

    expect(status).toEqual({
      name: "oneplan-key",
      state: "expiry not known",
      advice: "Nobody wrote down when it ends. If OnePlan shows a day, write it into the settings (expires).",
    });
    expect(needsAttention(status)).toBe(false);
  });

  it.each([
    ["ONES", "Make a new one in ONES (Management console > Settings > API authentication), store it"],
    ["Azure DevOps", "Make a new one in Azure DevOps (User settings > Personal access tokens), store it"],
    ["Contoso Doors", "Make a new one in Contoso Doors, store it"],
  ])("is replaced where %s makes them", (product, text) => {
    expect(credentialStatus({ ...key, product, expires: "2026-05-02" }, "2026-05-01", 14).advice).toContain(text);
  });
});

it("an outside identity never expires", () => {
  const status = credentialStatus({ kind: "federated", name: "pipeline" }, "2026-05-01", 14);

  expect(status).toEqual({
    name: "pipeline",
    state: "fine",
    advice: "Trusts an outside identity: there is no secret to expire.",
  });
  expect(needsAttention(status)).toBe(false);
});

it("refuses a secret without a current slot", () => {
  expect(() => credentialStatus({ ...vault, state: { ...first, current: "b" } }, "2026-05-01", 14)).toThrow(
    "Slot b of a secret is said to be current, but there is none.",
  );
});
