import { createHash, randomBytes } from "node:crypto";

/** The resource's name and 8 hexadecimal digits, which follow from the seed. */
export function uniqueName(name: string, seed: Uint8Array): string {
  return `${name}${hex(seed, name).slice(0, 8)}`;
}

/** A UUID that follows from the seed. */
export function uniqueUuid(seed: Uint8Array): string {
  const digits = hex(seed, "uuid");
  return [8, 4, 4, 4, 12].map((length, index) => digits.slice(STARTS[index], (STARTS[index] ?? 0) + length)).join("-");
}

const STARTS = [0, 8, 12, 16, 20];

function hex(seed: Uint8Array, word: string): string {
  const source = seed.length > 0 ? seed : randomBytes(32);
  return createHash("sha256").update(source).update(word).digest("hex");
}
