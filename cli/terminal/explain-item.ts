/** The explanation of a work item for a person's eyes. @packageDocumentation */
import { createColors } from "picocolors";
import { printableData } from "../../contract/text/printable.ts";
import { shortened } from "../../contract/words.ts";
import type { FieldValue } from "../../sync/model/types.ts";
import type { ItemExplanation } from "../../sync/kinds/plans/explain.ts";
import { type ExplainLook, page } from "./explain.ts";
import { instant } from "./instant.ts";
import { table } from "./table.ts";

/** Renders an explanation; ends with a line break. */
export function renderItem(explanation: ItemExplanation, { color }: Pick<ExplainLook, "color" | "now">): string {
  const { id, label, type, azureDevOps, oneplan, fields, next, history } = printableData(explanation);
  const colors = createColors(color);
  const facts = [
    ["item", `${id}${type === "" ? "" : `, a ${type} of OnePlan`}`],
    ["Azure DevOps", azureDevOps],
    ["OnePlan", oneplan],
    ...next.map(({ kind, reason, side }) => {
      const where = side === "a" ? " in Azure DevOps" : kind === "none" ? "" : " in OnePlan";
      return ["next run", kind === "none" ? `nothing to do: ${reason}` : `${kind}${where}: ${reason}`] as const;
    }),
  ] as const;
  const columns = [
    "Azure DevOps",
    "OnePlan",
    "goes",
    "both changed",
    "in Azure DevOps",
    "in OnePlan",
    "changed",
    "since",
  ];
  const rows = fields.map((each) => [
    each.azureDevOps,
    each.oneplan,
    each.direction,
    each.conflict,
    shown(each.inAzureDevOps),
    shown(each.inOnePlan),
    each.changed,
    each.since === undefined ? "-" : instant(each.since),
  ]);
  const lines =
    rows.length === 0
      ? []
      : table(
          columns.map((title) => ({ title })),
          rows,
          (cell, row, column) => {
            if (row < 0) return colors.dim(cell);
            return column === 6 && cell.trim() !== "nowhere" ? colors.yellow(cell) : cell;
          },
        );
  return page(colors.bold(label), facts, lines, history, colors);
}

/** Characters of a value that are shown: what stands in a table is to be recognised, not read. */
const LONGEST = 40;

function shown(value: FieldValue | undefined): string {
  if (value === undefined) return "-";
  const text = value === null ? "(empty)" : String(value);
  return shortened(text, LONGEST);
}
