import { hash } from "node:crypto";
import { sortedEntries } from "../model/fields.ts";
import type { Op } from "../model/types.ts";
import type { WaitingRow } from "../scratch/waiting.ts";

/** What is planned for a side: the changes, and what of them waits for others to be made first. */
interface Planned {
  readonly plan: { planned(): Iterable<Op> };
  readonly waiting: { all(): Iterable<WaitingRow> };
}

/**
 * Names a plan: the same objects, changes and values have the same, in whatever order they were planned, and so does
 * whom values refer to that are not there yet. The digests are summed up, so that nothing is held or sorted, however many
 * there are.
 *
 * @returns undefined where nothing is planned
 */
export function planHash(sides: readonly Planned[]): string | undefined {
  // Of the whole digest; each sum is kept to 64 bits.
  const sum = new BigUint64Array(4);
  let count = 0;
  const add = (line: unknown) => {
    const digest = hash("sha256", JSON.stringify(line), "buffer");
    for (let part = 0; part < sum.length; part += 1) sum[part] = (sum[part] ?? 0n) + digest.readBigUInt64LE(8 * part);
  };
  for (const { plan, waiting } of sides) {
    for (const { kind, side, sourceId, targetId, after, active } of plan.planned()) {
      add([kind, side, sourceId, targetId, sortedEntries(after ?? {}), active?.after]);
      count += 1;
    }
    for (const { sourceId, references } of waiting.all()) add(["waits", sourceId, sortedEntries(references)]);
  }
  return count === 0 ? undefined : hash("sha256", `${count} ${sum.join()}`, "hex").slice(0, 16);
}
