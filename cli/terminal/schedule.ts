/**
 * What the scheduler does, a line each, and whether everything ran at its time.
 *
 * @packageDocumentation
 */
import { createColors } from "picocolors";
import { printableData, printableText } from "../../contract/text/printable.ts";
import { counted, grouped } from "../../contract/words.ts";
import type { SettingsChange } from "../../sync/run/settings-changes.ts";
import type { RunReport } from "../../sync/run/report.ts";
import type { PastMissed } from "../../sync/schedule/book.ts";
import type { SchedulerEvent } from "../../sync/schedule/scheduler.ts";
import type { Missed } from "../../sync/schedule/standing.ts";
import type { Watched } from "../../sync/schedule/watch.ts";
import { instant } from "./instant.ts";
import { table, type Column } from "./table.ts";

/** Ends with a line break. */
export function renderEvent(event: SchedulerEvent, now: Date): string {
  const lines = linesOf(event).map((line) => `${instant(now.toISOString())}  ${printableText(line)}\n`);
  return lines.join("");
}

function linesOf(event: SchedulerEvent): readonly string[] {
  switch (event.kind) {
    case "waiting":
      return event.strategies.map(({ strategy, next }) => `${strategy.name}: next ${instant(next.toISOString())}`);
    case "undeclared":
      return [`What is declared could not be read anew, and goes on as before: ${event.message}`];
    case "unkept":
      return [`The state cannot be used; what is due begins when it can: ${event.message}`];
    case "missed":
      return [`${event.strategy.name}: DID NOT RUN ${missedInWords(event.missed)}`];
    case "recovered":
      return [`${event.strategy.name}: runs by its schedule again, which it did not ${missedInWords(event.missed)}`];
    case "started":
      return [`${event.strategy.name}: begins`];
    case "ended":
      return [`${event.strategy.name}: ${endingOf(event.report)}`];
    case "locked":
      return [`${event.strategy.name}: waits, ${event.message}`];
    case "trouble":
      return [`${event.strategy.name}: DID NOT BEGIN: ${event.message}`];
  }
}

/** `at 3 scheduled times, from ... to ...: no scheduler was running`. */
function missedInWords({ count, first, last, why }: Missed): string {
  const when = count === 1 ? instant(first) : `from ${instant(first)} to ${instant(last)}`;
  return `at ${counted(count, "scheduled time")}, ${when}: ${why}`;
}

/** Times at which strategies did not run, and after which they did. */
export function renderMissed(past: readonly PastMissed[], { color }: { readonly color: boolean }): string {
  const colors = createColors(color);
  const lines = printableData(past).map(
    ({ strategy, recovered, ...missed }) =>
      `  ${strategy} ${missedInWords(missed)}; ran again by ${instant(recovered)}`,
  );
  return `${[colors.bold("did not run at their times"), ...lines].join("\n")}\n`;
}

/** Changes of the settings, so that a run before one and a run after it are not taken for the same. */
export function renderSettingsChanges(
  changes: readonly SettingsChange[],
  { color }: { readonly color: boolean },
): string {
  const colors = createColors(color);
  const lines = printableData(changes).map(
    ({ at, by, changed }) => `  ${instant(at)}  ${changed.join(", ")} (first run with it: ${by})`,
  );
  return `${[colors.bold("settings changed"), ...lines].join("\n")}\n`;
}

function endingOf({ status, failure, counts, seconds, runId }: RunReport): string {
  const { create, update, enable, disable, link, fail } = counts;
  const changed = create + update + enable + disable + link;
  const numbers = `${grouped(changed)} changed, ${grouped(fail)} failed, ${seconds.toFixed(1)} s, run ${runId.slice(0, 8)}`;
  return failure === undefined ? `${status}, ${numbers}` : `${status}, ${numbers}: ${failure}`;
}

const columns: readonly Column[] = ["strategy", "schedule", "last by itself", "ended", "next"].map((title) => ({
  title,
}));

export function renderWatched(watched: Watched, { color }: { readonly color: boolean }): string {
  const { strategies, scheduler } = printableData(watched);
  const colors = createColors(color);
  const rows = strategies.map(({ name, schedule, last, running, next }) => [
    name,
    schedule,
    running ? `runs since ${instant(running.since)}` : last ? instant(last.startedAt) : "none",
    last?.status ?? "",
    instant(next),
  ]);
  const wrong = [
    ...(scheduler === undefined ? [] : [scheduler]),
    ...strategies.flatMap(({ name, missed }) => (missed ? [`${name} did not run ${missedInWords(missed)}.`] : [])),
  ];
  const lines = table(columns, rows, (cell, row) => (row < 0 ? colors.dim(cell) : cell));
  const ending =
    wrong.length === 0 ? [colors.green("Everything ran at its time.")] : wrong.map((line) => colors.red(line));
  return `${[...lines, "", ...ending].join("\n")}\n`;
}
