import { createHash } from "node:crypto";

/** What stands for an address in a state, which holds nobody's; two addresses never have the same. */
export function addressKey(address: string): string {
  return createHash("sha256").update(address).digest("hex").slice(0, 32);
}
