import { hash } from "node:crypto";
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
      lines.push(hash("sha256", line, "base64"));
    }
  }
  if (lines.length === 0) return undefined;
  return hash("sha256", lines.sort().join(), "hex").slice(0, 16);
}
