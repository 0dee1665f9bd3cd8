import type { RunReport } from "../../sync/run/report.ts";

/** Whom a report names of whom a person has to say that they are made once more, since the target never showed them. */
export function unshownIn(report: RunReport | undefined): readonly string[] {
  const unshown = report?.exceptions.filter(({ reason }) => reason.includes("has never shown it")) ?? [];
  return unshown.map(({ sourceId }) => sourceId);
}
