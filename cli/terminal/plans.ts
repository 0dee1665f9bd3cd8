/** Which plans go with which work items, for a person's eyes. @packageDocumentation */
import type { ConnectedPlan } from "../../sync/kinds/plans/by-hand/connect.ts";
import { printable } from "../../contract/text/printable.ts";
import { counted, quoted } from "../../contract/words.ts";
import type { TakenApart } from "../../sync/kinds/plans/by-hand/disconnect.ts";
import { table } from "./table.ts";
import { command } from "../../contract/this-stack.ts";

/** Ends with a line break. */
export function renderConnected(plans: readonly (ConnectedPlan & { readonly organization: string })[]): string {
  if (plans.length === 0) return "No plan goes with a work item yet.\n";
  const columns = [
    { title: "WORK ITEM", right: true as const },
    ...["PLAN", "", "ADDRESS"].map((title) => ({ title })),
  ];
  const rows = plans.map(({ item, name, archived, synced, disconnected, url }) => [
    item,
    name,
    disconnected ? "disconnected" : archived ? "archived" : synced ? "" : "next run",
    url,
  ]);
  return `${table(columns, rows).join("\n")}\n`;
}

/** Ends with a line break. */
export function renderTakenApart({ plan, item, below }: TakenApart, dryRun: boolean): string {
  const name = printable(`The plan ${quoted(plan.name)}`);
  const lines = [
    dryRun
      ? `${name} goes with work item ${item}, and would go with nothing. Nothing was written.`
      : `${name} went with work item ${item}, and goes with nothing any more.`,
    `Both stay as they are, and so does what lies below them${below === 0 ? "" : ` (${counted(below, "other plan")})`}: no run changes it on either side.`,
    `${command("plans connect", plan.id, "--to", String(item))} puts the two together again.`,
  ];
  return `${lines.join("\n")}\n`;
}
