/** Kinds of values that several settings have. @packageDocumentation */
import { z } from "zod";

/** Names of configuration keys that hold secrets. Short, so that a secret that was pasted in the place of its name is refused and shown nowhere. */
export const SECRET_NAME = /^[a-zA-Z][\w-]{0,29}$/;

/** @param whose completes "the object id of" */
export const objectId = (whose: string) => z.guid().toLowerCase().describe(`the object id of ${whose} (a GUID)`);

export const days = (what: string) => z.int().min(0).describe(`whole days: ${what}`);

/** Written without quotes it is an instant to YAML, which the engine hands over in Go's words (seen: engine 3.259). */
export const day = (what: string) =>
  z
    .preprocess(
      (value) => (typeof value === "string" ? value.replace(/ 00:00:00 \+0000 UTC$/, "") : value),
      z.iso.date(),
    )
    .describe(`a day, such as 2026-03-31: ${what}`);

/** Not empty, and not only blanks. */
export const text = (what: string) => z.string().regex(/\S/).describe(what);

export const flag = z.boolean().describe("true or false");

/** A root without path, query or credentials; what comes out has no slash at the end. */
export const root = (what: string) =>
  z
    .url({ protocol: /^https$/ })
    .refine((url) => `${new URL(url).origin}/` === new URL(url).href)
    .transform((url) => new URL(url).origin)
    .describe(what);

/** Name of the configuration key that holds a secret. */
export const secretName = (example: string) =>
  z
    .string()
    .regex(SECRET_NAME)
    .describe(`the name of the configuration key that holds the secret (not the secret), such as ${example}`);
