import { describe, expect, it } from "@jest/globals";
import { types } from "../../../review/changes/resources.ts";
import type { Outputs, SecretCredential } from "../../../contract/outputs.ts";
import { declared, registration, review, step } from "../previews.ts";

const policy = { periodDays: 90, overlapDays: 30, latenessDays: 30 };
const clientId = "11111111-1111-1111-1111-111111111111";

function credential(more: Partial<SecretCredential> = {}): SecretCredential {
  return {
    name: "sync-identity",
    clientId,
    vaultSecret: "sync-identity",
    state: {
      current: "a",
      a: { key: "2026-01-01", end: "2026-06-01T00:00:00Z" },
      b: { key: "2025-10-03", end: "2026-03-03T00:00:00Z" },
    },
    delivery: "vault",
    policy: { period: 90, overlap: 30, lateness: 30 },
    usedBy: "the syncs",
    ...more,
  };
}

function last(...secrets: SecretCredential[]): Outputs {
  return {
    version: 1,
    mark: "tenantwire/contoso",
    tenant: { id: clientId, domain: "contoso.com", cloud: "Microsoft" },
    credentials: { secrets, federated: [], given: [] },
    registrations: [],
    consents: [],
    integrations: {},
  };
}

const settings = { registrations: [declared("sync", { secret: policy })], given: [], consents: [] };
const sync = registration("sync", "tenantwire sync");
const password = (slot: string, before: string | undefined, after: string | undefined) => {
  const inputs = (made: string) => ({ startDate: `${made}T08:00:00Z`, endDate: "2026-08-30T00:00:00Z" });
  return step(types.password, `sync-secret-${slot}`, {
    of: "sync",
    ...(before && { before: inputs(before) }),
    ...(after && { after: inputs(after) }),
    ...(before && after && { op: "replace", replaceReasons: ["rotateWhenChanged"] }),
  });
};

describe("secrets of this deployment", () => {
  it.each([
    ["the first", undefined, password("a", undefined, "2026-03-31"), "first", false],
    ["the other slot", last(credential()), password("b", "2025-10-03", "2026-03-31"), "renewed", false],
    ["the one in use", last(credential()), password("a", "2026-01-01", "2026-03-31"), "renewed", true],
    ["the one in use, without another", last(credential()), password("a", "2026-01-01", undefined), "revoked", true],
    ["an old one", last(credential()), password("b", "2025-10-03", undefined), "revoked", false],
  ])("%s", (_, outputs, change, kind, endsCurrent) => {
    const { secrets, attention } = review([sync, change], { last: outputs, declared: settings, withinDays: 0 });

    expect(secrets).toEqual([
      expect.objectContaining({ registration: "sync", displayName: "tenantwire sync", change: kind, endsCurrent }),
    ]);
    expect(attention.filter(({ level }) => level === "danger")).toEqual(
      endsCurrent
        ? [
            {
              level: "danger",
              text: "The secret of `tenantwire sync` that is in use ends with this deployment: copies of it stop working.",
            },
          ]
        : [],
    );
  });

  it("an expired one in use ends nothing", () => {
    const { secrets } = review([sync, password("a", "2026-01-01", "2026-07-01")], {
      last: last(credential()),
      declared: settings,
      today: "2026-07-01",
    });

    expect(secrets[0]?.endsCurrent).toBe(false);
  });

  it("one that readers take from the vault leaves nothing to do", () => {
    const { secrets, attention } = review([sync, password("a", undefined, "2026-03-31")], { declared: settings });

    expect(secrets).toEqual([expect.objectContaining({ toPaste: false })]);
    expect(attention).toEqual([]);
  });

  it("a pasted one has to be entered by a person", () => {
    const pasted = { ...settings, registrations: [declared("sync", { secret: { ...policy, delivery: "pasted" } })] };

    const { attention } = review([sync, password("a", undefined, "2026-03-31")], { declared: pasted });

    expect(attention).toEqual([
      {
        level: "notice",
        text: "After the deployment somebody enters the new secret of `tenantwire sync` in the vendor's form, and acknowledges it (npx --no-install tenantwire credentials ack <credential> -s <stack>).",
      },
    ]);
  });
});

