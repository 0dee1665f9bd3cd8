/**
 * The command line, started by bin/tenantwire.js. What there is to type is in `commands`, by what it is about. What a command
 * does is a file of its own beside this one, which is loaded when it runs: the help loads neither Pulumi nor Azure.
 *
 * @packageDocumentation
 */
import { Command, CommanderError } from "commander";
import manifest from "../package.json" with { type: "json" };
import { SettingsError } from "../contract/errors.ts";
import { withoutPasted } from "../contract/may-show.ts";
import { printableText } from "../contract/text/printable.ts";
import { type WhichStack, workFor } from "../contract/this-stack.ts";
import { ANSWER_PATIENCE_MS, bePatientFor } from "../sync/connectors/http/patience.ts";
import { accessCommands } from "./commands/access.ts";
import { credentialsCommands } from "./commands/credentials.ts";
import { deploymentCommands } from "./commands/deployment.ts";
import { explainCommands } from "./commands/explain.ts";
import { plansCommands } from "./commands/plans.ts";
import { repositoryCommands } from "./commands/repository.ts";
import { runsCommands } from "./commands/runs.ts";
import { sandboxCommands } from "./commands/sandbox.ts";
import { serveCommand } from "./commands/serve.ts";
import { syncCommands } from "./commands/syncs.ts";
import { describeFailure } from "./failure.ts";
import { endWhereInterrupted } from "./interruption.ts";
import { filterPrinting } from "./terminal/filter.ts";
import { rejectUnknownCommands } from "./unknown-command.ts";

/** Commands that run when nobody is there: they wait for longer until a host is back. */
const SCHEDULED = new Set(["sync", "run", "serve", "drift"]);

/** As the engine names them: the stack's own name, with its project and organization or without. */
const STACK = /^[\w.-]{1,100}(\/[\w.-]{1,100}){0,2}$/;

/** The commands with their options: what the help, the completion and the reference say. Nothing runs before it is parsed. */
export function program(): Command {
  let endTelling = () => {};
  const tenantwire = new Command("tenantwire")
    .description("Microsoft 365 integrations: declared with Pulumi, synced from the stack's outputs.")
    .version(manifest.version)
    .option(
      "--verbose",
      "tell each request with its id, each retry, each wait and the load that a host counts, on standard error",
    )
    .hook("preAction", async (_command, action) => {
      const { verbose = false, stack } = action.optsWithGlobals<{ verbose?: boolean; stack?: string }>();
      if (stack !== undefined && !STACK.test(stack)) {
        throw new SettingsError(
          "-s takes the name of a stack: letters, digits, dots, hyphens and underscores. What was given is none, and is not repeated.",
        );
      }
      const clock = verbose ? await (await import("../components/clock.ts")).worldClock() : undefined;
      endTelling = (await import("./http-events.ts")).tellHttpEvents(clock);
      if (![action, action.parent].some((command) => SCHEDULED.has(command?.name() ?? ""))) {
        bePatientFor(ANSWER_PATIENCE_MS);
      }
    })
    // Who runs commands inside a process hears nothing of what comes after them.
    .hook("postAction", () => endTelling())
    // Who pastes a secret where a name belongs does not want it in the log.
    .configureOutput({ outputError: (message, write) => write(withoutPasted(message)) })
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();

  repositoryCommands(tenantwire);
  syncCommands(tenantwire);
  accessCommands(tenantwire);
  explainCommands(tenantwire);
  plansCommands(tenantwire);
  serveCommand(tenantwire);
  runsCommands(tenantwire);
  credentialsCommands(tenantwire);
  deploymentCommands(tenantwire);

  tenantwire
    .command("completion")
    .description("completion of commands, options, stacks and files in a shell: prints the script that the shell reads")
    .argument("<shell>", "bash, zsh, fish or powershell")
    .action(async (shell: string) => (await import("./completion.ts")).completionScript(program(), shell));
  // What that script calls, with the words that were typed.
  tenantwire
    .command("complete", { hidden: true })
    .argument("[words...]")
    .action(async (words: string[]) => (await import("./completion.ts")).complete(program(), words));

  sandboxCommands(tenantwire);

  rejectUnknownCommands(tenantwire);
  return tenantwire;
}

/** Runs the command that this process was started with, and sets its exit code. */
export async function main(): Promise<void> {
  filterPrinting();
  const tenantwire = program();
  // What is told is about the stack of this process from here on.
  tenantwire.hook("preAction", async (_command, action) => {
    const { stack, outputs, state } = action.optsWithGlobals<WhichStack>();
    if (stack === undefined) return workFor({ outputs, state });
    const { settingsOf } = await import("../stacks/settings-file.ts");
    workFor({ stack, outputs, state, settings: () => settingsOf(stack) });
  });
  try {
    await tenantwire.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and --version end this way too, with 0; commander has printed its own message.
      process.exitCode = error.exitCode === 0 ? 0 : 2;
    } else {
      const failure = describeFailure(error);
      process.stderr.write(`${printableText(failure.message)}\n`);
      process.exitCode = failure.exitCode;
    }
  }
  endWhereInterrupted();
}

if (import.meta.main) void main();
