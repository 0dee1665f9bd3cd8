/** Kinds of values that several settings have. @packageDocumentation */
import { z } from "zod";

/** Names of configuration keys that hold secrets. Short, so that a secret that was pasted in the place of its name is refused and shown nowhere. */
export const SECRET_NAME = /^[a-zA-Z][\w-]{0,29}$/;

/** @param whose completes "the object id of" */
export const objectId = (whose: string) => z.guid().toLowerCase().describe(`the object id of ${whose} (a GUID)`);

export const days = (what: string) => z.int().min(0).describe(`whole days: ${what}`);

export const day = (what: string) => z.iso.date().describe(`a day, such as 2026-03-31: ${what}`);

/** Not empty, and not only blanks. */
export const text = (what: string) => z.string().regex(/\S/).describe(what);

/** @param what is told of it in the editor and in the reference; messages say "true or false" */
export const flag = (what: string) => z.boolean().describe("true or false").meta({ title: what });

/** A root without path, query or credentials; what comes out has no slash at the end. */
export const root = (what: string) =>
  z
    .url({ protocol: /^https$/ })
    .refine((text) => originOf(text) !== undefined)
    // It is called only where the check before it has passed.
    .transform((text) => originOf(text) ?? text)
    .describe(what)
    // As much of the check as an editor can make.
    .meta({ pattern: "^https://[^/?#@\\s]+/?$" });

/** Never throws: whatever somebody writes comes here. */
function originOf(text: string): string | undefined {
  const url = URL.parse(text);
  return url?.protocol === "https:" && `${url.origin}/` === url.href ? url.origin : undefined;
}

/** Name of the configuration key that holds a secret. */
export const secretName = (example: string) =>
  z
    .string()
    .regex(SECRET_NAME)
    .describe(`the name of the configuration key that holds the secret (not the secret), such as ${example}`);
