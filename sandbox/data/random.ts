import { createHash } from "node:crypto";

/** A stream of numbers that follows from its seed: same seed, same numbers. */
export interface Random {
  /** An integer from 0 up to, not including, `limit`. */
  below(limit: number): number;
  /** True in `parts` of `whole` cases. */
  chance(parts: number, whole: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** A version 4 GUID. */
  guid(): string;
}

/** xorshift128: small, fast, and the same on every machine. */
export function randomFrom(seed: string): Random {
  const hash = createHash("sha256").update(seed).digest();
  // The lowest bit keeps the state from being all zero, in which xorshift would stay for ever.
  let [a, b, c, d] = [hash.readUInt32LE(0) | 1, hash.readUInt32LE(4), hash.readUInt32LE(8), hash.readUInt32LE(12)];

  const bytes = Buffer.alloc(16);

  function next(): number {
    const t = a ^ (a << 11);
    [a, b, c] = [b, c, d];
    d = (d ^ (d >>> 19) ^ t ^ (t >>> 8)) >>> 0;
    return d;
  }

  function below(limit: number): number {
    return Math.floor((next() / 0x1_0000_0000) * limit);
  }

  return {
    below,
    chance: (parts, whole) => below(whole) < parts,
    pick(list) {
      const item = list[below(list.length)];
      if (item === undefined) throw new Error("cannot pick from an empty list");
      return item;
    },
    guid() {
      for (let at = 0; at < 16; at += 4) bytes.writeUInt32LE(next(), at);
      bytes[6] = 0x40 | ((bytes[6] ?? 0) & 0x0f);
      bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
      const hex = bytes.toString("hex");
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },
  };
}
