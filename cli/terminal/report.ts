/**
 * A report for a person's eyes: aligned, coloured where that is wanted, and plain lines elsewhere.
 *
 * @packageDocumentation
 */
import { printableData } from "../../contract/text/printable.ts";
import { createColors } from "picocolors";
import type { Counts, RunReport } from "../../sync/run/report.ts";
import type { FieldValue, RunStatus } from "../../sync/model/types.ts";
import { grouped, NO_NAME } from "../../contract/words.ts";
import { instant } from "./instant.ts";

/** How many objects of a list are shown; `runs show` and `--json` have more. */
const MAX_LINES = 20;

export interface ReportLook {
  readonly color: boolean;
  readonly whole?: boolean;
}

type Colors = ReturnType<typeof createColors>;

const did: Readonly<Record<keyof Counts, string>> = {
  create: "created",
  update: "updated",
  enable: "enabled",
  disable: "disabled",
  link: "linked",
  skip: "left alone",
  fail: "failed",
  none: "unchanged",
};

const would: Readonly<Record<keyof Counts, string>> = {
  ...did,
  create: "would create",
  update: "would update",
  enable: "would enable",
  disable: "would disable",
  link: "would link",
};

/** Renders a report; ends with a line break. `whole`: every object that it names. */
export function renderReport(given: RunReport, { color, whole = false }: ReportLook): string {
  const report = printableData(given);
  const colors = createColors(color);
  const max = whole ? Infinity : MAX_LINES;
  const sections = [
    heading(report, colors),
    report.failure === undefined ? [] : [colors.red(report.failure)],
    numbers(report, colors),
    [
      ...titled("failed", exceptionLines(report, max, colors), report.counts.fail, colors),
      ...againLines(report, whole, colors),
    ],
    titled("left alone", skipLines(report, max, colors), report.counts.skip, colors),
    titled("changes", changeLines(report, max, colors), changesOf(report), colors),
    report.notes.map((note) => `${colors.dim("note")}  ${note}`),
    [footer(report, colors)],
  ];
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${text.join("\n\n")}\n`;
}

function heading(report: RunReport, colors: Colors): readonly string[] {
  const what = `${report.sync}: ${report.source} to ${report.target}${report.dryRun ? " (dry run)" : ""}`;
  return [
    `${paint(report.status, colors)}  ${colors.bold(what)}`,
    colors.dim(`${report.mode} run: ${report.modeReason}`),
  ];
}

function paint(status: RunStatus, colors: Colors): string {
  if (status === "Success") return colors.green(status);
  return status === "Failure" ? colors.red(status) : colors.yellow(status);
}

/**
 * One line a kind; what did not happen is left out, and a run in which nothing had to happen says so. Of a run that a
 * limit stopped, what it would have done is what a person has to judge.
 */
function numbers({ counts, planned, dryRun, limit, failure }: RunReport, colors: Colors): readonly string[] {
  const stopped = limit?.over === true;
  const words = dryRun || stopped ? would : did;
  const rows = Object.entries(stopped ? planned : counts)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => [words[kind as keyof Counts], grouped(count)] as const);
  if (rows.length === 0) return failure === undefined ? [`  ${colors.dim("nothing to do")}`] : [];
  const name = Math.max(...rows.map(([text]) => text.length));
  const number = Math.max(...rows.map(([, text]) => text.length));
  return rows.map(([text, count]) => `  ${text.padEnd(name)}  ${count.padStart(number)}`);
}

function exceptionLines({ exceptions }: RunReport, max: number, colors: Colors): readonly string[] {
  return exceptions.slice(0, max).map(({ label, sourceId, reason, since }) => {
    const before = since === undefined ? "" : colors.dim(` (failing since ${instant(since)})`);
    const name = label ? `${label} ${colors.dim(sourceId)}` : sourceId;
    return `${name}\n      ${reason}${before}`;
  });
}

/** What becomes of what failed; of a report that is kept, also where the names are that it has none of. */
function againLines({ exceptions, dryRun }: RunReport, whole: boolean, colors: Colors): readonly string[] {
  if (exceptions.length === 0) return [];
  const again = [
    ...(exceptions.some(({ outcome }) => outcome === "failed")
      ? ["Each is tried again by itself: by the next run, then after 1, 6 and 24 hours, then once a day."]
      : []),
    ...(exceptions.some(({ outcome }) => outcome === "refused")
      ? ["What was answered with success and not taken is tried again after a week."]
      : []),
  ];
  const unnamed = whole && exceptions.some(({ reason }) => reason.includes(NO_NAME));
  const named = unnamed
    ? [
        `${NO_NAME} is a name, or somebody else's words, which are not kept: the output of a run has them when it tries it.`,
      ]
    : [];
  return [...(dryRun ? [] : again), ...named].map((line) => `    ${colors.dim(line)}`);
}

