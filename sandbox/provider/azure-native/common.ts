import type { Field } from "../schema.ts";

export const tags: Field = { type: "map" };

/** Azure writes `West Europe` and `westeurope` and means the same. */
export const location: Field = {
  type: "string",
  required: true,
  replaces: true,
  same: (a, b) => normalised(a) === normalised(b),
};

function normalised(value: unknown): unknown {
  return typeof value === "string" ? value.replaceAll(" ", "").toLowerCase() : value;
}
