/**
 * An explanation for a person's eyes, in the manner of the report.
 *
 * @packageDocumentation
 */
import { createColors } from "picocolors";
import { allowanceOf, historyLines, instant } from "../engine/runs-terminal.ts";
import { named } from "../engine/match.ts";
import { table, type Column } from "../engine/table.ts";
import type { Change, FieldValue } from "../engine/types.ts";
import { counted, listed, quoted } from "../engine/words.ts";
import type { UserExplanation } from "./explain.ts";

export interface ExplainLook {
  readonly color: boolean;
  readonly now: Date;
  /** What the target is called. */
  readonly targetName: string;
}

type Colors = ReturnType<typeof createColors>;

/** Renders an explanation; ends with a line break. */
export function renderExplanation(explained: UserExplanation, look: ExplainLook): string {
  const colors = createColors(look.color);
  const { object, history } = explained;
  const facts = factsOf(explained, look).filter(([, text]) => text !== undefined);
  const name = Math.max(...facts.map(([title]) => title.length));
  const sections = [
    [`${colors.bold(object.label)}  ${colors.dim(object.id)}`],
    facts.map(([title, text]) => `  ${colors.dim(title.padEnd(name))}  ${text}`),
    object.fields ? [colors.bold("  fields"), ...fieldLines(explained, look, colors).map((line) => `    ${line}`)] : [],
    history.length > 0
      ? [
          colors.bold("  last runs"),
          ...historyLines(history.slice(0, MAX_HISTORY), colors).map((line) => `    ${line}`),
        ]
      : [],
  ];
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${text.join("\n\n")}\n`;
}

/** `runs object` shows them all. */
const MAX_HISTORY = 10;

function factsOf(
  explained: UserExplanation,
  { targetName, now }: ExplainLook,
): readonly (readonly [string, string | undefined])[] {
  const { next, full, retry, unsettled, limited } = explained;
  const failing = retry && retry.attempts > 0 ? retry : undefined;
  return [
    ["Entra", entraText(explained)],
    ["scope", scopeText(explained)],
    [targetName, targetText(explained, targetName)],
    ["next run", `${changeText(next.change)} (${next.mode} run: ${next.modeReason})`],
    ["", next.notBefore && `not before ${instant(next.notBefore)}, unless it changes in Entra: it failed before`],
    ["full run", full && changeText(full)],
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

function entraText({ entra }: UserExplanation): string {
  if (!entra) return "not found: deleted, or never there";
  const names = [entra.userPrincipalName, entra.mail].filter((name) => name !== null);
  const account = entra.accountEnabled === false ? "account disabled" : "account enabled";
  return `${account}, ${listed([...new Set(names)]) || "without a name"}${entra.mail === null ? ", no mail address" : ""}`;
}

function scopeText({ scope }: UserExplanation): string {
  const ways = scope.chains.map((chain) => chain.map(({ name }) => quoted(name)).join(" > "));
  const units = scope.units.map(({ name }) => quoted(name));
  const member = [
    ...(ways.length > 0 ? [`member of ${listed(ways)}`] : []),
    ...(units.length > 0 ? [`in administrative unit ${listed(units)}`] : []),
  ].join(", ");
  if (scope.inScope) return `in scope: ${member || "everybody is"}`;
  return `out of scope: ${scope.reason ?? "not known"}${member && `, though ${member}`}`;
}

function targetText({ link, present, candidates, next }: UserExplanation, targetName: string): string {
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

function fieldLines({ fields }: UserExplanation, { targetName }: ExplainLook, colors: Colors): readonly string[] {
  const columns: readonly Column[] = ["field", "from", "value", `in ${targetName}`, "next run"].map((title) => ({
    title,
  }));
  const rows = fields.map(({ field, property, value, held, write, refersTo }) => [
    field,
    refersTo?.label === undefined ? property : `${property}: ${refersTo.label}`,
    shown(value, "(left as it is)"),
    shown(held, "-"),
    write === undefined ? "-" : "writes it",
  ]);
  const missing = fields.flatMap(({ field, refersTo }) =>
    refersTo && refersTo.label === undefined
      ? [`${field} refers to ${refersTo.id}, whom ${targetName} does not have: it is set by the run that finds him`]
      : [],
  );
  const lines = table(columns, rows, (cell, row, column) => {
    if (row < 0) return colors.dim(cell);
    return column === 4 && cell !== "-" ? colors.yellow(cell) : cell;
  });
  return [...lines, ...missing];
}

function shown(value: FieldValue | undefined, unknown: string): string {
  if (value === undefined) return unknown;
  return value === null ? "(empty)" : String(value);
}
