/** Commands for what past runs did. @packageDocumentation */
import type { Command } from "commander";
import type { RunsOptions } from "../runs.ts";
import { stackOptions } from "./options.ts";

export function runsCommands(tenantwire: Command): void {
  // Options of `runs` itself are those of its subcommands too: `runs show last -s contoso`.
  const runs = stackOptions(tenantwire.command("runs"))
    .description("the last runs, newest first, and what is over the limits")
    .option("--json", "as JSON on standard output")
    .option("--names", "with people's names as far as the state knows them (show, object)")
    .option("--limit <n>", "so many runs (default: 20)", Number)
    .option("--statistics", "what the runs of each month came to instead, for two years")
    .option("--sync <name>", "only of this one: users, rooms, plans or access")
    .action(async (options: RunsOptions) => (await import("../runs.ts")).listRuns(options));
  runs
    .command("show")
    .description("one run whole: failures with their reasons, and who is in the plan that a limit stopped")
    .argument("<run>", "last, or the beginning of a run's id")
    .option("--objects", "with what was done with each object, failures first")
    .action(async (run: string, _options: object, command: Command) =>
      (await import("../runs.ts")).showRun(run, command.optsWithGlobals<RunsOptions>()),
    );
  runs
    .command("object")
    .description("what the last runs did with one object")
    .argument("<object>", "mail address or id")
    .action(async (object: string, _options: object, command: Command) =>
      (await import("../runs.ts")).showObject(object, command.optsWithGlobals<RunsOptions>()),
    );
}
