/** Where in the stack's file something is, and what YAML makes of a day. */
import { expect, it } from "@jest/globals";
import { SettingsError } from "../../contract/errors.ts";
import { settingsLines, yamlFault } from "../../contract/settings-lines.ts";
import { structured } from "../../stacks/handed-over.ts";
import { parseSettings } from "../../stacks/settings.ts";
import { asConfiguration, changed, everything } from "./written.ts";

const FILE = `# The tenant.
config:
  tenantwire:tenant:
    id: contoso
  tenantwire:owners:
    - me
    - you
  tenantwire:oneplan:
    users:
      2026-03-31: x
`;

it.each([
  [["tenant"], 3],
  [["tenant", "id"], 4],
  [["tenant", "domain"], 3],
  [["owners", 1], 7],
  [["oneplan", "users", "2026-03-31"], 10],
  [["vault", "namePrefix"], undefined],
  [["__proto__"], undefined],
])("%j is in line %s", (path, line) => {
  expect(settingsLines(FILE)(path)).toBe(line);
});

it("a fault names file, line and text", () => {
  const written = changed(everything(), ["tenant", "id"], "contoso");
  const parse = () => parseSettings(asConfiguration(written), "contoso", settingsLines(FILE));

  expect(parse).toThrow(SettingsError);
  expect(parse).toThrow(
    'tenantwire:tenant.id: expected the tenant\'s id (a GUID), found "contoso" (stacks/Pulumi.contoso.yaml:4)',
  );
});

it("a tab is named with its line", () => {
  expect(yamlFault("config:\n  a:\n\tb: 1\n")).toMatchObject({
    line: 3,
    text: expect.stringMatching(/tab/i) as unknown,
  });
  expect(yamlFault(FILE)).toBeUndefined();
});

it.each<[string, unknown]>([
  ["2026-03-31 00:00:00 +0000 UTC", "2026-03-31"],
  ['{"2026-04-01 00:00:00 +0000 UTC":["2026-03-31 00:00:00 +0000 UTC"]}', { "2026-04-01": ["2026-03-31"] }],
  ["2026-03-31 10:00:00 +0000 UTC", "2026-03-31T10:00:00Z"],
  ['["2026-03-31 10:00:00.5 +0200 +0200"]', ["2026-03-31T10:00:00.5+02:00"]],
  ["Room of 2026-03-31 00:00:00 +0000 UTC", "Room of 2026-03-31 00:00:00 +0000 UTC"],
])("what the engine hands over as %s was written as %j", (text, written) => {
  expect(structured(text)).toEqual(written);
});

it("a day without quotes is a text wherever a text is asked for", () => {
  const go = "2026-03-31 00:00:00 +0000 UTC";
  const written = changed(
    changed(everything(), ["oneplan", "users", "groups"], [go]),
    ["oneplan", "key", "expires"],
    go,
  );

  expect(parseSettings(asConfiguration(written), "contoso").oneplan).toMatchObject({
    key: { expires: "2026-03-31" },
    users: { groups: ["2026-03-31"] },
  });
});
