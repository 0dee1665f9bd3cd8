import type { Format } from "./schema.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

export const uuid: Format = { matches: (value) => UUID.test(value), words: "a UUID" };

export const notEmpty: Format = { matches: (value) => value.trim() !== "", words: "a text that is not empty" };

export const instant: Format = {
  matches: (value) => RFC3339.test(value) && !Number.isNaN(Date.parse(value)),
  words: "a date and time of RFC 3339, such as 2018-01-01T01:02:03Z",
};

/** Resource id of an application, not its bare object id. */
export const applicationId: Format = {
  matches: (value) => value.startsWith("/applications/") && UUID.test(value.slice("/applications/".length)),
  words: "the resource id of an application, /applications/<object id>",
};

export const url: Format = {
  matches: (value) => URL.canParse(value),
  words: "a URL",
  // Seen: azuread provider 6.9.1.
  terraform: (path) => `URI has no host for "${path}"`,
};

export function upTo(length: number): Format {
  return { matches: (value) => value.length <= length, words: `at most ${length} characters long` };
}
