/**
 * Past runs for a person's eyes: all of them as a table, one of them whole, and what they did with one object. Instants
 * are in UTC.
 *
 * @packageDocumentation
 */
import { printableData } from "../../contract/text/printable.ts";
import { createColors } from "picocolors";
import { isAllowed, type LimitedSet } from "../../sync/run/allowances.ts";
import type { ObjectRecord, PastChange } from "../../sync/run/object-history.ts";
import { type RunReport, wasStopped } from "../../sync/run/report.ts";
import type { Month } from "../../sync/run/statistics.ts";
import { instant } from "./instant.ts";
import { renderReport } from "./report.ts";
import { table, type Column } from "./table.ts";
import { counted, grouped } from "../../contract/words.ts";
import { command } from "../../contract/this-stack.ts";

export interface Look {
  readonly color: boolean;
  /** For whether an allowance still holds. */
  readonly now: Date;
}

type Colors = ReturnType<typeof createColors>;

const runColumns: readonly Column[] = [
  { title: "started" },
  { title: "run" },
  { title: "mode" },
  { title: "trigger" },
  { title: "status" },
  ...["created", "updated", "enabled", "disabled", "linked", "skipped", "failed", "seconds", "requests"].map(
    (title): Column => ({ title, right: true }),
  ),
];
const STATUS = 4;

/** The runs in the order that they are given, and below them the sets that a limit stopped. */
export function renderRuns(kept: readonly RunReport[], sets: readonly LimitedSet[], look: Look): string {
  const reports = printableData(kept);
  if (reports.length === 0) return "No run is remembered here yet.\n";
  const colors = createColors(look.color);
  const lines = table(runColumns, reports.map(runCells), (cell, row, column) => {
    if (row < 0) return colors.dim(cell);
    if (column === STATUS) return paintStatus(cell, colors);
    return cell.trim() === "0" ? colors.dim(cell) : cell;
  });
  const stopped = sets.length === 0 ? [] : ["", ...renderSets(sets, look, colors)];
  return `${[...lines, ...stopped].join("\n")}\n`;
}

function runCells(report: RunReport): readonly string[] {
  const { counts, startedAt, runId, mode, trigger, seconds, requests } = report;
  const { create, update, enable, disable, link, skip, fail } = counts;
  const asked = Object.values(requests).reduce((sum, each) => sum + each, 0);
  return [
    instant(startedAt),
    shortId(runId),
    mode,
    trigger,
    statusOf(report),
    ...[create, update, enable, disable, link, skip, fail].map(grouped),
    seconds.toFixed(1),
    grouped(asked),
  ];
}

function statusOf(report: RunReport): string {
  const { status, limit } = report;
  if (limit?.over === true) return `${status} (limit)`;
  return wasStopped(report) ? `${status} (stopped)` : status;
}

function paintStatus(cell: string, colors: Colors): string {
  if (cell.startsWith("Success with")) return colors.yellow(cell);
  return cell.startsWith("Success") ? colors.green(cell) : colors.red(cell);
}

function renderSets(sets: readonly LimitedSet[], { now }: Look, colors: Colors): readonly string[] {
  const rows = sets.map((set) => [set.hash, grouped(set.objects), instant(set.at), allowanceOf(set, now)]);
  const columns: readonly Column[] = [
    { title: "hash" },
    { title: "objects", right: true },
    { title: "last met" },
    { title: "allowed" },
  ];
  const lines = table(columns, rows, (cell, row) => (row < 0 ? colors.dim(cell) : cell));
  return [colors.bold("over the limits"), ...lines.map((line) => `  ${line}`)];
}

/** `no`, `until 2026-03-05 08:00:00Z`, `ended 2026-03-05 08:00:00Z`. */
export function allowanceOf(set: LimitedSet, now: Date): string {
  const { allowedUntil } = set;
  if (allowedUntil !== undefined && isAllowed(set, now)) return `until ${instant(allowedUntil)}`;
  const isOver = allowedUntil !== undefined && Date.parse(allowedUntil) < now.getTime();
  return isOver ? `ended ${instant(allowedUntil)}` : "no";
}

/** A set that a limit stopped, with everybody in it. */
export interface StagedSet extends LimitedSet {
  readonly members: readonly { readonly kind: string; readonly sourceId: string; readonly label?: string }[];
}

