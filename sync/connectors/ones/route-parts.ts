/** What routes of ONES are made of. @packageDocumentation */
import { z } from "zod";

/** Documented: where all paths begin, below the server's root. */
export const BASE = "API/external";

export const path = (what: string) =>
  z
    .string()
    // Never an address of its own: the key would go there.
    .regex(/^(?!\w+:)[^/{}\s]\S*$/)
    .describe(what);

export const ofOne = (what: string) => path(what).includes("{id}").describe(`${what}, below ${BASE}/, with {id} in it`);

export const property = (name: string) => z.string().regex(/\S/).describe("a name that the server uses").default(name);
