/** What the runs of each month came to. As the vendor counts, a run with exceptions is none that succeeded. @packageDocumentation */
import { grouped } from "../../contract/words.ts";
import type { Month } from "../../sync/run/statistics.ts";
import type { KnownSync } from "../work/work.ts";
import { html } from "./html.ts";
import type { Page } from "./layout.ts";
import { empty, syncTitle, table } from "./parts.ts";
import { bars } from "./plot.ts";

export interface SyncMonths {
  readonly sync: KnownSync;
  /** Oldest first. */
  readonly months: readonly Month[];
}

/** Months that are read faster as numbers than as a plot. */
const FEW = 3;

export function statisticsPage(all: readonly SyncMonths[]): Page {
  const counted = all.filter(({ months }) => months.length > 0);
  return {
    title: "Statistics",
    body:
      counted.length === 0
        ? empty("No run is counted yet. Each run is, from the first one on, for two years.")
        : html`${counted.map(
            ({ sync, months }) =>
              html`<section>
                <h2>${syncTitle(sync)}</h2>
                <div class="plots">
                  ${bars({
                    title: "Runs a month",
                    series: [
                      { name: "success", tone: "good" },
                      { name: "with exceptions", tone: "warn" },
                      { name: "failure", tone: "bad" },
                    ],
                    columns: months.map(({ month, success, withExceptions, failure }) => ({
                      label: month,
                      values: [success, withExceptions, failure],
                    })),
                  })}
                  ${bars({
                    title: "Objects changed a month",
                    series: [{ name: "changed, and read back", tone: "calm" }],
                    columns: months.map(({ month, changed }) => ({ label: month, values: [changed] })),
                  })}
                </div>
                <details class="numbers" ${months.length <= FEW && html`open`}>
                  <summary>As numbers</summary>
                  ${table(
                    [
                      "Month",
                      "Runs",
                      "Succeeded",
                      "With exceptions",
                      "Failed",
                      "Share of success",
                      "Minutes in all",
                      "Seconds a run",
                      "Objects read",
                      "Objects changed",
                    ],
                    [...months]
                      .reverse()
                      .map((each) => [
                        each.month,
                        grouped(each.runs),
                        grouped(each.success),
                        grouped(each.withExceptions),
                        grouped(each.failure),
                        `${Math.round((100 * each.success) / each.runs)} %`,
                        grouped(Math.round(each.seconds / 60)),
                        (each.seconds / each.runs).toFixed(1),
                        grouped(each.read),
                        grouped(each.changed),
                      ]),
                  )}
                </details>
              </section>`,
          )}`,
  };
}
