/**
 * docs/reference/command-line.md: every command with its arguments and options, from the tree that parses them.
 *
 * @packageDocumentation
 */
import type { Argument, Command, Option } from "commander";
import { program } from "../../cli/index.ts";
import { ExitCode } from "../../contract/exit-code.ts";
import { table } from "./table.ts";

const EXIT_CODES: Readonly<Record<keyof typeof ExitCode, string>> = {
  success: "done; nothing to do for anybody",
  failure: "failed",
  usage: "wrong usage or settings: known without a network",
  anotherRun: "another run of the same sync is at it",
  successWithExceptions: "done, and somebody has to look: some could not be synced, something is due or was found",
  policyChanged: "of a review: nothing mandatory was found, and the rules that deployments are judged by change",
  stoppedByLimit: "a limit stopped the run before anything was written",
};

export function commandLinePage(): string {
  const tenantwire = program();
  return [
    "# Command line\n\n",
    "Made from the commands by `npm run docs`; `tenantwire <command> --help` says the same. Options of a command are those of its subcommands too.\n\n",
    table(["option of every command", "meaning"], options(tenantwire)),
    "\n",
    ...commands(tenantwire).map(section),
    "## Exit codes\n\n",
    table(
      ["code", "meaning"],
      Object.entries(EXIT_CODES).map(([name, meaning]) => [String(ExitCode[name as keyof typeof ExitCode]), meaning]),
    ),
  ].join("");
}

/** Those that people call, each after the one that it is part of. */
function commands(command: Command): readonly Command[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter((each) => each.name() !== "help")
    .flatMap((each) => [each, ...commands(each)]);
}

function section(command: Command): string {
  const names: string[] = [];
  for (let each: Command | null = command; each !== null; each = each.parent) names.unshift(each.name());
  const usage = [...names, ...command.registeredArguments.map(shown)].join(" ");
  return [
    `## ${names.slice(1).join(" ")}\n\n`,
    `\`${usage}\`: ${command.description()}.\n\n`,
    table(
      ["", "meaning"],
      [
        ...command.registeredArguments.map((each): [string, string] => [`\`${shown(each)}\``, each.description]),
        ...options(command),
      ],
    ),
    "\n",
  ].join("");
}

function options(command: Command): [string, string][] {
  return command
    .createHelp()
    .visibleOptions(command)
    .filter(({ long }) => long !== "--help")
    .map((option: Option) => [`\`${option.flags}\`${option.mandatory ? " (required)" : ""}`, option.description]);
}

function shown(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}
