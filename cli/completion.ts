/**
 * `tenantwire completion <shell>` and what its script asks: commands, options and what options take, read from the same
 * tree that parses them. Looks into folders only: no engine, no network.
 *
 * @packageDocumentation
 */
import { given } from "../contract/may-show.ts";
import { readdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { RootCommand } from "@bomb.sh/tab";
import type { Command, Option } from "commander";
import { SettingsError } from "../contract/errors.ts";
import { PIPELINES, startingVendors } from "./package.ts";

const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

type Values = Readonly<Record<string, (typed: string) => readonly string[]>>;

/** What an option takes, by its name, given what was typed of it. What is not here is a person's own word. */
const VALUES: Values = {
  stack: stacks,
  format: () => ["text", "markdown", "html", "json"],
  vendor: startingVendors,
  pipelines: () => PIPELINES,
  real: () => ["azuread"],
  outputs: files,
  state: files,
  preview: files,
  rules: files,
  exchange: files,
  import: files,
  to: files,
  data: files,
};

/** The same of arguments, by command and name. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  "completion <shell>": SHELLS,
  "runs show <run>": ["last"],
};

/**
 * bash needs it of the package bash-completion, which is not everywhere; this does for words without `=` and `:`.
 */
const BASH_WORDS = `declare -F _get_comp_words_by_ref > /dev/null || _get_comp_words_by_ref() {
    words=("\${COMP_WORDS[@]}"); cword=$COMP_CWORD; cur=\${COMP_WORDS[COMP_CWORD]}; prev=\${COMP_WORDS[COMP_CWORD-1]}
}
`;

/**
 * Prints the script that makes a shell complete `tenantwire`.
 *
 * @throws SettingsError for a shell that is none of the four
 */
export function completionScript(program: Command, shell: string): void {
  if (!(SHELLS as readonly string[]).includes(shell)) {
    throw new SettingsError(`completion takes one of ${SHELLS.join(", ")}, not ${given(shell)}.`);
  }
  if (shell === "bash") process.stdout.write(BASH_WORDS);
  completions(program, "", { target: () => [] }).setup(program.name(), program.name(), shell);
}

/** Prints what may stand in the place of the last word, one a line, with what it means. */
export async function complete(program: Command, words: readonly string[]): Promise<void> {
  const [option = "", typed = ""] = words.slice(-2);
  // Connectors are loaded by whoever asks for their names alone.
  const targets = option === "--target" || typed.startsWith("--target=") ? await targetNames() : [];
  completions(program, typed, { target: () => targets }).parse([...words]);
}

/** What users and rooms can be synced to. */
async function targetNames(): Promise<readonly string[]> {
  const [users, rooms] = await Promise.all([
    import("../sync/kinds/users/targets.ts"),
    import("../sync/kinds/rooms/targets.ts"),
  ]);
  return [...new Set([...users.userTargets, ...rooms.roomTargets])];
}

/** The tree as the completion's library has it: options of a command are those of its subcommands too. */
function completions(program: Command, typed: string, further: Values): RootCommand {
  const root = new RootCommand();
  const kinds = program.commands.find((command) => command.name() === "sync")?.commands ?? [];
  const known: Values = { ...VALUES, ...further, sync: () => kinds.map((kind) => kind.name()) };
  const add = (command: Command, path: readonly string[], above: readonly Option[]) => {
    const help = command.createHelp();
    const options = [...above, ...help.visibleOptions(command).filter(({ long }) => long !== "--help")];
    const entry = path.length === 0 ? root : root.command(path.join(" "), command.description());
    for (const { long, short, description, required, optional } of options) {
      const name = long?.slice(2) ?? "";
      const values = required || optional ? (known[name] ?? (() => [])) : undefined;
      const alias = short?.slice(1);
      if (values === undefined) entry.option(name, description, alias);
      else entry.option(name, description, (tell) => values(typed).forEach((value) => tell(value, "")), alias);
    }
    for (const argument of command.registeredArguments) {
      const values = ARGUMENTS[`${path.join(" ")} <${argument.name()}>`] ?? [];
      entry.argument(argument.name(), (tell) => values.forEach((value) => tell(value, "")), argument.variadic);
    }
    for (const child of help.visibleCommands(command)) {
      if (child.name() !== "help") add(child, [...path, child.name()], options);
    }
  };
  add(program, [], []);
  return root;
}

/** Stacks of the project in this folder: those that have a file of settings. */
function stacks(): readonly string[] {
  return entries("stacks").flatMap(({ name }) => {
    const [, stack] = /^Pulumi\.(.+)\.yaml$/.exec(name) ?? [];
    return stack === undefined || stack === "example" ? [] : [stack];
  });
}

/** What begins as it was typed; a folder ends with a slash, so that one can go on. */
function files(typed: string): readonly string[] {
  const folder = typed.endsWith("/") ? typed : `${dirname(typed)}/`;
  const shown = folder === "./" && !typed.startsWith("./") ? "" : folder;
  return entries(folder).map((entry) => `${shown}${entry.name}${entry.isDirectory() ? "/" : ""}`);
}

function entries(folder: string) {
  try {
    return readdirSync(resolve(folder), { withFileTypes: true });
  } catch {
    // Nothing is completed where there is nothing to read.
    return [];
  }
}
