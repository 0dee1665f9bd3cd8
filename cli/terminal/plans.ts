/** Which plans go with which work items, for a person's eyes. @packageDocumentation */
import type { ConnectedPlan } from "../../sync/kinds/plans/connect.ts";
import { table } from "./table.ts";

/** Ends with a line break. */
export function renderConnected(plans: readonly (ConnectedPlan & { readonly organization: string })[]): string {
  if (plans.length === 0) return "No plan goes with a work item yet.\n";
  const columns = [
    { title: "WORK ITEM", right: true as const },
    ...["PLAN", "", "ADDRESS"].map((title) => ({ title })),
  ];
  const rows = plans.map(({ item, name, archived, synced, url }) => [
    item,
    name,
    archived ? "archived" : synced ? "" : "next run",
    url,
  ]);
  return `${table(columns, rows).join("\n")}\n`;
}
