/**
 * How long a person waits for the command line itself: `tenantwire -V` against a Node that does nothing.
 *
 * @packageDocumentation
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { repository } from "../sandbox/project.ts";
import type { Figure } from "./figure.ts";
import { median } from "./median.ts";

const TIMES = 7;
/** What a command may take beside its Node. */
const ALLOWED_SECONDS = 0.3;

export function launcherRatio(show: (line: string) => void): Figure {
  show("starting the command line");
  const launcher = [join(repository, "bin", "tenantwire.js"), "-V"];
  // The first one fills the cache of what Node compiled.
  seconds(launcher);
  const rounds = Array.from({ length: TIMES }, () => ({ node: seconds(["-e", "0"]), ours: seconds(launcher) }));
  const node = median(rounds.map((round) => round.node));
  const ours = median(rounds.map((round) => round.ours));
  return {
    name: `tenantwire -V less ${ALLOWED_SECONDS} s / node`,
    value: Math.max(0, ours - ALLOWED_SECONDS) / node,
    goal: 1.5,
    detail: `${ours.toFixed(2)} s / ${node.toFixed(2)} s`,
  };
}

function seconds(args: readonly string[]): number {
  const started = performance.now();
  execFileSync(process.execPath, args, { stdio: "ignore" });
  return (performance.now() - started) / 1000;
}
