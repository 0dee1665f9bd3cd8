/**
 * `tenantwire explain item`: why a work item, and the plan or task that goes with it, are as they are. Reads only, and
 * takes no lock.
 *
 * @packageDocumentation
 */
import { TenantwireError } from "../contract/errors.ts";
import { worldClock } from "../components/clock.ts";
import { explainItem as explain, type ItemExplanation } from "../sync/kinds/plans/explain.ts";
import { plansSync } from "../sync/kinds/plans/index.ts";
import { printableJson } from "../contract/text/printable.ts";
import { wantsColor } from "./color.ts";
import type { ExplainOptions } from "./explain-each.ts";
import { reachOf } from "./hosts.ts";
import { interruption } from "./interruption.ts";
import { loadOutputs } from "./outputs.ts";
import { openState } from "./state.ts";
import { targetsOf } from "./sync-kind.ts";
import { plans } from "./sync-plans.ts";
import { renderItem } from "./terminal/explain-item.ts";

/** Of the first organization that knows the item. */
export async function explainItem(asked: string, options: ExplainOptions): Promise<void> {
  const outputs = await loadOutputs(options);
  const targets = targetsOf(plans, outputs, options);
  const now = await worldClock();
  const signal = interruption();
  const store = openState(options.state, outputs, { signal });
  let explained: ItemExplanation | undefined;
  let unknown: unknown;
  try {
    const state = await store.read();
    const reach = reachOf(outputs, options, async () => state);
    for (const target of targets) {
      const { definition } = plansSync({ outputs, environment: process.env, reach, target, dryRun: true, now });
      try {
        explained ??= await explain({ definition, state, asked, signal, now });
      } catch (error) {
        if (!(error instanceof TenantwireError) || error.constructor !== TenantwireError) throw error;
        unknown = error;
      }
    }
  } finally {
    await store.close();
  }
  if (!explained) throw unknown;
  const look = { color: wantsColor(), now: now() };
  process.stdout.write(options.json ? `${printableJson(explained)}\n` : renderItem(explained, look));
}
