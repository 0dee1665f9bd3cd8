/** What does not agree between work items and plans, for a person's eyes. @packageDocumentation */
import { createColors } from "picocolors";
import { printableData } from "../../contract/text/printable.ts";
import { counted } from "../../contract/words.ts";
import type { LeftBehind, PlansCheck } from "../../sync/kinds/plans/checks/index.ts";

/** So many of a kind are shown; `--json` has them all. */
const SHOWN = 20;

export interface PlansCheckLook {
  readonly color: boolean;
  /** Whether the organization is named: there are several. */
  readonly named: boolean;
}

/** Ends with a line break. */
export function renderPlansCheck(check: PlansCheck, { color, named }: PlansCheckLook): string {
  const { organization, findings, items, leftBehind, unmatched } = printableData(check);
  const colors = createColors(color);
  const stopping = findings.filter(({ stops }) => stops);
  const others = findings.filter(({ stops }) => !stops);
  const sections = [
    named ? [colors.bold(organization)] : [],
    stopping.map(({ where, text }) => `${colors.red("stops")}   ${colors.dim(`${where}:`)} ${text}`),
    others.map(({ where, text }) => `${colors.yellow("costs")}   ${colors.dim(`${where}:`)} ${text}`),
    unmatched.length === 0
      ? []
      : [
          `${colors.dim("people")}  OnePlan does not know ${counted(unmatched.length, "person", "people")} whom work items are assigned to: their items keep no owner there. Give them the same mail address on both sides.`,
          ...some(unmatched.map((each) => `  ${each.name}  ${colors.dim(counted(each.items, "item"))}`)),
        ],
    leftBehind.length === 0
      ? []
      : [
          `${colors.dim("stays")}   Attachments and comments of ${counted(leftBehind.length, "item")} stay in Azure DevOps alone.`,
          ...some(leftBehind.map(leftLine)),
        ],
    [
      colors.dim(
        `${counted(items, "work item")} in scope  |  ${counted(stopping.length, "finding")} before the first write, ${counted(others.length, "other")}`,
      ),
    ],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function leftLine({ id, title, attachments, comments }: LeftBehind): string {
  const parts = [
    ...(attachments > 0 ? [counted(attachments, "attachment")] : []),
    ...(comments > 0 ? [counted(comments, "comment")] : []),
  ];
  return `  ${id}  ${title}  ${parts.join(", ")}`;
}

function some(lines: readonly string[]): string[] {
  const rest = lines.length - SHOWN;
  return [...lines.slice(0, SHOWN), ...(rest > 0 ? [`  and ${rest} more (--json has them all)`] : [])];
}
