/**
 * Whatever is wrong, wherever it is: the message has the setting's place, the file and the line, what was expected, and
 * what was found; a text is shown escaped and cut, and never where it may be a secret.
 */
import { describe, expect, it } from "@jest/globals";
import { stringify } from "yaml";
import { SettingsError } from "../../contract/errors.ts";
import { place } from "../../contract/settings-faults.ts";
import { settingsLines } from "../../contract/settings-lines.ts";
import { parseSettings } from "../../stacks/settings.ts";
import { asConfiguration, type Path, pathsOf, replaced, whole, type Written } from "./written.ts";

const secrets = {
  oneplanKey: "a-secret",
  onesKey: "b-secret",
  azureDevOpsToken: "c-secret",
  oneplanPlansKey: "d-secret",
  plansToken: "e-secret",
};

function fileOf(written: Written): string {
  const keys = Object.entries(written).map(([key, value]) => [`tenantwire:${key}`, value] as const);
  return stringify({ config: Object.fromEntries(keys) }, { lineWidth: 0 });
}

function faultsOf(written: Written, lines = linesBefore): string[] {
  try {
    parseSettings(asConfiguration(written, secrets), "contoso", lines);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.message.split("\n");
    throw error;
  }
}

const linesBefore = settingsLines(fileOf(whole));
const before = new Set(faultsOf(whole));
// What the sync itself reads, and what names of rules lead to, is not parsed by these schemas.
const paths = [...pathsOf(whole)].filter(([first]) => first !== "sync");

/** What is said of a value of a setting that is there. */
const SAID = [
  /expected .+, found (?:nothing|settings|true|false|an empty (?:text|list)|a list of \d+|-?\d+(?:\.\d+)?|".*"|a text of \d+ characters \(not repeated here: it may be a secret\))$/,
  /^(?:".*"|a text of \d+ characters \(not repeated here: it may be a secret\)) is not (?:known here|a registration); (?:did you mean|expected one of|the registrations are) .+$/,
  // Of settings that are right one by one.
  /^(?:missing; .+|not .+|the same as .+|only with .+|names a configuration key that is not there .+|.+ is a setting; name another key)$/,
];

/** Lines that were not there before, of this very setting: what they say, and the line that they name. */
function saidOf(written: Written, path: Path, lines = linesBefore): { text: string; line: number | undefined }[] {
  return faultsOf(written, lines).flatMap((fault) => {
    if (before.has(fault) || !fault.startsWith(`${place(path)}: `)) return [];
    const [, text = "", line] = /^(.*) \(stacks\/Pulumi\.contoso\.yaml(?::(\d+))?\)$/.exec(fault) ?? [];
    return [{ text: text.slice(place(path).length + 2), line: line === undefined ? undefined : Number(line) }];
  });
}

const WORDS = "what nobody would write here";
const LONG = "word ".repeat(40);

describe.each<[string, unknown, RegExp | undefined]>([
  ["words", WORDS, /"what nobody would write here"/],
  ["words that act", "red \u001b stop", /"red \\\\u001b stop"/],
  ["very many words", LONG, /"(?:word )+\.\.\."/],
  ["what may be a secret", "rQs8Q~bV3kZ.t1Yw_9LmN4pX7cD2", /a text of 28 characters \(not repeated here/],
  ["an empty text", "", /an empty text|nothing/],
  ["a number", 4711.5, /4711\.5/],
  ["true or false", false, /false/],
  ["a list", [1, 2], /a list of 2/],
  ["settings", { x: 1 }, undefined],
  ["nothing", null, /nothing/],
])("%s", (_, value, shown) => {
  it("is told, wherever it was written", () => {
    for (const path of paths) {
      const written = replaced(whole, path, value);
      for (const { text, line } of saidOf(
        written,
        path,
        value === WORDS ? settingsLines(fileOf(written)) : linesBefore,
      )) {
        const where = place(path);
        if (!SAID.some((pattern) => pattern.test(text))) expect({ where, text }).toBe("something that was agreed upon");
        if (shown !== undefined && text.includes(", found ")) {
          const isSecretsName = /secret$/i.test(String(path.at(-1))) && typeof value === "string" && value !== "";
          const wanted = isSecretsName ? /a text of \d+ characters/ : shown;
          expect({ where, text }).toEqual({ where, text: expect.stringMatching(wanted) as unknown });
        }
        expect({ where, line }).toEqual({ where, line: value === WORDS ? lineOf(written) : expect.any(Number) });
      }
    }
  });
});

/** Of the text that nobody would write. */
function lineOf(written: Written): number {
  const lines = fileOf(written).split("\n");
  return lines.findIndex((each) => each.includes(WORDS)) + 1;
}

it("reaches every kind of message", () => {
  const said = paths.flatMap((path) => saidOf(replaced(whole, path, 4711.5), path));
  // Nearly everything refuses such a number.
  expect(said.length).toBeGreaterThan(paths.length * 0.7);
});

it.each([
  ["e9da86d3-51cf-4a76-82d8-c50195c3f46", "in the place of an id, an id with a slip is shown"],
  ["e9da86d3-51cf-4a76-82d8-c50195c3f46o", "in the place of an id, an id with a slip is shown"],
])("%s: %s", (id) => {
  for (const path of [["tenant", "id"], ["deployer"], ["owners", 0]]) {
    expect(saidOf(replaced(whole, path, id), path)[0]?.text).toMatch(new RegExp(`\\(a GUID\\), found "${id}"$`));
  }
  expect(saidOf(replaced(whole, ["oneplan", "environment"], id), ["oneplan", "environment"])[0]?.text).not.toContain(
    id,
  );
});
