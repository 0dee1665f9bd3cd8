import type { Command } from "commander";
import { SettingsError } from "../contract/errors.ts";
import { mayShow } from "../contract/may-show.ts";
import { didYouMean } from "../contract/nearest.ts";

/**
 * Has a command, and each below it, refuse what is none of its own: with the nearest one, and where all of them are
 * listed. The words of the parser name neither where a command does something by itself as well. After what it says of
 * options and arguments comes where those of this command are told.
 */
export function rejectUnknownCommands(of: Command): void {
  for (const each of of.commands) rejectUnknownCommands(each);
  of.showHelpAfterError(`(${pathOf(of)} --help tells what it takes)`);
  if (of.commands.length === 0) return;
  // For a command that is there for those below it alone.
  of.on("command:*", ([name = ""]: readonly string[]) => {
    throw unknownCommand(of, name);
  });
  // For one that runs by itself, where a word too many is meant for another.
  of.allowExcessArguments().hook("preAction", (_of, action) => {
    const [name] = action.args.slice(action.registeredArguments.length);
    if (action === of && name !== undefined) throw unknownCommand(of, name);
  });
}

function unknownCommand(of: Command, name: string): SettingsError {
  const path = pathOf(of);
  const known = of
    .createHelp()
    .visibleCommands(of)
    .map((each) => each.name());
  const meant = didYouMean(name, known);
  const called = mayShow(name)
    ? `"${name}"`
    : "of the name that was given, which is not repeated since it may be a secret";
  return new SettingsError(
    `${path} has no command ${called}${meant === undefined ? "." : `: ${meant}`} All of them: ${path} --help`,
  );
}

/** `tenantwire plans events` */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
