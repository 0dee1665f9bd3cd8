import { describe, expect, it } from "@jest/globals";
import { lastOutputsOf, settingsOf, stackOf } from "../../review/inputs.ts";
import { messagesOf, parsePreview, Preview } from "../../review/preview.ts";
import { step } from "./previews.ts";

describe("a preview", () => {
  it.each([
    ["nothing", ""],
    ["text", "error: no stack"],
    ["other JSON", "[]"],
    ["an empty object", "{}"],
  ])("is not %s", (_, text) => {
    expect(() => parsePreview(text, "preview.json")).toThrow(
      "preview.json is not a preview as JSON. Make one: pulumi preview --json --show-sames > FILE (without --show-secrets).",
    );
  });

  it("says why it failed, without the engine's marks", () => {
    const preview = parsePreview(
      JSON.stringify({
        diagnostics: [
          { severity: "error", message: "error: the vault is too far away\n" },
          { severity: "warning", message: "warning: it rains\n" },
          { severity: "debug", message: "RegisterResource RPC finished hunter2" },
        ],
      }),
      "preview.json",
    );

    expect(messagesOf(preview, "error")).toEqual(["the vault is too far away"]);
    expect(messagesOf(preview, "warning")).toEqual(["it rains"]);
  });

  it("names its stack", () => {
    expect(stackOf(Preview.parse({ steps: [step("x:y:Z", "z", { after: {} })] }))).toBe("contoso");
  });
});

describe("what a preview tells beside its steps", () => {
  const config = {
    "tenantwire:tenant": '{"id":"e9da86d3-51cf-4a76-82d8-c50195c3f466","domain":"contoso.com"}',
    "tenantwire:deployer": "d748cd55-4cc9-4fd2-b6d9-7ecb5305a92c",
    "tenantwire:owners": '["4c102969-7ee3-4871-9d3a-14a2add817c4"]',
    "azuread:tenantId": "not ours",
  };

  it("is the settings", () => {
    expect(settingsOf(Preview.parse({ config }), "contoso").tenant.domain).toBe("contoso.com");
  });

  it("is the settings with secrets that have no value", () => {
    const named = {
      ...config,
      "tenantwire:azure": '{"location":"westeurope","resourceGroup":"tw"}',
      "tenantwire:vault": '{"namePrefix":"tw"}',
      "tenantwire:syncIdentity": '{"displayName":"sync","secret":{}}',
      "tenantwire:oneplan": '{"key":{"name":"tenantwire","secret":"oneplanKey"}}',
      "tenantwire:oneplanKey": "[secret]",
    };

    expect(settingsOf(Preview.parse({ config: named }), "contoso").oneplan?.key.secret).toBe("oneplanKey");
  });

  it("is faults of the settings, as the program tells them", () => {
    const wrong = { ...config, "tenantwire:ownrs": "[]" };

    expect(() => settingsOf(Preview.parse({ config: wrong }), "contoso")).toThrow(
      /^tenantwire:ownrs: .*Pulumi.contoso.yaml/,
    );
  });

  const stack = (outputs: object | undefined) => {
    const made = step("pulumi:pulumi:Stack", "tenantwire-contoso", { op: "same", before: {}, after: {} });
    if (outputs) made.oldState!.outputs = { ...outputs };
    else delete made.oldState;
    return Preview.parse({ steps: [made] });
  };

  it.each([
    ["nothing was deployed", undefined],
    ["the last deployment came to no outputs", {}],
  ])("is no outputs where %s", (_, outputs) => {
    expect(lastOutputsOf(stack(outputs))).toEqual({});
  });

  it("is outputs of another version, which stop nothing", () => {
    expect(lastOutputsOf(stack({ version: 99 }))).toEqual({
      unread: expect.stringContaining("The last deployment has outputs of version 99"),
    });
  });
});
