import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { types } from "../../../review/changes/resources.ts";
import { renderHtml, renderMarkdown, pageOf } from "../../../cli/review-page/index.ts";
import { UNKNOWN } from "../../../review/preview.ts";
import { previewOf, registration, review, step } from "../previews.ts";

const VAULT = "azure-native:keyvault:Vault";

describe("nothing is hidden", () => {
  it("lists what no other part tells, by the names of its properties", () => {
    const inputs = { properties: { sku: "standard" }, tags: {} };

    const { others } = review([
      step(VAULT, "tw", {
        before: inputs,
        after: inputs,
        detailedDiff: { "properties.sku": {}, "tags.a": {}, __defaults: {} },
      }),
      step(types.principal, "p", { before: { notes: "a", owners: [] }, after: { notes: "b", owners: [] } }),
      step(types.principal, "q", { before: { owners: ["a"] }, after: { owners: [] } }),
    ]);

    expect(others).toEqual([
      {
        operation: "update",
        type: types.principal,
        name: "p",
        properties: [{ name: "notes", before: "a", after: "b" }],
      },
      { operation: "update", type: VAULT, name: "tw", properties: [{ name: "properties" }, { name: "tags" }] },
    ]);
  });

  it("is loud about what is destroyed, and about what is replaced with its reason", () => {
    const { destroyed, attention, others } = review([
      step(VAULT, "tw", { before: {} }),
      step("azure-native:resources:ResourceGroup", "group", {
        op: "replace",
        before: {},
        after: {},
        replaceReasons: ["location"],
      }),
    ]);

    expect(destroyed).toEqual([
      { change: "replaced", type: "azure-native:resources:ResourceGroup", name: "group", because: ["location"] },
      { change: "deleted", type: VAULT, name: "tw", because: [] },
    ]);
    expect(attention).toEqual([
      { level: "danger", text: "ResourceGroup `group` is replaced (location cannot be changed in place)." },
      { level: "danger", text: "Vault `tw` is deleted." },
    ]);
    expect(others).toEqual([]);
  });

  it("tells every step that changes something, and no other, in the order of names", () => {
    const kind = fc.constantFrom(...Object.values(types), VAULT, "other:index:Thing");
    const op = fc.constantFrom("same", "read", "refresh", "create", "update", "delete", "replace", "import");
    const steps = fc.array(
      fc.record({ op, kind, custom: fc.boolean(), of: fc.option(fc.constant("sync"), { nil: undefined }) }),
    );

    fc.assert(
      fc.property(steps, (list) => {
        const made = list.map(({ op, kind, custom, of }, index) => {
          const before = op === "create" || op === "import" ? {} : { before: { x: 1 } };
          const after = op === "delete" ? {} : { after: { x: 2 } };
          const one = step(kind, `name${index}`, { op, ...before, ...after, ...(of && { of }) });
          for (const state of [one.oldState, one.newState]) if (state) state.custom = custom;
          return one;
        });
        const expected = list.flatMap(({ op }, index) =>
          ["same", "read", "refresh"].includes(op) ? [] : [`name${index}`],
        );

        const { changes } = review(made);

        expect(changes.map(({ name }) => name)).toEqual(expected);
        const html = renderHtml(pageOf(review(made)));
        for (const name of expected) expect(html).toContain(`<code>${name}</code>`);
      }),
      { numRuns: 50 },
    );
  });

  it("tells as many as the engine does", () => {
    const preview = {
      ...previewOf(step(VAULT, "tw", { after: {} })),
      changeSummary: { create: 4, same: 9, delete: 1 },
    };

    expect(review([], { preview }).count).toBe(5);
    expect(pageOf(review([], { preview })).summary).toBe("First deployment: 5 changes in all.");
  });

  it("tells values before and after, paths of them too", () => {
    const before = { properties: { sku: { name: "standard" }, enablePurgeProtection: true }, location: "westeurope" };
    const after = { properties: { sku: { name: "standard" } }, location: UNKNOWN };

    expect(review([step(VAULT, "tw", { before, after })]).others[0]?.properties).toEqual([
      { name: "location", before: "westeurope", after: "known after the deployment" },
      { name: "properties.enablePurgeProtection", before: "true", after: "nothing" },
    ]);
  });

  it("says what the engine will not refuse to delete any more", () => {
    const change = step(types.registration, "sync-registration-application", { op: "same", before: {}, after: {} });
    if (change.oldState) change.oldState.protect = true;

    expect(review([change]).attention).toEqual([
      {
        level: "danger",
        text: "Protected no longer, so that the next deployment can delete it: `sync-registration-application`.",
      },
    ]);
  });

  it("never tells a value that is secret or could be", () => {
    const secret = "hunter2-is-no-secret";
    const state = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: secret };
    const hidden = { value: secret, clientSecret: secret, a: { password: secret }, keyToken: secret, state };
    const everywhere = { ...hidden, list: [state], [`__${secret}`]: secret };
    const holding = { ...everywhere, properties: { x: secret }, tags: { a: secret }, other: secret };
    const steps = [
      ...[...Object.values(types), VAULT].map((type) => [type, everywhere] as const),
      ...[types.password, types.vaultSecret, "other:index:Thing"].map((type) => [type, holding] as const),
    ].flatMap(([type, inputs], index) => [
      step(type, `created${index}`, { of: "sync", after: inputs }),
      step(type, `updated${index}`, { of: "sync", before: {}, after: inputs }),
      step(type, `deleted${index}`, { of: "sync", before: inputs }),
    ]);
    for (const { oldState, newState } of steps)
      for (const each of [oldState, newState]) if (each) each.outputs = everywhere;

    const contents = review(steps);

    for (const text of [JSON.stringify(contents), renderMarkdown(pageOf(contents)), renderHtml(pageOf(contents))]) {
      expect(text).toContain("created1");
      expect(text).not.toContain(secret);
    }
  });
});

describe("where nothing changes", () => {
  it("says so", () => {
    const contents = review([registration("sync", "tenantwire sync")]);

    expect(contents).toMatchObject({ firstDeployment: false, attention: [], changes: [] });
    expect(pageOf(contents)).toMatchObject({ summary: "Nothing changes.", tone: "plain", sections: [] });
  });

  it("is no first deployment, which has nothing before it", () => {
    expect(review([step(VAULT, "tw", { after: {} })]).firstDeployment).toBe(true);
  });
});

it("hands warnings of the engine on", () => {
  const contents = review([], { notes: ["revokeBefore 2026-03-01 ends copies."] });

  expect(contents.attention).toEqual([{ level: "notice", text: "revokeBefore 2026-03-01 ends copies." }]);
});

it("does not tell a finding again as the warning that the program makes of it", () => {
  const finding = {
    rule: "two-owners",
    level: "advisory",
    place: "tenantwire:owners",
    text: "One person alone.",
  } as const;
  const preview = {
    ...previewOf(),
    diagnostics: [
      { severity: "warning", message: "warning: tenantwire:owners: One person alone. (rule two-owners)" },
      { severity: "warning", message: "warning: it rains" },
    ],
  };

  expect(review([], { preview, ruleFindings: { findings: [finding], excused: [], relaxed: [] } }).attention).toEqual([
    { level: "notice", text: "it rains" },
  ]);
});

it("says that a mandatory rule stopped the preview", () => {
  expect(pageOf(review([], { refused: true })).summary).toBe(
    "The rules refuse these settings, so that nobody knows what they would change.",
  );
});
