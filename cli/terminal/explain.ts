/**
 * The parts of an explanation that are the same whatever is synced, for a person's eyes.
 *
 * @packageDocumentation
 */
import type { createColors } from "picocolors";
import type { ObjectExplanation } from "../../sync/run/explain.ts";
import { named } from "../../sync/planner/match.ts";
import type { PastChange } from "../../sync/run/object-history.ts";
import { instant } from "./instant.ts";
import { allowanceOf, historyLines } from "./runs.ts";
import { printable } from "../../contract/text/printable.ts";
import { type Column, table } from "./table.ts";
import type { Change } from "../../sync/run/published.ts";
import type { FieldValue } from "../../sync/model/types.ts";
import { counted, listed } from "../../contract/words.ts";

type Colors = ReturnType<typeof createColors>;

export interface ExplainLook {
  readonly color: boolean;
  readonly now: Date;
  /** What the two sides are called. */
  readonly sourceName: string;
  readonly targetName: string;
}

/** A title and what it says; without a text it is left out. */
export type Fact = readonly [string, string | undefined];

/** What it is linked to, what the next run does, and what stands in its way. */
export function runFacts(explained: ObjectExplanation, { sourceName, targetName, now }: ExplainLook): readonly Fact[] {
  const { next, full, retry, unsettled, limited } = explained;
  const failing = retry && retry.attempts > 0 ? retry : undefined;
  return [
    [targetName, targetText(explained, targetName)],
    ["next run", `${changeText(next.change)} (${next.mode} run: ${next.modeReason})`],
    [
      "",
      next.notBefore && `not before ${instant(next.notBefore)}, unless it changes in ${sourceName}: it failed before`,
    ],
    [
      "full run",
      full &&
        `${changeText(full)}${explained.fullAt === undefined ? "" : ` (with --full, or from ${instant(explained.fullAt)} on)`}`,
    ],
    [
      "failing",
      failing && `${counted(failing.attempts, "time")} in a row, since ${instant(failing.since)}: ${failing.reason}`,
    ],
    [
      "unsettled",
      unsettled ? "the outcome of the last write is not known: the next run looks before it writes" : undefined,
    ],
    [
      "limit",
      limited &&
        `in a set that was over the limits at ${instant(limited.at)}: ${limited.hash}, allowed: ${allowanceOf(limited, now)}`,
    ],
  ];
}

/** The facts that there are, their titles aligned. */
function factLines(facts: readonly Fact[], colors: Colors): readonly string[] {
  const known = facts.filter(([, text]) => text !== undefined);
  const width = Math.max(...known.map(([title]) => title.length));
  return known.map(([title, text]) => `  ${colors.dim(title.padEnd(width))}  ${printable(text ?? "")}`);
}

function targetText({ link, present, candidates, next }: ObjectExplanation, targetName: string): string {
  if (link) {
    if (!present) return `linked to ${link.targetId}, which ${targetName} does not have any more`;
    const made = link.origin === "created" ? "made by this sync" : "adopted by this sync";
    const guarded = present.protected === undefined ? "" : `, ${present.protected}`;
    return `linked to ${named(present)}, ${made}, ${present.active ? "active" : "inactive"}${guarded}`;
  }
  const [first] = candidates;
  if (!first) return "not linked, nothing found that matches";
  const matched = listed(candidates.map(({ object }) => named(object)));
  const chosen = next.change.kind === "link" ? "not linked yet, matched" : "not linked, candidates";
  return `${chosen} by ${listed([...new Set(candidates.map(({ attribute }) => attribute))])}: ${matched}`;
}

const words: Readonly<Record<Change["kind"], string>> = {
  create: "create",
  update: "update",
  enable: "make active",
  disable: "make inactive",
  link: "link",
  skip: "leave alone",
  fail: "fail",
  none: "nothing to do",
};

function changeText({ kind, reason }: Change): string {
  return `${words[kind]}: ${reason}`;
}

/** A field of the target with both sides' values. */
export interface FieldRow {
  readonly field: string;
  /** What it is mapped from. */
  readonly property: string;
  readonly value?: FieldValue;
  readonly held?: FieldValue;
  readonly write?: FieldValue;
}

export function fieldLines(fields: readonly FieldRow[], targetName: string, colors: Colors): readonly string[] {
  const columns: readonly Column[] = ["field", "from", "value", `in ${targetName}`, "next run"].map((title) => ({
    title,
  }));
  const rows = fields.map(({ field, property, value, held, write }) => [
    field,
    property,
    shown(value, "(left as it is)"),
    shown(held, "-"),
    write === undefined ? "-" : "writes it",
  ]);
  return table(columns, rows, (cell, row, column) => {
    if (row < 0) return colors.dim(cell);
    return column === 4 && cell !== "-" ? colors.yellow(cell) : cell;
  });
}

function shown(value: FieldValue | undefined, unknown: string): string {
  if (value === undefined) return unknown;
  return value === null ? "(empty)" : String(value);
}

/** `runs object` shows them all. */
const MAX_HISTORY = 10;

/** The sections of a page with what the last runs did below them, an empty line between; ends with a line break. */
export function page(
  head: string,
  facts: readonly Fact[],
  fields: readonly string[],
  history: readonly PastChange[],
  colors: Colors,
): string {
  const titled = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [colors.bold(`  ${title}`), ...lines.map((line) => `    ${line}`)];
  const past = history.length === 0 ? [] : historyLines(history.slice(0, MAX_HISTORY), colors);
  const sections = [[head], factLines(facts, colors), titled("fields", fields), titled("last runs", past)];
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${text.join("\n\n")}\n`;
}