function skipLines({ skips }: RunReport, max: number, colors: Colors): readonly string[] {
  return skips.slice(0, max).map(({ label, sourceId, reason }) => `${label || sourceId}  ${colors.dim(reason)}`);
}

function changeLines({ changes = [], source }: RunReport, max: number, colors: Colors): readonly string[] {
  return asTree(changes)
    .slice(0, max)
    .map(({ depth, change }) => {
      const { kind, label, reason, before, after, side } = change;
      const values = before && after ? `  ${valueLines(before, after)}` : "";
      const where = side === "a" ? `in ${source}: ` : "";
      const type = depth !== undefined && typeof after?.["Type"] === "string" ? `${after["Type"]} ` : "";
      return `${kind.padEnd("disable".length)}  ${"  ".repeat(depth ?? 0)}${type}${label}  ${colors.dim(`${where}${reason}`)}${values}`;
    });
}

type ReportedChange = NonNullable<RunReport["changes"]>[number];

/** What lies in something else that the same run makes comes behind it; without any such the order stays. */
function asTree(
  changes: readonly ReportedChange[],
): readonly { readonly depth?: number; readonly change: ReportedChange }[] {
  if (!changes.some(({ waits }) => waits)) return changes.map((change) => ({ change }));
  const known = new Map(changes.map((change) => [change.sourceId, change]));
  const below = new Map<string | undefined, ReportedChange[]>();
  for (const change of changes) {
    const above = Object.values(change.waits ?? {}).find((id) => known.has(id) && id !== change.sourceId);
    const others = below.get(above);
    if (others) others.push(change);
    else below.set(above, [change]);
  }
  const rows: { readonly depth: number; readonly change: ReportedChange }[] = [];
  const open = (below.get(undefined) ?? []).map((change) => ({ depth: 0, change })).reverse();
  for (let row = open.pop(); row; row = open.pop()) {
    rows.push(row);
    const depth = row.depth + 1;
    open.push(...(below.get(row.change.sourceId) ?? []).map((change) => ({ depth, change })).reverse());
  }
  return rows;
}

function valueLines(before: Record<string, FieldValue>, after: Record<string, FieldValue>): string {
  return Object.entries(after)
    .map(([name, value]) => `${name}: ${shown(before[name] ?? null)} -> ${shown(value)}`)
    .join(", ");
}

function shown(value: FieldValue): string {
  return value === null ? "(empty)" : String(value);
}

function changesOf({ changes, counts }: RunReport): number {
  if (!changes) return 0;
  return counts.create + counts.update + counts.enable + counts.disable + counts.link;
}

function titled(title: string, lines: readonly string[], total: number, colors: Colors): readonly string[] {
  if (lines.length === 0) return [];
  const rest = total - lines.length;
  const more = rest > 0 ? [colors.dim(`    and ${grouped(rest)} more`)] : [];
  return [colors.bold(`  ${title}`), ...lines.map((line) => `    ${line.trimEnd()}`), ...more];
}

function footer(report: RunReport, colors: Colors): string {
  const listed = report.listed > 0 ? [`listed ${grouped(report.listed)}`] : [];
  const requests = Object.entries(report.requests).map(([system, count]) => `${system} ${grouped(count)}`);
  const asked = requests.length > 0 ? [`requests: ${requests.join(", ")}`] : [];
  return colors.dim(
    [`read ${grouped(report.read)}`, ...listed, ...asked, `${report.seconds.toFixed(1)} s`].join("  |  "),
  );
}
