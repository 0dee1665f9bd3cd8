import type { GraphUser } from "./mapping.ts";

/** Documented: one object may come several times in a round, each time with what changed: merged, never overwritten. */
export function mergeById(changes: readonly GraphUser[]): Map<string, GraphUser> {
  const merged = new Map<string, GraphUser>();
  for (const change of changes) {
    const earlier = merged.get(change.id);
    const fresh = earlier === undefined || change["@removed"] !== undefined || earlier["@removed"] !== undefined;
    merged.set(change.id, fresh ? change : { ...earlier, ...change });
  }
  return merged;
}
