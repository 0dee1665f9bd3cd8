/**
 * `tenantwire plans import`, `export` and `create`: a run of one plan alone, told as every run is.
 *
 * @packageDocumentation
 */
import { printableJson } from "../contract/text/printable.ts";
import { runSync, type RunReport } from "../sync/index.ts";
import { plansSync } from "../sync/kinds/plans/index.ts";
import { type Asked, findAsked } from "../sync/kinds/plans/by-hand/carry.ts";
import { worldClock } from "../components/clock.ts";
import { afterRuns } from "./after-runs.ts";
import { wantsColor } from "./color.ts";
import { reachOf } from "./hosts.ts";
import { loadOutputs } from "./outputs.ts";
import { onlyOne, withOrganizations } from "./plans.ts";
import type { PlansOptions } from "./plans-check.ts";
import { commandLine } from "./sync.ts";
import { renderReport } from "./terminal/report.ts";
import { whoRuns } from "./who-runs.ts";

export interface ByHandOptions extends PlansOptions {
  readonly dryRun?: boolean;
  /** Where a work item is made that lies below nothing. */
  readonly project?: string;
}

/** Runs what is asked of a plan; prints the report, and sets the exit code. */
export async function runByHand(asked: Asked, plan: string, options: ByHandOptions): Promise<void> {
  const { dryRun = false } = options;
  const outputs = await loadOutputs(options);
  const now = await worldClock();
  const report = await withOrganizations(options, async (organizations, store): Promise<RunReport> => {
    const { connected } = onlyOne(organizations);
    const { only, project } = await findAsked(connected, asked, plan, options.project);
    const { signal, state, organization } = connected;
    const { definition, requests } = plansSync({
      ...{ outputs, environment: process.env, target: organization.name, asked, project, dryRun, now },
      reach: reachOf(outputs, options, async () => state),
    });
    const ran = await runSync(definition, {
      ...{ store, signal, now, only, dryRun, trigger: asked, by: whoRuns(), requests: () => requests },
      command: commandLine("plans", organization.name),
    });
    if (!dryRun) await afterRuns(outputs, { store, now });
    return ran;
  });
  if (options.json && report.failure !== undefined) process.stderr.write(`tenantwire: ${report.failure}\n`);
  process.stdout.write(
    options.json ? `${printableJson(report)}\n` : renderReport(report, { color: wantsColor(), whole: true }),
  );
  process.exitCode = report.exitCode;
}
