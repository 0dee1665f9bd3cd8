import { createHash } from "node:crypto";
import type { Scratch } from "../scratch/index.ts";

/**
 * Names a plan: the same objects, changes and values have the same, in whatever order they were planned.
 *
 * @returns undefined where nothing is planned
 */
export function planHash(plans: readonly Pick<Scratch["plan"], "rows">[]): string | undefined {
  const lines: string[] = [];
  for (const plan of plans) {
    for (const { op } of plan.rows("planned")) {
      const { kind, side, sourceId, targetId, after, active } = op;
      const values = Object.entries(after ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
      const line = JSON.stringify([kind, side, sourceId, targetId, values, active?.after]);
      lines.push(createHash("sha256").update(line).digest("base64"));
    }
  }
  if (lines.length === 0) return undefined;
  return createHash("sha256").update(lines.sort().join()).digest("hex").slice(0, 16);
}
