/**
 * How the demo ends: what was deployed, what was synced, what it cost, and what to try next.
 *
 * @packageDocumentation
 */
import { styleText } from "node:util";
import type { Counts, RunReport } from "./commands.ts";
import type { Deployment } from "./deployment.ts";

export interface Story {
  readonly deployment: Deployment;
  readonly runs: readonly RunReport[];
  /** What came of the pull request, a line each. */
  readonly added: readonly string[];
  /** What each sync of rooms did. */
  readonly rooms: readonly string[];
  /** What came of the plans, a line each. */
  readonly plans: readonly string[];
  /** Getting the engine, and everything after it. */
  readonly seconds: { readonly engine: number; readonly story: number };
}

const columns: readonly { readonly title: string; readonly value: (run: RunReport) => string }[] = [
  { title: "run", value: (run) => run.mode },
  { title: "read", value: (run) => run.read.toLocaleString("en-US") },
  ...(["create", "link", "update", "disable", "skip", "fail"] as const satisfies (keyof Counts)[]).map((kind) => ({
    title: {
      create: "created",
      link: "linked",
      update: "updated",
      disable: "inactive",
      skip: "skipped",
      fail: "failed",
    }[kind],
    value: (run: RunReport) => (run.counts[kind] === 0 ? "·" : run.counts[kind].toLocaleString("en-US")),
  })),
  { title: "Graph", value: (run) => `${run.requests["graph"] ?? 0}` },
  { title: "OnePlan", value: (run) => (run.requests["oneplan"] ?? 0).toLocaleString("en-US") },
  { title: "seconds", value: (run) => run.seconds.toFixed(1) },
  { title: "status", value: (run) => run.status },
];

export function printReport(
  { deployment, runs, added, rooms, plans, seconds }: Story,
  out: NodeJS.WritableStream = process.stdout,
): void {
  const line = (text = "") => out.write(`${text}\n`);
  line();
  line(styleText("bold", "Deployed") + `  ${deployment.resources} resources, no secret among the outputs`);
  for (const detail of deployment.lines) line(`  ${detail}`);
  line();
  line(styleText("bold", "Synced") + "  Entra users to OnePlan's Resource Center (Graph, OnePlan: requests)");
  for (const row of table(runs)) line(`  ${row}`);
  const exceptions = runs.flatMap((run) => run.exceptions);
  const [first] = exceptions;
  if (first) line(`  ${styleText("yellow", "Left for a person:")} ${first.label}: ${first.reason}`);
  line();
  line(styleText("bold", "Added") + "  ONES, in a pull request");
  for (const detail of added) line(`  ${detail}`);
  line();
  line(styleText("bold", "Rooms") + "  to ONES: all of them, then those that the settings name");
  for (const detail of rooms) line(`  ${detail}`);
  line();
  line(styleText("bold", "Plans") + "  of a project of Azure DevOps, in OnePlan, both ways");
  for (const detail of plans) line(`  ${detail}`);
  line();
  line(
    `${styleText("bold", "In")} ${seconds.story.toFixed(0)} s, and ${seconds.engine.toFixed(0)} s for the engine. Nothing left this machine.`,
  );
  line();
  line(styleText("bold", "Try next"));
  line(
    "  npx --no-install tenantwire sandbox exec -- bash   a shell in a new world of that kind: see sandbox/README.md",
  );
  line("  npx --no-install tenantwire sync users --help      dry runs, full runs, limits");
  line('  README.md, "Pointing it at a real tenant"          your own tenant');
  line();
}

function table(runs: readonly RunReport[]): string[] {
  const rows = [columns.map(({ title }) => title), ...runs.map((run) => columns.map(({ value }) => value(run)))];
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const isText = (index: number) => index === 0 || index === columns.length - 1;
  return rows.map((row, number) => {
    const cells = row.map((cell, index) =>
      isText(index) ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0),
    );
    const text = cells.join("  ").trimEnd();
    return number === 0 ? styleText("dim", text) : text;
  });
}
