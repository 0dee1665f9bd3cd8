import { hash } from "node:crypto";
import type { Op } from "../model/types.ts";

/**
 * Names a plan: the same objects, changes and values have the same, in whatever order they were planned. The digests of
 * the changes are summed up, so that nothing is held or sorted, however many there are.
 *
 * @returns undefined where nothing is planned
 */
export function planHash(plans: readonly { planned(): Iterable<Op> }[]): string | undefined {
  const sum = new BigUint64Array(4);
  let count = 0;
  for (const plan of plans) {
    for (const { kind, side, sourceId, targetId, after, active } of plan.planned()) {
      const values = Object.entries(after ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
      const line = JSON.stringify([kind, side, sourceId, targetId, values, active?.after]);
      const digest = new BigUint64Array(Uint8Array.from(hash("sha256", line, "buffer")).buffer);
      for (const [index, part] of digest.entries()) sum[index] = (sum[index] ?? 0n) + part;
      count += 1;
    }
  }
  return count === 0 ? undefined : hash("sha256", `${count} ${sum.join()}`, "hex").slice(0, 16);
}
