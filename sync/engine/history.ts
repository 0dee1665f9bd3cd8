/** The reports of earlier runs. */
import { toJson } from "./json.ts";
import { withoutPersonalData, RunReport } from "./report.ts";
import { partitionsOf } from "./partitions.ts";
import type { State } from "./state.ts";

/** Reports that are kept of one sync: half a week of a run every five minutes, two years of daily ones. */
const KEPT = 1_000;
/** Old reports go by so many at once, so that not every run has to. */
const SURPLUS = 100;

/** Stores a report without names, and lets the oldest go. */
export async function saveReport(state: State, report: RunReport): Promise<void> {
  const { runs } = partitionsOf(report.sync);
  const value = toJson(withoutPersonalData(report));
  await state.write(runs, [{ op: "put", key: `${report.startedAt} ${report.runId}`, value }]);

  const surplus = (await state.count(runs)) - KEPT;
  if (surplus < SURPLUS) return;
  for await (const page of state.list(runs)) {
    // Keys begin with the instant, so the oldest come first; a page holds at least as many as go.
    const oldest = page.slice(0, SURPLUS).map(({ key }) => ({ op: "delete" as const, key }));
    await state.write(runs, oldest);
    return;
  }
}

/** Streams the stored reports of a sync, oldest first. */
export async function* readReports(state: State, sync: string): AsyncGenerator<RunReport, void, void> {
  for await (const page of state.list(partitionsOf(sync).runs)) {
    for (const { value } of page) yield RunReport.parse(value);
  }
}
