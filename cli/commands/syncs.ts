/** Commands that run syncs, once or by their schedules, and tell people of it. @packageDocumentation */
import type { Command } from "commander";
import type { AlertsOptions, AlertsTestOptions } from "../alerts.ts";
import type { RunCommandOptions } from "../run.ts";
import type { SyncOptions } from "../sync.ts";
import { ALLOW_HOST, more, ONE_TARGET } from "./options.ts";

export function syncCommands(tenantwire: Command): void {
  // Options of `sync` are those of its subcommands too: `sync users -s contoso`.
  const sync = tenantwire
    .command("sync")
    .description("run the syncs of a deployed stack with its outputs: all that it declares, one run for each target")
    .option("-s, --stack <name>", "stack whose outputs are used (read with `pulumi stack output --json`)")
    .option("--outputs <file>", "outputs from a file instead: needs neither engine nor backend")
    .option(
      "--state <place>",
      "where the sync remembers what it did: a file or a blob's address (default: a file per stack)",
    )
    .option("--target <name>", ONE_TARGET)
    .option("--dry-run", "read and plan, write nothing: neither in the target nor in the state")
    .option("--full", "read everything instead of what changed (rooms are always read whole)")
    .option("--allow <hash>", "let the disables pass that an earlier run was stopped for")
    .option(...ALLOW_HOST)
    .option("--only <item>", "only this one: a mail address or id, or the id of a work item or plan")
    .option("--again [cause]", "only what failed before; with a text, only that whose reason has it in it")
    .option("--trigger <text>", "who or what starts it, for the history: schedule, for example (default: manual)")
    .option(
      "--json",
      "reports as JSON on standard output, and nothing else there: a list; of one kind the one report where one target ran",
    )
    .action(async (options: SyncOptions) => (await import("../sync.ts")).sync(undefined, options));
  for (const [kind, does] of [
    ["users", "only Entra users"],
    ["rooms", "only meeting rooms"],
    ["access", "only people of the linked OnePlan group, to the group of this stack"],
    ["plans", "only work items of Azure DevOps with plans and tasks of OnePlan, both ways"],
  ] as const) {
    sync
      .command(kind)
      .description(does)
      .action(async (_options: object, command: Command) =>
        (await import("../sync.ts")).sync(kind, command.optsWithGlobals<SyncOptions>()),
      );
  }

  tenantwire
    .command("run")
    .description("run each sync of a stack when its strategy says so, until it is told to stop: a process that stays")
    .option("-s, --stack <name>", "stack whose outputs are used, read again every quarter of an hour")
    .option("--outputs <file>", "outputs from a file instead: needs neither engine nor backend")
    .option("--state <place>", "where the syncs remember what they did, if they were told so too")
    .option(...ALLOW_HOST)
    .option("--check", "tell instead whether everything ran at its time, for a monitor; exit code 10 if not")
    .option("--json", "as JSON on standard output: a line for each event, or what --check found")
    .action(async (options: RunCommandOptions) => (await import("../run.ts")).run(options));

  const alerts = tenantwire
    .command("alerts")
    .description("what people are alerted of, what is open, and how each channel does; tells what waits")
    .option("-s, --stack <name>", "stack whose alerts they are")
    .option("--outputs <file>", "outputs from a file instead: needs neither engine nor backend")
    .option("--state <place>", "where the syncs remember what they did, if they were told so too")
    .option("--json", "as JSON on standard output")
    .action(async (options: AlertsOptions) => (await import("../alerts.ts")).listAlerts(options));
  alerts
    .command("test")
    .description("send each channel a message that says that it is a test; exit code 10 where one does not arrive")
    .option(
      "--allow-host <host>",
      "let the secret of a channel be sent to this new host, and remember it (may be repeated)",
      more,
    )
    .action(async (_options: object, command: Command) =>
      (await import("../alerts.ts")).testAlerts(command.optsWithGlobals<AlertsTestOptions>()),
    );
}