/** One run whole. `staged` is the set that its limit named, as far as that is still kept. */
export function renderRun(kept: RunReport, set: StagedSet | undefined, look: Look): string {
  const [report, staged] = [printableData(kept), printableData(set)];
  const colors = createColors(look.color);
  const { runId, startedAt, finishedAt, trigger, by, limit, plan, steps } = report;
  const who = by === undefined ? "" : `, by ${by}`;
  const head = `run ${runId}  |  ${instant(startedAt)} to ${instant(finishedAt)}  |  trigger: ${trigger}${who}`;
  const way = steps
    ? [
        `read ${grouped(steps.read)}, decided ${grouped(steps.decided)}, sent ${grouped(steps.sent)}, confirmed ${grouped(steps.confirmed)}${plan === undefined ? "" : `  |  plan ${plan}`}`,
      ]
    : [];
  const lines = [
    colors.dim(head),
    ...way.map(colors.dim),
    renderReport(report, { color: look.color, whole: true }).trimEnd(),
  ];
  if (staged) {
    lines.push(
      "",
      colors.bold(`over the limits: ${counted(staged.objects, "object")}, hash ${staged.hash}`),
      `  allowed: ${allowanceOf(staged, look.now)}`,
      ...staged.members.map(({ kind, sourceId, label }) => `  ${kind}  ${sourceId}${label ? `  ${label}` : ""}`),
    );
  } else if (limit) {
    lines.push("", `The set with the hash ${limit.hash} is no longer kept.`);
  }
  return `${lines.join("\n")}\n`;
}

/** The newest run of another sync of the same stack. */
export type OtherRun = Pick<RunReport, "sync" | "runId" | "status" | "startedAt" | "target">;

/**
 * Below the last run: what else did not end well. Nothing where all did.
 */
export function renderOthers(runs: readonly OtherRun[]): string {
  if (runs.length === 0) return "";
  const lines = printableData(runs).map(
    ({ sync, runId, status, startedAt, target }) =>
      `${status}  ${sync}, to ${target}, began ${instant(startedAt)}: ${command("runs show", shortId(runId))}`,
  );
  return `\nThe last run of another sync did not end well:\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

const monthColumns: readonly Column[] = [
  { title: "month" },
  ...["runs", "success", "exceptions", "failure", "succeeded", "minutes", "seconds a run", "read", "changed"].map(
    (title): Column => ({ title, right: true }),
  ),
];

/** Months in the order that they are given. As in OneConnect, a run with exceptions is none that succeeded. */
export function renderMonths(months: readonly Month[], { color }: Pick<Look, "color">): string {
  if (months.length === 0) return "No run is counted here yet.\n";
  const colors = createColors(color);
  const rows = months.map(({ month, runs, success, withExceptions, failure, seconds, read, changed }) => [
    month,
    ...[runs, success, withExceptions, failure].map(grouped),
    `${Math.round((100 * success) / runs)} %`,
    grouped(Math.round(seconds / 60)),
    (seconds / runs).toFixed(1),
    ...[read, changed].map(grouped),
  ]);
  const lines = table(monthColumns, rows, (cell, row) => (row < 0 ? colors.dim(cell) : cell));
  return `${lines.join("\n")}\n`;
}

const changeColumns: readonly Column[] = ["started", "run", "change", "outcome", "reason"].map((title) => ({ title }));

/** One line a change, in the order that they are given. */
export function historyLines(history: readonly PastChange[], colors: Colors): readonly string[] {
  const rows = history.map(({ startedAt, runId, kind, outcome, reason }) => [
    instant(startedAt),
    shortId(runId),
    kind,
    outcome,
    reason,
  ]);
  return table(changeColumns, rows, (cell, row, column) => {
    if (row < 0) return colors.dim(cell);
    return column === 3 && cell.trim() !== "done" ? colors.red(cell) : cell;
  });
}

const objectColumns: readonly Column[] = ["object", "change", "outcome", "reason"].map((title) => ({ title }));

/** What one run did with each object, in the order that they are given. */
export function renderObjects(
  kept: readonly (ObjectRecord & { readonly label?: string })[],
  { color }: Pick<Look, "color">,
): string {
  const colors = createColors(color);
  const objects = printableData(kept);
  if (objects.length === 0)
    return "\nNo object was changed by it, or what was done with each is not remembered any more.\n";
  const rows = objects.map(({ sourceId, label, kind, outcome, reason }) => [
    label === undefined || label === "" ? sourceId : `${label}  ${sourceId}`,
    kind,
    outcome,
    reason,
  ]);
  const lines = table(objectColumns, rows, (cell, row, column) => {
    if (row < 0) return colors.dim(cell);
    return column === 2 && cell.trim() !== "done" ? colors.red(cell) : cell;
  });
  return `\n${colors.bold(`what was done with each: ${counted(objects.length, "object")}`)}\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

/** What the runs did with one object. */
export function renderObject(
  object: { readonly sourceId: string; readonly label?: string },
  past: readonly PastChange[],
  { color }: Pick<Look, "color">,
): string {
  const [{ sourceId, label }, history] = [printableData(object), printableData(past)];
  const colors = createColors(color);
  const head = label === undefined ? sourceId : `${label}  ${colors.dim(sourceId)}`;
  const lines = history.length === 0 ? ["No run that is remembered changed it."] : historyLines(history, colors);
  return `${[colors.bold(head), "", ...lines].join("\n")}\n`;
}

/** Enough of a run's id to name it. */
function shortId(runId: string): string {
  return runId.slice(0, 8);
}
