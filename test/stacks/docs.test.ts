/** What docs/integrations.md shows can be written. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { parseWritten } from "./agreement.ts";
import { everything, type Written } from "./written.ts";

const text = readFileSync(new URL("../../docs/integrations.md", import.meta.url), "utf8");
const blocks = [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, block]) => block ?? "");
const whole = blocks.filter((block) => block.startsWith("tenantwire:"));
/** Indented parts belong to the block before them. */
const parts = blocks.filter((block) => !block.startsWith("tenantwire:"));

describe("docs/integrations.md", () => {
  it.each(whole.map((block) => [block.split("\n", 1)[0] ?? "", block]))("%s is understood", (_, block) => {
    expect(() => settingsWith(parse(block) as Written)).not.toThrow();
  });

  it.each([
    ["the second registration", 0, { mode: "delegatedResourceOnly" }],
    ["the scope in Exchange", 1, { mode: "applicationPermission" }],
  ])("%s is understood", (_, index, mode) => {
    const [key] = Object.keys(parse(parts[index] ?? "") as Written);
    const redirectUris = ["https://ones.contoso.com/callback"];
    const form = { ...mode, consent: "grant", redirectUris, ...(parse(parts[index] ?? "") as Written) };

    expect(["singleSignOn", "exchangeScope"]).toContain(key);
    expect(() => settingsWith({ "tenantwire:ones": { microsoft365: form } })).not.toThrow();
  });
});

function settingsWith(shown: Written) {
  const written = everything();
  for (const [key, value] of Object.entries(shown)) {
    const name = key.replace("tenantwire:", "");
    written[name] = name === "oneplan" ? { ...(written[name] as Written), ...(value as Written) } : value;
  }
  return parseWritten(written);
}
