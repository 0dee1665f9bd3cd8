/**
 * Whether the editor's schema says of settings what the parser says of them. The tests parse settings by way of this,
 * so that each of their tables, right and wrong, holds the two together.
 */
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { SettingsError } from "../../contract/errors.ts";
import schema from "../../docs/reference/settings.schema.json" with { type: "json" };
import { parseSettings, type Settings } from "../../stacks/settings.ts";
import { asConfiguration, type Written } from "./written.ts";

/** What the parser finds and a JSON schema cannot: how the parser says it, and why. */
export const LEFT_TO_THE_PARSER: Readonly<Record<string, { readonly fault: RegExp; readonly reason: string }>> = {
  "a secret that is missing": {
    fault: /: missing; \S+ names it\. /,
    reason: "its key is the value of another setting",
  },
  "a secret's name that may be the secret itself": {
    fault: /: names a configuration key that is not there /,
    reason: "the same: whether it is a key, or what a key should hold",
  },
  "a secret of two products": {
    fault: /: is the secret of .+ too \(|: \w+ holds the same as /,
    reason: "values are not compared",
  },
  "a secret too many": { fault: /: a secret that no setting names/, reason: "the same" },
  "the same again": {
    fault: /: the same as \[\d+\]/,
    reason: "letter case, blanks and other parts do not count there",
  },
  "a period within the overlap": { fault: / must be more than overlapDays /, reason: "numbers are not compared" },
  "nobody to be reminded": { fault: / must be fewer than expireAfterDays /, reason: "the same" },
  "a channel that is none of mail": {
    fault: /: (no such channel in|no channel of mail)/,
    reason: "values are not compared with names",
  },
  "a group in and out": { fault: /: under groups already/, reason: "lists are not compared" },
  "a type that is a plan and a task": { fault: /: under planTypes already/, reason: "the same" },
  "an area of another project": { fault: /: not below the project/, reason: "values are not compared" },
  "a query that is no condition": { fault: /: not a condition/, reason: "brackets are not counted" },
  "a time zone": { fault: /: expected (a|the) time zone/, reason: "which ones there are is known to the machine" },
  "a field that is mapped twice": { fault: /: mapped under \S+ already/, reason: "values are not compared with names" },
};

const ajv = new Ajv2020({ strictTypes: false, allErrors: true });
addFormats.default(ajv);
const isValid = ajv.compile(schema);

/**
 * Parses as the program does.
 *
 * @throws Error where the schema takes what the parser refuses, or the other way round
 */
export function parseWritten(written: Written, secrets?: Readonly<Record<string, string>>): Settings {
  const configuration = asConfiguration(written, secrets);
  const errors = schemaErrors(written, configuration);
  try {
    const settings = parseSettings(configuration, "contoso");
    if (errors !== undefined) throw new Error(`The parser takes what the schema refuses: ${errors}`);
    return settings;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const unsaid = error.message
      .split("\n")
      .filter((line) => !Object.values(LEFT_TO_THE_PARSER).some(({ fault }) => fault.test(line)));
    if (errors === undefined && unsaid.length > 0) {
      throw new Error(`The schema takes what the parser refuses: ${unsaid.join("\n")}`, { cause: error });
    }
    throw error;
  }
}

/** What the schema says of the file in which these settings stand; undefined where it takes them. */
export function schemaErrors(written: Written, configuration = asConfiguration(written)): string | undefined {
  const entries = [...configuration].map(([key, { secret }]) => {
    return [`tenantwire:${key}`, secret ? { secure: "v1:encrypted" } : written[key]] as const;
  });
  return isValid({ config: Object.fromEntries(entries) }) ? undefined : JSON.stringify(isValid.errors);
}