describe("secrets that fall due", () => {
  const on = (today: string, withinDays: number, steps = [sync]) =>
    review(steps, { last: last(credential()), declared: settings, today, withinDays }).due;

  it.each([
    ["15 days before, within 14", "2026-03-17", 14, []],
    ["14 days before, within 14", "2026-03-18", 14, ["due soon"]],
    ["14 days before, within 13", "2026-03-18", 13, []],
    ["on the day", "2026-04-01", 0, ["due"]],
  ])("%s", (_, today, within, states) => {
    expect(on(today, within).map(({ state }) => state)).toEqual(states);
  });

  it("are told with the day, and that a renewal may come with this deployment", () => {
    const { due, attention } = review([sync], { last: last(credential()), declared: settings, today: "2026-03-31" });

    expect(due).toEqual([expect.objectContaining({ name: "sync-identity", state: "due soon", due: "2026-04-01" })]);
    expect(attention.map(({ text }) => text)).toEqual([
      "`sync-identity`, due soon: Deploy from 2026-04-01 on, by 2026-05-01 at the latest (pulumi up). " +
        "If this is deployed on that day or later, the renewal comes with it.",
    ]);
  });

  it("are not told when this deployment renews them", () => {
    expect(on("2026-04-01", 14, [sync, password("b", "2025-10-03", "2026-04-01")])).toEqual([]);
  });

  it("are not told of a secret that the settings no longer have", () => {
    const none = { ...settings, registrations: [declared("sync")] };

    expect(review([sync], { last: last(credential()), declared: none, today: "2026-04-01" }).due).toEqual([]);
  });

  it("follow the settings as they are now, not as they were deployed", () => {
    const longer = { ...settings, registrations: [declared("sync", { secret: { ...policy, periodDays: 60 } })] };

    expect(review([sync], { last: last(credential()), declared: longer, today: "2026-03-10" }).due).toEqual([
      expect.objectContaining({ state: "due" }),
    ]);
  });

  it("are keys that people brought along, too", () => {
    const given = [
      {
        name: "oneplan-key",
        product: "OnePlan",
        keyName: "tenantwire",
        vaultSecret: "oneplan-key",
        expires: "2026-04-10",
      },
      { name: "ones-key", product: "ONES", keyName: "tenantwire", vaultSecret: "ones-key" },
    ];

    expect(review([], { declared: { ...settings, given } }).due).toEqual([
      expect.objectContaining({ name: "oneplan-key", state: "expiring", due: "2026-04-10" }),
    ]);
  });
});

describe("secrets of the vault", () => {
  const inputs = { secretName: "oneplan-key", properties: { value: "[secret]" } };

  it.each([
    ["created", step(types.vaultSecret, "x", { after: inputs })],
    ["deleted", step(types.vaultSecret, "x", { before: inputs })],
    ["new version", step(types.vaultSecret, "x", { before: inputs, after: inputs, diffReasons: ["properties"] })],
    [
      "replaced",
      step(types.vaultSecret, "x", { op: "replace", before: inputs, after: inputs, replaceReasons: ["vaultName"] }),
    ],
  ])("%s", (change, of) => {
    expect(review([of]).vaultSecrets).toEqual([{ name: "oneplan-key", change }]);
  });

  it("are named without what every preview makes anew", () => {
    const made = step(types.vaultSecret, "x", { after: { ...inputs, secretName: "oneplan-key-0a1b2c3d" } });
    const kept = step(types.vaultSecret, "y", { before: { ...inputs, secretName: "oneplan-key-0a1b2c3d" } });

    expect(review([made, kept]).vaultSecrets.map(({ name }) => name)).toEqual(["oneplan-key", "oneplan-key-0a1b2c3d"]);
  });

  it("whose tags alone change have no new version", () => {
    const { vaultSecrets, others } = review([
      step(types.vaultSecret, "x", { before: inputs, after: inputs, diffReasons: ["tags"] }),
    ]);

    expect(vaultSecrets).toEqual([]);
    expect(others).toEqual([
      { operation: "update", type: types.vaultSecret, name: "x", properties: [{ name: "tags" }] },
    ]);
  });
});
