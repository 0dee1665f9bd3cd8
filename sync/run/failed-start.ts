/** Starts that came to no run. */
import { randomUUID } from "node:crypto";
import type { RunOptions } from "./definition.ts";
import { saveBegun, saveReport } from "./history.ts";
import { ReportDraft } from "./report-draft.ts";
import type { RunNames, RunReport } from "./report.ts";
import { holding } from "../state/session.ts";

/**
 * Remembers a start that came to no run, since what it needs is wrong or missing: as one that failed before anything was
 * read, so that the history, the statistics and alerts have it.
 *
 * @param error why
 * @throws StateLocked when another run of the same sync is under way
 * @throws StateError when the state cannot be opened or written
 */
export async function saveFailedStart(
  error: unknown,
  names: RunNames,
  options: Pick<RunOptions, "store" | "trigger" | "by"> & Required<Pick<RunOptions, "now" | "signal">>,
): Promise<RunReport> {
  return holding(options.store.lock(names.sync), async (state) => {
    const draft = new ReportDraft(names, options, randomUUID(), options.now);
    draft.fail(error, options.signal);
    const report = draft.finish([]);
    // One that began before and was never heard of again has its report first.
    await saveBegun(state, report);
    await saveReport(state, report);
    return report;
  });
}
