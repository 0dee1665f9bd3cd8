/**
 * Findings for a person's eyes.
 *
 * @packageDocumentation
 */
import { createColors } from "picocolors";
import { table } from "./table.ts";
import { counted } from "../../contract/words.ts";
import type { CheckResult, Status } from "../../doctor/checks/check.ts";

const words: Readonly<Record<Status, string>> = {
  ok: "ok",
  failed: "failed",
  warning: "warning",
  skipped: "not checked",
};

/** A line for each check, and what it found below; ends with a line break. */
export function renderFindings(findings: readonly CheckResult[], { color }: { readonly color: boolean }): string {
  const colors = createColors(color);
  const paint = { ok: colors.green, failed: colors.red, warning: colors.yellow, skipped: colors.dim };
  const rows = findings.map(({ status, id, tried }) => [words[status], id, tried]);
  const lines = table([{ title: "" }, { title: "check" }, { title: "tried" }], rows, (cell, row, column) => {
    const finding = findings[row];
    if (finding === undefined) return colors.dim(cell);
    return column === 0 ? paint[finding.status](cell) : cell;
  });
  const [heading = "", ...others] = lines;
  const indent = " ".repeat(Math.max(...rows.map(([status = ""]) => status.length), 0) + 2);
  const body = others.flatMap((line, row) => [
    line,
    ...(findings[row]?.text ?? "").split("\n").map((text) => `${indent}${colors.dim(text)}`),
  ]);
  return `${[heading, ...body, "", summary(findings)].join("\n")}\n`;
}

/** `12 ok, 1 failed, 2 warnings, 3 not checked` */
function summary(findings: readonly CheckResult[]): string {
  const count = (status: Status) => findings.filter((finding) => finding.status === status).length;
  const warnings = count("warning");
  const parts = [`${count("ok")} ok`, `${count("failed")} failed`];
  if (warnings > 0) parts.push(counted(warnings, "warning"));
  if (count("skipped") > 0) parts.push(`${count("skipped")} not checked`);
  return parts.join(", ");
}
