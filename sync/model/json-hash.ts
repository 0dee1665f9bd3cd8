import { hash } from "node:crypto";

/** The same for what is the same as JSON; short enough to be shown. */
export function jsonHash(value: unknown): string {
  return hash("sha256", JSON.stringify(value), "hex").slice(0, 16);
}
